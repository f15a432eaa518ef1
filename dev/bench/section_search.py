"""What an agent waits for who searches among many tickets: names, addresses, companies, words.

Each figure is the median of the slowest question of its kind, as the slowest of three users, among all tickets or the
open ones: the first page of the list and the count, as the web client asks for them."""

from dev.bench.child import measured
from dev.bench.figures import Figure
from dev.bench.stage import copy_of

TICKETS = 100_000
GOAL_MS = 200
PATIENCE = 590


def measure(installed, say):
    """Search as the list of tickets does, in a database with many tickets and messages."""
    with copy_of(installed, "search") as database:
        found = measured("search_process", database, TICKETS, patience=PATIENCE, say=say)
    among = f"{TICKETS:,} tickets"
    return [
        Figure(f"search among {among}: p95", found["p95"], "ms", goal=GOAL_MS),
        Figure(f"of it computed, by Odoo and PostgreSQL, among {among}: p95", found["computed"], "ms of CPU"),
        *(Figure(f"{what} among {among}", value, "ms", goal=GOAL_MS) for what, value in found["kinds"].items()),
        Figure("SQL queries of a search, at most", found["queries"]),
        Figure("posting a message to a ticket that is searched ÷ without the search", found["post"]),
    ]
