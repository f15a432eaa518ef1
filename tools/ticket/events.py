"""The events of a ticket, and how they follow from two snapshots of it.

The same word is the Selection key, the wording key and the name in a test. It is in the past tense: it names a
fact that is already committed, never a wish. What has no word (a stage moved, a priority raised) is only shown.
"""

from dataclasses import dataclass, field

CREATED = "created"
ASSIGNED = "assigned"
CUSTOMER_REPLIED = "customer_replied"
AGENT_REPLIED = "agent_replied"
REPLY_HELD = "reply_held"
REPLY_UNDONE = "reply_undone"
REPLY_STOPPED = "reply_stopped"
NOTED = "noted"
CLOSED = "closed"
REOPENED = "reopened"
MERGED = "merged"
RATED = "rated"
SNOOZE_ENDED = "snooze_ended"
SLA_START_WARNED = "sla_start_warned"
SLA_START_BREACHED = "sla_start_breached"
SLA_NEXT_RESPONSE_WARNED = "sla_next_response_warned"
SLA_NEXT_RESPONSE_BREACHED = "sla_next_response_breached"
SLA_RESOLUTION_WARNED = "sla_resolution_warned"
SLA_RESOLUTION_BREACHED = "sla_resolution_breached"
SLA_REVOKED = "sla_revoked"

#: Every word, in the order of a ticket's life.
EVENTS = (
    CREATED,
    ASSIGNED,
    CUSTOMER_REPLIED,
    AGENT_REPLIED,
    REPLY_HELD,
    REPLY_UNDONE,
    REPLY_STOPPED,
    NOTED,
    CLOSED,
    REOPENED,
    MERGED,
    RATED,
    SNOOZE_ENDED,
    SLA_START_WARNED,
    SLA_START_BREACHED,
    SLA_NEXT_RESPONSE_WARNED,
    SLA_NEXT_RESPONSE_BREACHED,
    SLA_RESOLUTION_WARNED,
    SLA_RESOLUTION_BREACHED,
    SLA_REVOKED,
)

#: What only the assignee has to know: while there is none, it calls nobody.
FOR_THE_ASSIGNEE = frozenset({CUSTOMER_REPLIED})

#: The events that the clocks report, not a person.
SLA_EVENTS = frozenset(
    {
        *(SLA_START_WARNED, SLA_START_BREACHED, SLA_NEXT_RESPONSE_WARNED, SLA_NEXT_RESPONSE_BREACHED),
        *(SLA_RESOLUTION_WARNED, SLA_RESOLUTION_BREACHED, SLA_REVOKED),
    }
)


@dataclass(frozen=True)
class Event:
    """Something that happened to a ticket.

    :param name: one of `EVENTS`, or an event of another addon (docs/extending.rst)
    :param message: the record of the message that was posted; None where nothing was said
    :param due: the deadline in words, of an event in `SLA_EVENTS`
    :param metric: of which SLA target, where the name does not say that
    :param is_silent: it mentions no one, whatever the rules say
    :param is_call: it mentions the assignee, whatever the rules say
    :param is_repeated: the same has been reported before
    :param rating: the record of the rating that the customer gave; None for anything else
    :param reply: the record of the reply that is held, undone or stopped; None for anything else
    :param facts: what the sentence of another addon's event names: name -> plain text
    """

    name: str
    message: object = None
    due: str = ""
    metric: str = ""
    is_silent: bool = False
    is_call: bool = False
    is_repeated: bool = False
    rating: object = None
    reply: object = None
    facts: dict = field(default_factory=dict, hash=False)


#: The columns that Slack's first message shows.
SHOWN = (
    *("name", "description", "partner_id", "partner_name", "partner_email", "priority", "stage_id", "sla_due"),
    *("assignment", "active", "duplicate_id", "customer_replied", "sla_paused", "snoozed_until"),
)
#: The columns of a ticket that are compared before and after a change.
COMPARED = (*SHOWN, "user_id", "team_id", "company_id")


@dataclass(frozen=True)
class Rule:
    """What happens with an event.

    :param posted: in the thread
    :param mentions: mentions people
    :param broadcast: also posted in the channel
    """

    posted: bool = True
    mentions: bool = False
    broadcast: bool = False


#: The rules where none are stored: notes are not posted; what the assignee has to act on mentions them, and a new
#: ticket mentions those whom the company or the team has chosen.
DEFAULT_RULES = {
    **{event: Rule() for event in EVENTS},
    CREATED: Rule(mentions=True),
    ASSIGNED: Rule(mentions=True),
    CUSTOMER_REPLIED: Rule(mentions=True),
    NOTED: Rule(posted=False),
    SNOOZE_ENDED: Rule(mentions=True),
    SLA_START_WARNED: Rule(mentions=True),
    SLA_START_BREACHED: Rule(mentions=True, broadcast=True),
    SLA_NEXT_RESPONSE_WARNED: Rule(mentions=True),
    SLA_NEXT_RESPONSE_BREACHED: Rule(mentions=True, broadcast=True),
    SLA_RESOLUTION_WARNED: Rule(mentions=True),
    SLA_RESOLUTION_BREACHED: Rule(mentions=True, broadcast=True),
}


@dataclass(frozen=True)
class Facts:
    """One look at a ticket, in plain values that stay as they were.

    :param user: record id, 0 when unassigned
    :param place: team and company, which decide the channel
    :param shown: everything else that the first message shows
    :param stage: record id, 0 without one
    :param merged: record id of the ticket that this one was merged into, 0 for none
    """

    closed: bool
    user: int
    place: tuple
    shown: tuple
    stage: int = 0
    merged: int = 0
    active: bool = True

    @property
    def is_over(self):
        """Whether nobody works on the ticket: it is closed or archived."""
        return self.closed or not self.active


def happened(before, after):
    """The events between two snapshots, in the order in which they are reported."""
    words = []
    if before.closed and not after.closed:
        words.append(REOPENED)
    if after.user and after.user != before.user:
        words.append(ASSIGNED)
    if after.closed and not before.closed:
        words.append(CLOSED)
    if after.merged and after.merged != before.merged:
        words.append(MERGED)
    return words
