"""The scheduled actions that do the bridge's work, by their external ids."""

#: Odoo's fetch of emails.
FETCH = "mail.ir_cron_mail_gateway_action"
#: Those that fetch beside it end in a number.
FETCH_BESIDE = "helpdesk_bridge.ir_cron_fetch"
#: Odoo's queue of outgoing emails.
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"
#: The first dispatcher; others end in a number.
SLACK = "helpdesk_bridge.ir_cron_slack_outbox"
#: What came from Slack.
SLACK_INBOUND = "helpdesk_bridge.ir_cron_slack_inbound"
#: Asks Slack for what nobody has delivered.
SLACK_CATCH_UP = "helpdesk_bridge.ir_cron_slack_catch_up"
SLA_TICK = "helpdesk_bridge.ir_cron_sla_tick"
AFTER_MAIL = "helpdesk_bridge.ir_cron_after_mail"
#: Replies to customers that are held for a while.
REPLIES = "helpdesk_bridge.ir_cron_ticket_replies"
#: Looks whose morning it is.
DIGEST = "helpdesk_bridge.ir_cron_digest"

ALL = (FETCH, SLACK, SLACK_INBOUND, SLACK_CATCH_UP, SLA_TICK, AFTER_MAIL, REPLIES, DIGEST, MAIL_QUEUE)
