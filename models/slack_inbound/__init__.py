"""From Slack to Odoo: the inbox of what Slack told us, who acts, and what becomes of a reply in a ticket's thread."""

from . import helpdesk_slack_echo, helpdesk_slack_inbound, helpdesk_slack_person

# What extends a model comes after what makes it.
from . import (
    helpdesk_slack_channel,
    helpdesk_slack_inbound_actions,
    helpdesk_slack_inbound_cron,
    helpdesk_slack_inbound_link,
    helpdesk_slack_inbound_message,
    helpdesk_slack_inbound_outcome,
    helpdesk_slack_inbound_turn,
    helpdesk_slack_member,
    helpdesk_slack_outbox,
    helpdesk_slack_thread,
    helpdesk_slack_workspace,
    helpdesk_slack_workspace_catch_up,
    helpdesk_slack_workspace_channels,
    helpdesk_slack_workspace_hearing,
    helpdesk_slack_workspace_listened,
    helpdesk_slack_workspace_socket,
    helpdesk_slack_workspace_threads,
    helpdesk_slack_workspace_way,
    helpdesk_slack_workspace_way_test,
    helpdesk_ticket,
    helpdesk_ticket_team,
    ir_http,
    mail_message,
    res_company,
    res_users,
)

# What overrides a method of the files above comes last.
from . import helpdesk_slack_inbound_gap
