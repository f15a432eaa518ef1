"""What people do in Slack beside talking: buttons, forms, reactions, tickets from messages, commands and App Home."""

from . import (
    helpdesk_slack_inbound_acts,
    helpdesk_slack_outbox,
    helpdesk_slack_workspace,
    helpdesk_ticket,
    helpdesk_ticket_team,
)

# What is more special comes after what is general: it is asked first.
from . import helpdesk_slack_inbound_buttons, helpdesk_slack_inbound_forms, helpdesk_slack_inbound_words
from . import helpdesk_slack_inbound_snooze
from . import helpdesk_slack_inbound_create, helpdesk_slack_inbound_reactions
from . import helpdesk_slack_inbound_creation, helpdesk_slack_inbound_lists
from . import helpdesk_slack_inbound_command
from . import helpdesk_slack_inbound_home
