"""SLA: policies, targets, clocks, their history and cron; the ticket's SLA fields."""

from . import (
    helpdesk_sla_clock,
    helpdesk_sla_clock_line,
    helpdesk_sla_policy,
    helpdesk_sla_recount,
    helpdesk_sla_target,
)

# What extends a model comes after what makes it.
from . import (
    helpdesk_sla_clock_cron,
    helpdesk_sla_clock_history,
    helpdesk_sla_clock_notify,
    helpdesk_sla_clock_recount,
    helpdesk_sla_clock_tags,
    helpdesk_sla_policy_preview,
    helpdesk_sla_policy_recount,
    helpdesk_sla_policy_stages,
    helpdesk_sla_recount_preview,
    helpdesk_ticket,
    helpdesk_ticket_desk,
    helpdesk_ticket_events,
    helpdesk_ticket_first_response,
    helpdesk_ticket_merging,
    helpdesk_ticket_next_response,
    helpdesk_ticket_recount,
    helpdesk_ticket_reopened,
    helpdesk_ticket_stage,
    helpdesk_ticket_team,
    res_company,
    resource_calendar,
    resource_calendar_recount,
)
