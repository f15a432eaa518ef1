"""What a look into the outbox costs when it is full of messages that nobody can send now."""

from dev.bench.child import measured
from dev.bench.figures import Figure, Measured
from dev.bench.stage import copy_of

SENT, PAUSED, STUCK = 1_000_000, 100_000, 10_000
GOAL = 10


def measure(installed, say):
    """Look into an empty outbox, then into a full one."""
    with copy_of(installed, "pick") as name:
        found = measured("pick_process", name, SENT, PAUSED, STUCK, patience=280, say=say)
    full, empty = found["full"], found["empty"]
    return [
        Figure("a run that finds nothing, full outbox", Measured(*full["idle"]), "ms", goal=GOAL),
        Figure("one pick, full outbox", Measured(*full["pick"]), "ms", goal=GOAL),
        Figure("a run that finds nothing, empty outbox", Measured(*empty["idle"]), "ms"),
        Figure("one pick, empty outbox", Measured(*empty["pick"]), "ms"),
        Figure("SQL queries of a run that finds nothing", full["idle_queries"]),
    ]
