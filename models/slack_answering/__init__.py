"""Replies to customers from Slack: the modal, the shortcut, and the buttons of a held reply in the thread."""

from . import (
    helpdesk_slack_inbound_canned,
    helpdesk_slack_inbound_modal,
    helpdesk_slack_inbound_reply,
    helpdesk_slack_inbound_source,
    helpdesk_slack_inbound_tidy,
    helpdesk_slack_inbound_words,
    helpdesk_slack_outbox,
    helpdesk_ticket,
    helpdesk_ticket_reply,
)
