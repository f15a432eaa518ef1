"""Slack: workspaces, channels, members, rules, threads, outbox and dispatcher; the ticket's Slack fields."""

from . import helpdesk_slack_health  # others inherit it
from . import (
    helpdesk_slack_channel,
    helpdesk_slack_dispatcher,
    helpdesk_slack_member,
    helpdesk_slack_outbox,
    helpdesk_slack_rule,
    helpdesk_slack_thread,
    helpdesk_slack_workspace,
)

# What extends a model comes after what makes it.
from . import (
    helpdesk_slack_channel_webhook,
    helpdesk_slack_dispatcher_blocked,
    helpdesk_slack_dispatcher_claim,
    helpdesk_slack_dispatcher_run,
    helpdesk_slack_dispatcher_workers,
    helpdesk_slack_outbox_actions,
    helpdesk_slack_outbox_crashes,
    helpdesk_slack_outbox_mentions,
    helpdesk_slack_outbox_posted,
    helpdesk_slack_outbox_request,
    helpdesk_slack_outbox_result,
    helpdesk_slack_outbox_retention,
    helpdesk_slack_outbox_status,
    helpdesk_slack_workspace_channels,
    helpdesk_slack_workspace_env,
    helpdesk_slack_workspace_errors,
    helpdesk_slack_workspace_secrets,
    helpdesk_slack_workspace_test,
    helpdesk_ticket,
    helpdesk_ticket_events,
    helpdesk_ticket_team,
    ir_cron,
    res_company,
)
