"""A night's mail lies in the mailbox when Odoo comes back: how fast it goes, what it costs, what the form shows."""

import argparse
import itertools
import os
import shlex
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from dev.acme import SUPPORT
from dev.chaos import letters
from dev.chaos.run import LOOK_EVERY, Run
from dev.chaos.stage import stage

#: The server's memory in the last quarter, as a multiple of that in the first.
MAY_GROW = 1.1


@dataclass(frozen=True)
class Sample:
    """What is seen from outside at one moment."""

    at: float
    memory: int  #: MB that the server keeps in memory
    handled: int
    waiting: int  #: as the form of the mailbox shows it


def play(source, slack, say):
    """Deliver while nobody is there, start Odoo, watch."""
    count = _count()
    with stage(source, "backlog", slack, [SUPPORT]) as play:
        [server] = play.servers
        server.stop()
        written = letters.write(count, kinds={"new": 1})
        run = Run(play, written, say, ahead=count)
        run.deliver_all()
        say(f"{count} mails lie in the mailbox, Odoo starts")
        server.start()
        samples = _watch(play, run, count)
        run.play_out()
        found = run.count("backlog")
    found.complaints += _judge(samples, count, say)
    return found


def _count():
    parser = argparse.ArgumentParser(prog="ARGS=", description="Options of `make chaos`.")
    parser.add_argument("--mails", type=int, default=2000, help="size of the backlog")
    return parser.parse_args(shlex.split(os.environ.get("ARGS", ""))).mails


def _watch(play, run, count):
    """Samples until every mail has a verdict."""
    samples = []
    while not samples or samples[-1].handled < count:
        samples.append(_sample(play))
        run.look()
        time.sleep(LOOK_EVERY)
    return samples


def _sample(play):
    [[waiting]] = play.ask("SELECT imap_waiting FROM fetchmail_server WHERE helpdesk_team_id IS NOT NULL")
    return Sample(time.monotonic(), _memory(play.servers[0].odoo.pid), play.handled(), waiting or 0)


def _memory(pid):
    """MB of a process that are in memory."""
    [line] = [line for line in Path("/proc", str(pid), "status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def _judge(samples, count, say):
    """Tell the figures; returns complaints."""
    quarters = [
        [sample for sample in samples if count * part // 4 < sample.handled <= count * (part + 1) // 4]
        for part in range(4)
    ]
    speeds, memories = [], []
    for number, quarter in enumerate(quarters, start=1):
        took = quarter[-1].at - quarter[0].at
        speeds.append((quarter[-1].handled - quarter[0].handled) / took)
        memories.append(statistics.median(sample.memory for sample in quarter))
        say(f"quarter {number}: {speeds[-1]:.1f} mails a second, {memories[-1]:.0f} MB")
    shown = [waiting for waiting, _same in itertools.groupby(sample.waiting for sample in samples)]
    shown = shown[shown.index(max(shown)) :]
    say(f"the form showed {len(shown)} numbers of waiting mails, from {shown[0]} to {shown[-1]}")
    complaints = []
    if memories[-1] > memories[0] * MAY_GROW:
        complaints.append(f"memory grew from {memories[0]:.0f} to {memories[-1]:.0f} MB")
    if any(later > earlier for earlier, later in itertools.pairwise(shown)):
        complaints.append(f"the number of waiting mails rose: {shown}")
    if len(shown) < count // 100:
        complaints.append(f"the form showed only {len(shown)} numbers")
    return complaints
