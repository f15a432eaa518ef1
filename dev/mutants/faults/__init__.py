"""The faults, by what they break."""

from dev.mutants.faults import (
    access,
    email_body,
    inbound,
    neutralize,
    outbound,
    sla,
    sla_recount,
    slack_delivery,
    slack_words,
)

FAULTS = tuple(
    fault
    for room in (neutralize, access, inbound, email_body, outbound, slack_words, slack_delivery, sla, sla_recount)
    for fault in room.FAULTS
)
