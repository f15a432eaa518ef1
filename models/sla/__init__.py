"""SLA: policies, targets, clocks, their history and cron; the ticket's SLA fields."""

from . import helpdesk_sla_clock, helpdesk_sla_clock_line, helpdesk_sla_policy, helpdesk_sla_target

# What extends a model comes after what makes it.
from . import (
    helpdesk_sla_clock_cron,
    helpdesk_sla_clock_history,
    helpdesk_sla_clock_notify,
    helpdesk_sla_policy_stages,
    helpdesk_ticket,
    helpdesk_ticket_events,
    helpdesk_ticket_first_response,
    helpdesk_ticket_merging,
    res_company,
    resource_calendar,
)
