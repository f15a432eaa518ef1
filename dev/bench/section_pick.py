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
    rows = f"outbox of {SENT + PAUSED + STUCK:,} rows"
    return [
        Figure(f"a dispatcher's run that finds nothing, {rows}", Measured(*full["idle"]), "ms", goal=GOAL),
        Figure(f"picking the next message, {rows}", Measured(*full["pick"]), "ms", goal=GOAL),
        Figure("a dispatcher's run that finds nothing, empty outbox", Measured(*empty["idle"]), "ms"),
        Figure("picking the next message, empty outbox", Measured(*empty["pick"]), "ms"),
        Figure("SQL queries of a dispatcher's run that finds nothing", full["idle_queries"]),
    ]
