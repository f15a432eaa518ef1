"""Emails to customers: automatic emails, agents' replies, recipients and the mail queue."""

from . import helpdesk_letter

# Extensions of a model are imported after the model.
from . import (
    helpdesk_followup,
    helpdesk_ticket_answer_hint,
    helpdesk_ticket_auto_replies,
    helpdesk_ticket_bulk,
    helpdesk_ticket_files,
    helpdesk_ticket_inactivity,
    helpdesk_ticket_mailbox,
    helpdesk_ticket_rating,
    helpdesk_ticket_recipients,
    helpdesk_ticket_replies,
    helpdesk_ticket_reply_headers,
    helpdesk_ticket_team,
    helpdesk_ticket_templates,
    helpdesk_ticket_undelivered,
    ir_mail_server,
    mail_mail,
    mail_mail_content,
    mail_mail_handing_over,
    mail_mail_sender,
    mail_render_mixin,
    res_company,
    res_partner,
)
