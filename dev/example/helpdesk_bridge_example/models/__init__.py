from . import helpdesk_slack_outbox, helpdesk_slack_rule, helpdesk_ticket
