"""What an agent waits for who searches among many tickets: names, addresses, companies, words of conversations."""

from dev.bench.child import measured
from dev.bench.figures import Figure
from dev.bench.stage import copy_of

TICKETS = 100_000
GOAL_MS = 200
PATIENCE = 1170


def measure(installed, say):
    """Search as the list of tickets does, in a database with many tickets and messages."""
    with copy_of(installed, "search") as database:
        found = measured("search_process", database, TICKETS, patience=PATIENCE, say=say)
    among = f"{TICKETS:,} tickets"
    return [
        Figure(f"search among {among}: p95", found["p95"], "ms", goal=GOAL_MS),
        *(Figure(f"{what} among {among}: p95", value, "ms") for what, value in found["kinds"].items()),
        Figure("posting a message to a ticket with these indexes ÷ without", found["post"]),
    ]
