"""The faults, by what they break."""

from dev.mutants.faults import access, inbound, neutralize, outbound, pipeline, slack_delivery, slack_words, sla

FAULTS = tuple(
    fault
    for room in (neutralize, pipeline, access, inbound, outbound, slack_words, slack_delivery, sla)
    for fault in room.FAULTS
)
