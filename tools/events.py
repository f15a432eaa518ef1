"""The words for what happens to a ticket.

The same word is the Selection key, the wording key and the name in a test. A word is in the past tense: it tells a
fact that is already committed, never a wish.
"""

CREATED = "created"
ASSIGNED = "assigned"
CUSTOMER_REPLIED = "customer_replied"
AGENT_REPLIED = "agent_replied"
NOTED = "noted"
CLOSED = "closed"
REOPENED = "reopened"
SLA_START_WARNED = "sla_start_warned"
SLA_START_BREACHED = "sla_start_breached"
SLA_RESOLUTION_WARNED = "sla_resolution_warned"
SLA_RESOLUTION_BREACHED = "sla_resolution_breached"

#: Every word, in the order of a ticket's life.
EVENTS = (
    CREATED,
    ASSIGNED,
    CUSTOMER_REPLIED,
    AGENT_REPLIED,
    NOTED,
    CLOSED,
    REOPENED,
    SLA_START_WARNED,
    SLA_START_BREACHED,
    SLA_RESOLUTION_WARNED,
    SLA_RESOLUTION_BREACHED,
)
