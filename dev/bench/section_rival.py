"""SLA clocks beside the OCA's own: what two of them cost on each ticket. Nothing is posted anywhere."""

import statistics
from contextlib import ExitStack

from dev.bench.child import conversation
from dev.bench.figures import Figure, Measured
from dev.bench.stage import copy_of
from dev.paths import Environment
from dev.services import database

RIVAL = "helpdesk_mgmt_sla"
ROUNDS, TICKETS = 10, 20
WORDS = {"new": "a new ticket with two SLA targets", "move": "a move to another stage"}


def measure(installed, say):
    """Both, taking turns."""
    found = {"ours": [], "theirs": []}
    with ExitStack() as stack:
        ask = {}
        for side, source in (("ours", installed), ("theirs", Environment.load().template)):
            name = stack.enter_context(copy_of(source, side))
            if side == "theirs":
                database.install(name, [RIVAL])
            ask[side] = stack.enter_context(conversation("rival_process", name, side, label=f"rival-{side}"))
        say(f"{RIVAL} installed beside us, {ROUNDS} rounds of {TICKETS} tickets each")
        for turn in range(ROUNDS):
            for side in ("ours", "theirs")[:: 1 if turn % 2 else -1]:
                found[side].append(ask[side](TICKETS))
    figures = []
    for what, words in WORDS.items():
        ours, theirs = (Measured.of([one[what] for one in found[side]]) for side in ("ours", "theirs"))
        ratio = statistics.median(a[what] / b[what] for a, b in zip(found["ours"], found["theirs"], strict=True))
        figures += [
            Figure(f"{words}, ours", ours, "ms"),
            Figure(f"{words}, {RIVAL}", theirs, "ms"),
            Figure(f"{words} ÷ {RIVAL}", ratio),
        ]
    return figures
