"""The faults, by what they break."""

from dev.mutants.faults import (
    access,
    email_body,
    inbound,
    inbound_cost,
    neutralize,
    outbound,
    pipeline,
    sla,
    sla_next_response,
    sla_recount,
    slack_delivery,
    slack_inbound,
    slack_words,
    ticket,
    ticket_live,
)

ROOMS = (
    neutralize,
    pipeline,
    access,
    inbound,
    inbound_cost,
    email_body,
    outbound,
    slack_words,
    slack_delivery,
    sla,
    sla_next_response,
    sla_recount,
    slack_inbound,
    ticket,
    ticket_live,
)
FAULTS = tuple(fault for room in ROOMS for fault in room.FAULTS)
