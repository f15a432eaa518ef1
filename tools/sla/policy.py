"""Which policy a ticket has, and its targets: policies as plain values, cached per company."""

from dataclasses import dataclass, field
from datetime import datetime

from .clock import NEXT_RESPONSE, RESOLUTION, START

#: In the order of a rule's hours.
METRICS = (START, RESOLUTION, NEXT_RESPONSE)
#: What is counted from the creation of a ticket. A next response is counted from a customer's message.
FROM_CREATION = (START, RESOLUTION)


@dataclass(frozen=True)
class Rule:
    """A policy as it stands.

    :param since: it applies to tickets that came under policies at this moment or later
    :param teams, categories, tags: record ids; an empty set means any
    :param hours: hours to each of `METRICS`; 0 means no target
    :param by_priority: the same for tickets of a priority, in place of `hours`
    :param repeat: seconds of working time after which a breach is reported again; 0 for never
    """

    policy_id: int
    is_default: bool
    active: bool
    since: datetime
    teams: frozenset
    categories: frozenset
    tags: frozenset
    waiting: frozenset
    calendar_id: int
    warn_percent: int
    hours: tuple
    by_priority: dict = field(default_factory=dict, hash=False)
    repeat: int = 0

    def fits(self, ticket):
        """Whether it is made for such a ticket."""
        return (
            self.active
            and self.since <= ticket.since
            and (not self.teams or ticket.team in self.teams)
            and (not self.categories or ticket.category in self.categories)
            and (not self.tags or bool(self.tags & ticket.tags))
        )

    def minutes(self, metric, priority):
        """The target in minutes of working time; 0 for none. Less than a minute counts as one."""
        hours = self.by_priority.get(priority, self.hours)[METRICS.index(metric)]
        return max(1, round(hours * 60)) if hours > 0 else 0


@dataclass(frozen=True)
class Ticket:
    """What a policy looks at.

    :param since: when the ticket came under policies
    """

    since: datetime
    team: int = 0
    category: int = 0
    tags: frozenset = frozenset()


def choose(rules, ticket):
    """The first rule that fits, or None."""
    return next((rule for rule in rules if rule.fits(ticket)), None)
