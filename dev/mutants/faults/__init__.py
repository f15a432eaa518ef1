"""The faults, by what they break."""

from dev.mutants.faults import (
    access,
    email_body,
    inbound,
    neutralize,
    outbound,
    slack_delivery,
    slack_inbound,
    slack_words,
    sla,
)

FAULTS = tuple(
    fault
    for room in (neutralize, access, inbound, email_body, outbound, slack_words, slack_delivery, slack_inbound, sla)
    for fault in room.FAULTS
)
