"""What importing an email costs with the addon, against helpdesk_mgmt alone.

Without the addon a mailbox makes tickets that belong to no team and nobody is told: the cheapest import there is.
With it, every email is sanitized, routed and written into the log. That is the side "off": nothing else is switched on.
On the side "on" an unknown sender becomes a contact, the ticket has an SLA and waits to be assigned, the confirmation
and the Slack message are queued, and those who send them are woken.

Where the time of an email went on the side "on", by a profile before anything below was spared: the log's row before
and after it 6 %, parsing it for Odoo 6 %, Odoo's routes 5 %, who sent it and where it goes 9 % (the company's
language, read anew in each transaction, was a third of that), the contact with its own message 9 %, the ticket 30 %
(its number 3 %, its clocks 7 %, Slack's row 3 %, all fields described for nothing 8 %), its second write and Slack's
second row 4 %, the message and who is notified 10 %, the wake-ups with a connection for each cron 9 %; the rest is
Odoo's.

Spared since: that second write, the connection for all crons but one, the language (`res.company._bridge_lang`), what
Odoo does for nothing in each email (it describes the fields, searches the alias domains five times, and the models
that count bounces), the contact's own message, as Odoo's gateway spares it all that it creates, NOTIFYs, because the
crons of a fetch are woken in the same moments, and Slack's workspace, read with its channel. Queries of an email: 62
before, 41 since; 40 and 31 on the side "off"; 45 without the addon. The triggers of the search
(`models/ticket/search_table.py`) came later.

Each run has a fresh database and a process per side. They take turns, a block of emails each, so that whatever else
the machine is doing hits all alike.
"""

import statistics
from contextlib import ExitStack, contextmanager

from dev.bench.child import conversation
from dev.bench.figures import Figure, Measured
from dev.bench.stage import copy_of
from dev.paths import Environment

MAILS = 1000
BLOCK = 50
RUNS = 3
SIDES = ("plain", "off", "on")
#: An email's time with the addon, as a multiple of the time without.
GOALS = {"off": 1.0, "on": 1.25}


def measure(installed, say):
    """Import the same emails on all sides, several times."""
    blocks = {side: [] for side in SIDES}
    for number in range(RUNS):
        for side, done in _run(installed).items():
            blocks[side].append(done)
        plain, off, on = (_per_mail(blocks[side][-1], "ms") for side in SIDES)
        say(f"run {number + 1} of {RUNS}: {plain:.1f} ms a mail without the addon, {off:.1f} off, {on:.1f} on")
    return _figures(blocks)


def _run(installed):
    """One run of all sides; returns what each block cost."""
    done = {side: [] for side in SIDES}
    with ExitStack() as importers:
        ask = {}
        for side in SIDES:
            source = Environment.load().template if side == "plain" else installed
            ask[side] = importers.enter_context(_importer(side, source))
        for block, first in enumerate(range(0, MAILS, BLOCK)):
            # Who goes first changes too.
            turn = block % len(SIDES)
            for side in SIDES[turn:] + SIDES[:turn]:
                done[side].append(ask[side](first, first + BLOCK))
    return done


@contextmanager
def _importer(side, source):
    """A process that imports on a copy of `source`; yields a function that lets it import a range of emails."""
    with copy_of(source, side) as name:
        with conversation("import_process", name, side, MAILS, label=f"import-{side}") as ask:
            yield ask


def _per_mail(blocks, key):
    return sum(block[key] for block in blocks) / MAILS


def _figures(runs):
    measured = {
        (side, key): Measured.of([_per_mail(blocks, key) for blocks in runs[side]])
        for side in SIDES
        for key in ("ms", "cpu_ms", "queries")
    }
    found = []
    for side, goal in GOALS.items():
        times = {"plain": measured["plain", "ms"], "measured": measured[side, "ms"]}
        cpu = {"plain": measured["plain", "cpu_ms"], "measured": measured[side, "cpu_ms"]}
        queries = {"plain": measured["plain", "queries"], "measured": measured[side, "queries"]}
        ratio, blocks = "import time ÷ helpdesk_mgmt alone", Measured(*_block_ratios(runs, side))
        found += [
            Figure(f"importing a mail, all features {side}", **times, unit="ms"),
            Figure(f"of it in Python, all features {side}", **cpu, unit="ms of CPU"),
            Figure(f"SQL queries of importing a mail, all features {side}", **queries),
            Figure(f"{ratio}, all features {side}", times["measured"].value / times["plain"].value, goal=goal),
            Figure(f"{ratio}, all features {side}, by blocks of {BLOCK} mails (quartiles)", blocks),
        ]
    return found


def _block_ratios(runs, side):
    """Median and quartiles: how sure the ratio is."""
    plain, addon = ([block["ms"] for blocks in runs[one] for block in blocks] for one in ("plain", side))
    low, middle, high = statistics.quantiles([b / a for a, b in zip(plain, addon, strict=True)], n=4)
    return middle, low, high
