"""What people do in Slack beside talking: buttons, forms, reactions, tickets from messages, commands and App Home."""

from . import (
    helpdesk_slack_inbound_acts,
    helpdesk_slack_inbound_buttons,
    helpdesk_slack_inbound_forms,
    helpdesk_slack_inbound_words,
    helpdesk_slack_workspace,
    helpdesk_ticket,
)
