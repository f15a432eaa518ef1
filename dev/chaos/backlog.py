"""A night's email lies in the mailbox when Odoo comes back: how fast it goes, what it costs, what the form shows."""

import argparse
import itertools
import os
import shlex
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from dev.acme import SUPPORT
from dev.chaos import mails
from dev.chaos.run import LOOK_EVERY, PATIENCE, Run
from dev.chaos.stage import stage

#: Fewer say nothing about quarters.
FEWEST = 300
#: The server's memory in the last quarter, as a multiple of that in the first.
MAY_GROW = 1.1
#: Seconds in which nothing happened, at most: batches follow each other without anybody's help.
LONGEST_HOLE = 10


@dataclass(frozen=True)
class Sample:
    """What is seen from outside at one moment."""

    at: float
    memory: int  #: MB that the server keeps in memory
    handled: int
    waiting: int  #: as the form of the mailbox shows it


def work_off(source, slack, say):
    """Deliver while nobody is there, start Odoo, watch."""
    count = wanted()
    with stage(source, "backlog", slack, [SUPPORT]) as play:
        [server] = play.servers
        server.stop()
        written = mails.write(count, kinds={"new": 1})
        run = Run(play, written, say, ahead=count)
        run.deliver_all()
        say(f"{count} mails lie in the mailbox, Odoo starts")
        # What other jobs load when their hour comes is not what emails cost.
        play.sql(f"UPDATE ir_cron SET active = false WHERE id NOT IN ({play.fetch_cron}, {play.slack_cron})")
        server.start()
        play.wake()
        samples = _watch(play, run, count)
        run.play_out()
        found = run.count("backlog")
    found.complaints += _judge(samples, count, say)
    return found


def wanted():
    """How many emails, as ARGS says."""
    return options().mails


def options():
    """What ARGS says."""
    parser = argparse.ArgumentParser(prog="ARGS=", description="Options of `make chaos`.")
    parser.add_argument("--mails", type=int, default=2000, help="size of the backlog")
    parser.add_argument("--replies", type=int, default=10_000, help="replies in Slack that must lead to no email")
    parser.add_argument("--answers", type=int, default=1000, help="answers to customers that are undone while sent")
    asked = parser.parse_args(shlex.split(os.environ.get("ARGS", "")))
    if asked.mails < FEWEST:
        parser.error(f"a backlog has at least {FEWEST} mails")
    return asked


def _watch(play, run, count):
    """Samples until every email has a verdict, or nothing moves."""
    samples, moved = [_sample(play)], time.monotonic()
    while samples[-1].handled < count and samples[-1].at - moved < PATIENCE:
        time.sleep(LOOK_EVERY)
        run.look(wake=False)
        samples.append(_sample(play))
        if samples[-1].handled > samples[-2].handled:
            moved = samples[-1].at
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
    if samples[-1].handled < count:
        return [f"only {samples[-1].handled} of {count} mails were handled without help"]
    memories = [_tell_quarter(samples, count, number, say) for number in range(4)]
    moves = [samples[0].at, *(later.at for a, later in itertools.pairwise(samples) if later.handled > a.handled)]
    hole = max(later - earlier for earlier, later in itertools.pairwise(moves[1:]))
    shown = [waiting for waiting, _same in itertools.groupby(sample.waiting for sample in samples)]
    shown = shown[shown.index(max(shown)) :]
    say(f"the form showed {len(shown)} numbers of waiting mails, {shown[0]} to {shown[-1]}; longest hole {hole:.1f} s")
    verdicts = {
        f"memory grew from {memories[0]:.0f} to {memories[-1]:.0f} MB": memories[-1] > memories[0] * MAY_GROW,
        f"the number of waiting mails rose: {shown}": shown != sorted(shown, reverse=True),
        f"the form showed only {len(shown)} numbers": len(shown) < count // 100,
        f"nothing happened for {hole:.1f} s": hole > LONGEST_HOLE,
    }
    return [words for words, holds in verdicts.items() if holds]


def _tell_quarter(samples, count, number, say):
    """Tell how it went between two quarters of the emails; returns the memory in MB."""
    first, last = count * number // 4, count * (number + 1) // 4
    quarter = [sample for sample in samples if first <= sample.handled <= last]
    speed = (quarter[-1].handled - quarter[0].handled) / (quarter[-1].at - quarter[0].at)
    memory = statistics.median(sample.memory for sample in quarter)
    say(f"quarter {number + 1}: {speed:.1f} mails a second, {memory:.0f} MB")
    return memory
