"""The faults, by what they break."""

from dev.mutants.faults import (
    access,
    email_body,
    inbound,
    neutralize,
    outbound,
    slack_delivery,
    slack_words,
    sla,
    ticket_live,
)

FAULTS = tuple(
    fault
    for room in (neutralize, access, inbound, email_body, outbound, slack_words, slack_delivery, sla, ticket_live)
    for fault in room.FAULTS
)
