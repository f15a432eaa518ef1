"""The morning digest of teams and agents."""

from . import helpdesk_digest

# What extends a model comes after what makes it.
from . import helpdesk_digest_content, helpdesk_slack_dispatcher, helpdesk_slack_outbox, helpdesk_slack_rule
from . import helpdesk_ticket_team, res_users
