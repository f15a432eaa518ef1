"""What importing a mail costs with the addon, against helpdesk_mgmt alone.

Without the addon a mailbox makes tickets that belong to no team and nobody is told: the cheapest import there is.
With it they belong to the mailbox's team, the Slack message is owed and its dispatcher woken.

Each run has a fresh database and a process per side. They take turns, a block of mails each, so that whatever else
the machine is doing hits both alike.
"""

import json
import statistics
import subprocess
from contextlib import contextmanager, suppress

from dev.bench.figures import Figure, Measured
from dev.bench.stage import copy_of
from dev.paths import LOGS, PYTHON_PATH, Environment
from dev.services.odoo import odoo_environ
from dev.services.process import ServiceFailed, stop, tail

MAILS = 500
BLOCK = 50
RUNS = 3
GOAL = 1.25
SIDES = ("plain", "bridge")


def measure(installed, say):
    """Import the same mails on both sides, several times."""
    blocks = {side: [] for side in SIDES}
    for number in range(RUNS):
        for side, done in _run(installed).items():
            blocks[side].append(done)
        plain, bridge = (_per_mail(blocks[side][-1], "ms") for side in SIDES)
        say(f"run {number + 1} of {RUNS}: {plain:.1f} ms a mail without the addon, {bridge:.1f} ms with it")
    return _figures(blocks)


def _run(installed):
    """One run of both sides; returns what each block cost."""
    done = {side: [] for side in SIDES}
    with _importer("plain", Environment.load().template) as plain, _importer("bridge", installed) as bridge:
        ask = {"plain": plain, "bridge": bridge}
        for first in range(0, MAILS, BLOCK):
            # Who goes first changes too.
            for side in SIDES if first // BLOCK % 2 else reversed(SIDES):
                done[side].append(ask[side](first, first + BLOCK))
    return done


@contextmanager
def _importer(side, source):
    """A process that imports on a copy of `source`; yields a function that lets it import a range of mails."""
    log = LOGS / f"bench-import-{side}.log"
    with copy_of(source, side) as name, log.open("w") as output:
        child = subprocess.Popen(
            [Environment.load().python, "-B", "-m", "dev.bench.import_process", name, side, str(MAILS)],
            env=odoo_environ(PYTHONPATH=PYTHON_PATH),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            start_new_session=True,
        )

        def ask(first, last):
            with suppress(BrokenPipeError):  # its answer tells why
                print(first, last, file=child.stdin, flush=True)
            return json.loads(_answer(child, log))

        try:
            _answer(child, log)
            yield ask
            child.stdin.close()
            if child.wait(30):
                raise ServiceFailed(f"an import failed, log {log}:\n{tail(log)}")
        finally:
            stop(child)


def _answer(child, log):
    line = child.stdout.readline()
    if not line:
        raise ServiceFailed(f"an import broke off, log {log}:\n{tail(log)}")
    return line


def _per_mail(blocks, key):
    return sum(block[key] for block in blocks) / MAILS


def _figures(runs):
    def both(key):
        plain, bridge = (Measured.of([_per_mail(blocks, key) for blocks in runs[side]]) for side in SIDES)
        return {"plain": plain, "measured": bridge}

    times = both("ms")
    return [
        Figure("a mail", **times, unit="ms"),
        Figure("of it in Python", **both("cpu_ms"), unit="ms of CPU"),
        Figure("SQL queries of a mail", **both("queries")),
        Figure("ratio of the times", times["measured"].value / times["plain"].value, goal=GOAL),
        Figure(f"ratio, block by block of {BLOCK} mails", Measured(*_block_ratios(runs))),
    ]


def _block_ratios(runs):
    """Median and quartiles: how sure the ratio is."""
    plain, bridge = ([block["ms"] for blocks in runs[side] for block in blocks] for side in SIDES)
    low, middle, high = statistics.quantiles([b / a for a, b in zip(plain, bridge, strict=True)], n=4)
    return middle, low, high
