"""The faults, by what they break."""

from dev.mutants.faults import (
    access,
    email_body,
    inbound,
    neutralize,
    outbound,
    pipeline,
    slack_delivery,
    slack_words,
    sla,
    ticket,
)

FAULTS = tuple(
    fault
    for room in (neutralize, pipeline, access, inbound, email_body, outbound, slack_words, slack_delivery, sla, ticket)
    for fault in room.FAULTS
)
