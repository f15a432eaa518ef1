"""The ticket by itself: reference, conversation, participants, events, assignment, reopening, team."""

from . import helpdesk_bridge_prefix  # others inherit it
from . import helpdesk_followup, helpdesk_ticket_viewer, search_functions, search_sources, search_table

# What extends a model comes after what makes it.
from . import (
    helpdesk_ticket,
    helpdesk_ticket_assignee,
    helpdesk_ticket_assignment,
    helpdesk_ticket_bulk,
    helpdesk_ticket_closing,
    helpdesk_ticket_conversation,
    helpdesk_ticket_events,
    helpdesk_ticket_inactivity,
    helpdesk_ticket_live,
    helpdesk_ticket_merging,
    helpdesk_ticket_new,
    helpdesk_ticket_number,
    helpdesk_ticket_open,
    helpdesk_ticket_own_mark,
    helpdesk_ticket_participants,
    helpdesk_ticket_rating,
    helpdesk_ticket_reopening,
    helpdesk_ticket_search,
    helpdesk_ticket_stage,
    helpdesk_ticket_taking,
    helpdesk_ticket_team,
    helpdesk_ticket_turn,
    helpdesk_ticket_work,
    res_company,
    res_groups,
    res_partner,
    res_users,
)

# What overrides hooks that stand above comes after them.
from . import helpdesk_ticket_snooze
from . import helpdesk_ticket_desk
