"""The faults, by what they break."""

from dev.mutants.faults import (
    access,
    answering,
    email_body,
    inbound,
    neutralize,
    outbound,
    pipeline,
    sla,
    sla_next_response,
    sla_recount,
    slack_acts,
    slack_delivery,
    slack_inbound,
    slack_setup,
    slack_transports,
    slack_words,
    ticket,
    ticket_live,
)

ROOMS = (
    neutralize,
    pipeline,
    access,
    inbound,
    email_body,
    outbound,
    slack_words,
    slack_delivery,
    sla,
    sla_next_response,
    sla_recount,
    slack_acts,
    slack_inbound,
    slack_setup,
    slack_transports,
    ticket,
    ticket_live,
    answering,
)
FAULTS = tuple(fault for room in ROOMS for fault in room.FAULTS)
