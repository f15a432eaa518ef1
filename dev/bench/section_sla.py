"""What SLA clocks cost: the cron's check of a million of them, each one that falls due, and each new ticket."""

from dev.bench.child import measured
from dev.bench.figures import Figure, Measured
from dev.bench.stage import copy_of

CLOCKS = 1_000_000
PATIENCE = 560
IDLE_GOAL, QUERIES_GOAL, DUE_GOAL = 20, 5, 30


def measure(installed, say):
    """Measure with few clocks, then with a million."""
    with copy_of(installed, "sla") as name:
        found = measured("sla_process", name, CLOCKS, patience=PATIENCE, say=say)
    few, many = found["few"], found["many"]
    check, million = "check of all SLA clocks, nothing due", f"{CLOCKS:,} running"
    return [
        Figure(f"{check}, {million}", Measured(*many["idle"]), "ms", goal=IDLE_GOAL),
        Figure(f"SQL queries of a {check}, {million}", many["idle_queries"], goal=QUERIES_GOAL),
        Figure(f"{check}, few running", Measured(*few["idle"]), "ms"),
        *(
            Figure(f"each of {due} SLA targets due at once, {label}", side[f"due_{due}"], "ms", goal=DUE_GOAL)
            for due in (100, 1000)
            for label, side in (("few running", few), (million, many))
        ),
        Figure("a new ticket with SLA", Measured(*few["create_on"]), "ms"),
        Figure("a new ticket without", Measured(*few["create_off"]), "ms"),
        Figure("SQL queries of a new ticket's SLA", few["create_on_queries"] - few["create_off_queries"]),
        Figure("a new ticket with SLA by working hours", Measured(*few["create_calendar"]), "ms"),
    ]
