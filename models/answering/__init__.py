"""Replies to customers that are held for a while before they are sent, so that their author can undo them."""

from . import helpdesk_ticket_reply

# What extends a model comes after what makes it.
from . import (
    helpdesk_ticket,
    helpdesk_ticket_canned,
    helpdesk_ticket_panel,
    helpdesk_ticket_reply_files,
    helpdesk_ticket_reply_sending,
    helpdesk_ticket_reply_stopping,
    helpdesk_ticket_team,
    helpdesk_ticket_viewer,
    mail_compose_message,
    mail_template,
    res_company,
    res_users,
)
