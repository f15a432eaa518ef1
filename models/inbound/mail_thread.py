import logging
import xmlrpc.client

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import formataddr

from ...tools.email import addresses, mime_text
from ...tools.inbound import auto_mail, large_bodies
from ...tools.inbound.auto_mail import Kind
from ...tools.outbound import email_threading
from ..common import inbound_context

_logger = logging.getLogger(__name__)

#: In the References of Odoo's notices: to the sender of too many emails, and about the catchall address.
LOOP = "-loop-detection-bounce-email@"


class MailThread(models.AbstractModel):
    """The mail gateway for emails to tickets; all other emails are processed as in Odoo."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        arguments = (model, message, custom_values, save_original, strip_attachments, thread_id)
        mail = inbound_context.mail(self.env)
        if mail is None:
            self._bridge_check_gateway_values(model, custom_values, thread_id)
            # It did not come from a support mailbox, but from an alias, a mail server's script or RPC: the sender is
            # not authenticated.
            with inbound_context.unfetched(self, _raw(message)) as (gateway, mail):
                result = super(MailThread, gateway).message_process(*arguments)
                renamed = gateway.env["helpdesk.inbound.router"]._sent_to_alias(mail) if result is False else None
                if renamed:
                    result = super(MailThread, gateway).message_process(model, renamed, *arguments[2:])
            if mail.verdict:
                self.env["helpdesk.inbound.mail"].sudo()._log_unfetched(mail, result)
            return result
        if mail.is_processed:
            return False
        try:
            if mail.unreadable:
                raise mail.unreadable
            entry_sudo = self.env["helpdesk.inbound.mail"].sudo().browse(mail.entry_id)
            small, mail.bodies = large_bodies.detach(_raw(message), mail.original)
            if copied := entry_sudo._ticket_of_copy(mail, small):
                mail.report("duplicate", self.env._("The same email was already processed."), named_ticket_id=copied.id)
                result = False
            else:
                result = super().message_process(model, small, *arguments[2:])
                if result is False and entry_sudo._is_clash(mail):
                    mail.payload_due = False
                    small, mail.bodies = large_bodies.detach(
                        entry_sudo._with_unique_message_id(mail.raw), mail.original
                    )
                    result = super().message_process(model, small, *arguments[2:])
            entry_sudo._store_outcome(mail, result)
            # Errors must be raised here, where they are caught, and not in the caller's commit.
            self.env.cr.flush()
        except Exception as error:
            mail.error = error
            raise
        self.env.cr.postcommit.add(mail.commit)
        return result

    @api.model
    def _bridge_check_gateway_values(self, model, custom_values, thread_id):
        """Refuse values of a ticket, or its number, over RPC: the gateway would write them as superuser.

        Odoo's own callers (fetchmail, aliases) are superuser; a mail server's script sends no values.
        """
        if model == "helpdesk.ticket" and (custom_values or thread_id) and not (self.env.su or self.env.is_system()):
            raise AccessError(self.env._("Only an administrator may pass values for a ticket to the mail gateway."))

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        mail = inbound_context.mail(self.env)
        if not mail:
            return super().message_route(message, message_dict, model, thread_id, custom_values)
        router = self.env["helpdesk.inbound.router"]
        mail.subject = message_dict.get("subject") or ""
        mail.is_bounce = bool(message_dict.get("is_bounce"))
        if mail.is_bounce:
            routes = super().message_route(message, message_dict, model, thread_id, custom_values)
            mail.routed = True
            router._bounce(mail, message, message_dict)
        else:
            router._set_references(mail, message, message_dict)
            try:
                routes = super().message_route(message, message_dict, model, thread_id, custom_values)
            except (ValueError, SyntaxError):  # an alias that leads nowhere, or has broken default values
                if not mail.entry_id:
                    raise
                _logger.exception("an alias among the recipients of an email to a support mailbox cannot be followed")
                routes = []
            mail.routed = True
            routes = router._with_ticket_route(mail, message, message_dict, routes, custom_values)
            mail.parsed = dict(message_dict)
            routes = router._decide(mail, message, message_dict, routes)
        mail.routes = routes
        return routes

    @api.model
    def _detect_is_bounce(self, message, message_dict):
        """Odoo takes every report for a bounce, also read receipts and abuse reports, and does not know qmail."""
        found = super()._detect_is_bounce(message, message_dict)
        mail = inbound_context.mail(self.env)
        if not mail or not mail.entry_id:
            return found
        kind = self.env["helpdesk.inbound.router"]._classification(mail, message).kind
        if kind is Kind.BOUNCE:
            return True
        return found and kind not in (Kind.RECEIPT, Kind.AUTO_GENERATED)

    @api.model
    def _detect_loop_headers(self, msg_dict):
        """A reply to our "too many emails" notice may come from a person, so keep it with the other stopped emails."""
        return self._bridge_detect_loop(super()._detect_loop_headers, msg_dict)

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        return self._bridge_detect_loop(super()._detect_loop_sender, message, message_dict, routes)

    @api.model
    def _bridge_detect_loop(self, detect, *values):
        """Ask Odoo whether an email is part of a loop, unless it is replayed. :param detect: one of Odoo's methods"""
        mail = inbound_context.mail(self.env)
        if mail and mail.replayed:
            return False
        stopped = detect(*values)
        if stopped and mail:
            mail.is_loop = True
        return stopped

    @api.model
    def _routing_create_bounce_email(self, email_from, body_html, message, **mail_values):
        """Send no bounce to a program, which would reply with the next email (RFC 3834 section 2).

        A person who sends too many emails gets one notice per hour.
        """
        mail, sender = inbound_context.mail(self.env), inbound_context.sender(self.env)
        if sender and sender.suppress_auto_replies:
            return None
        if not mail or not (sender or mail.entry_id):
            return super()._routing_create_bounce_email(email_from, body_html, message, **mail_values)
        if not sender:
            # An alias or the catchall address rejected it before the router looked at the sender.
            own = self.env["helpdesk.inbound.router"]._own_addresses()
            if auto_mail.suppress_auto_replies(message, own):
                return None
        is_flood = mail.routed and LOOP in mail_values.get("references", "")
        if is_flood and self.env["helpdesk.inbound.mail"].sudo()._was_stopped(addresses.normalize(email_from)):
            return None
        subject = email_threading.one_line(mime_text.decode(mime_text.header(message, "Subject")))
        values = {"subject": f"Re: {subject}", "body_html": body_html, **mail_values}
        return self._bridge_queue_bounce(mail, email_from, values)

    @api.model
    def _bridge_queue_bounce(self, mail, email_from, values):
        """Queue Odoo's bounce like our automatic emails: retried, and sent from the mailbox that received the email."""
        headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
        mailbox = self.env["fetchmail.server"].sudo().browse(mail.mailbox_id or ())
        sender = (
            formataddr((mailbox.helpdesk_address_name or "", mailbox.helpdesk_address))
            if mailbox.helpdesk_address
            else False
        )
        self.env["mail.mail"].sudo().create(
            {
                "author_id": False,
                "auto_delete": True,
                "email_from": sender or self.env.company.email_formatted,
                "email_to": email_from,
                "headers": repr(headers),
                "model": "helpdesk.ticket",
                "reply_to": sender,
                **values,
            }
        ).send()

    def _mail_find_user_for_gateway(self, email_value, alias=None):
        """An email to a support mailbox never acts as the user whose address is claimed in From."""
        mail = inbound_context.mail(self.env)
        if mail and mail.entry_id and not alias:
            return self.env["res.users"]
        return super()._mail_find_user_for_gateway(email_value, alias=alias)

    def _message_parse_post_process(self, message, message_dict, routes):
        """Odoo searches author and recipients among all contacts; for tickets the router already knows the author."""
        message_dict.update(self._bridge_due_payload(message, message_dict, routes))
        message_dict.update(self._bridge_whole_texts(message_dict))
        sender = inbound_context.sender(self.env)
        if not sender or sender.is_agents or not any(route[0] == "helpdesk.ticket" for route in routes):
            return super()._message_parse_post_process(message, message_dict, routes)
        known = {**message_dict, "email_from": "", "recipients": "", "author_id": False, "partner_ids": []}
        values = super()._message_parse_post_process(message, known, routes)
        return {**values, "author_id": sender.author.id}

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Open or join the ticket first, then follow Odoo's other routes with what Odoo itself read in the email."""
        mail, router = inbound_context.mail(self.env), self.env["helpdesk.inbound.router"]
        tickets = [route for route in routes if route[0] == "helpdesk.ticket"]
        if not mail or not mail.parsed or not tickets:
            return super()._message_route_process(message, message_dict, routes)
        # Body and files are read after the routes are known.
        mail.parsed.update({name: message_dict[name] for name in ("body", "attachments") if name in message_dict})
        if mail.sender and mail.sender.kind is Kind.REACTION:
            router._set_reaction(mail.sender, message, message_dict)
        result = super()._message_route_process(message, message_dict, tickets)
        for route in routes:
            if route not in tickets:
                router._follow_beside(mail, message, route)
        return result


def _raw(message):
    """The bytes of an email, which callers pass in three types."""
    if isinstance(message, xmlrpc.client.Binary):
        message = message.data
    return message.encode() if isinstance(message, str) else bytes(message)
