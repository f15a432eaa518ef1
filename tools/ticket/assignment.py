"""Chooses the agent for the next ticket: the one with the fewest open tickets, then the one who waited longest."""

from dataclasses import dataclass
from datetime import datetime

#: The values of `helpdesk.ticket.assignment`: will be assigned, no agent is available.
ASSIGNMENT_DUE, NOBODY_AVAILABLE = "due", "nobody"


@dataclass(frozen=True)
class Member:
    """A member of the team who is available.

    :param open: their open tickets, in all teams
    :param limit: so many open tickets at most, 0 for no limit
    :param latest: when they got their latest ticket, None for never
    """

    id: int
    open: int = 0
    limit: int = 0
    latest: datetime | None = None

    @property
    def is_free(self):
        return not self.limit or self.open < self.limit


def least_loaded(members):
    """The free members with the fewest open tickets; empty when none is free."""
    free = [member for member in members if member.is_free]
    fewest = min((member.open for member in free), default=0)
    return [member for member in free if member.open == fewest]


def choose(members):
    """The id of the next agent, or 0 when none is free."""
    free = least_loaded(members)
    return min(free, key=_order).id if free else 0


def _order(member):
    return member.latest or datetime.min, member.id
