"""Emails from customers: mailboxes, log, router, filters, gateway, and what an email does to a ticket."""

from . import helpdesk_fetch_request, helpdesk_inbound_mail, helpdesk_inbound_router, helpdesk_mail_filter

# Extensions of a model come after the model.
from . import (
    fetchmail_server,
    fetchmail_server_errors,
    fetchmail_server_turns,
    helpdesk_inbound_mail_accept,
    helpdesk_inbound_mail_actions,
    helpdesk_inbound_mail_copies,
    helpdesk_inbound_mail_failure,
    helpdesk_inbound_mail_large,
    helpdesk_inbound_mail_outcome,
    helpdesk_inbound_mail_rescue,
    helpdesk_inbound_mail_retention,
    helpdesk_inbound_router_bounce,
    helpdesk_inbound_router_lists,
    helpdesk_inbound_router_routes,
    helpdesk_inbound_router_sender,
    helpdesk_inbound_router_ticket,
    helpdesk_ticket,
    helpdesk_ticket_claims,
    helpdesk_ticket_filtering,
    helpdesk_ticket_notes,
    helpdesk_ticket_reopening,
    helpdesk_ticket_team,
    ir_attachment,
    ir_cron,
    ir_model,
    mail_alias_domain,
    mail_thread,
    mail_thread_payload,
    res_company,
    res_partner,
)
