"""What stands in the header of an email to a customer: subject, thread, sender, other recipients, Reply-To."""

from ast import literal_eval

from odoo import api, fields, models
from odoo.tools import formataddr

from ...tools.outbound import email_threading
from ..common.xmlids import AGENTS
from .helpdesk_ticket_replies import OUTSIDE, OutsideRecipients


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    mail_thread_index = fields.Char(
        string="Outlook Conversation", copy=False, groups=AGENTS, help="Outlook uses it to recognize the conversation."
    )

    def _message_compute_subject(self):
        # Odoo asks for it in a composer, too, before it looks at any access.
        if not self.has_access("read"):
            return ""
        return self._bridge_subject(self.sudo()._bridge_conversation())

    def _bridge_subject(self, conversation):
        customer_message = conversation.filtered(lambda one: one.message_type == "email" and one.subject)
        customer_message = customer_message.filtered(lambda one: not self._bridge_by_team(one))[-1:]
        return email_threading.subject(
            self.sudo().mail_reference, customer_message.subject or self.name, is_reply=bool(conversation)
        )

    def _notify_by_email_get_base_mail_values(self, message, recipients_data, additional_values=None):
        values = super()._notify_by_email_get_base_mail_values(message, recipients_data, additional_values)
        message = message.sudo()
        headers = literal_eval(values.get("headers") or "{}")
        headers["X-Msg-To-Add"] = self._bridge_other_recipients(recipients_data)
        if message.message_type == "auto_comment" or self._bridge_is_public_reply(message):
            values.update(self.sudo()._bridge_thread_values(message, headers))
        values["helpdesk_customer"] = self.sudo()._bridge_only_customer(recipients_data)
        address, sender = self.sudo()._bridge_email_sender(message)
        if address:
            values["helpdesk_from"] = sender
            # Odoo has set the bounce address of an alias domain; without one, bounces return to a mailbox we fetch.
            headers["Return-Path"] = headers.get("Return-Path") or address
        return {**values, "headers": repr({name: value for name, value in headers.items() if value})}

    @api.model
    def _bridge_outside(self):
        """The `OutsideRecipients` of the message in hand; without any, nobody is one and nobody may read a quote."""
        outside = self.env.context.get(OUTSIDE)
        return outside if isinstance(outside, OutsideRecipients) else OutsideRecipients()

    def _bridge_other_recipients(self, recipients_data):
        """The other recipients to show in To, so that people outside can reply to all; "" if there are none.

        Agents see no others: if they replied to all, the customer would get an email that bypasses Odoo. Odoo appends
        the value after a comma, even an empty one.
        """
        if not all(one["share"] for one in recipients_data):
            return ""
        here = {one["email_normalized"] for one in recipients_data}
        people = self._bridge_outside().people
        others = [formataddr(pair) for pair in people if pair[1] not in here]
        return ",".join(others) if len(people) < self._CUSTOMER_HEADERS_LIMIT_COUNT else ""

    def _bridge_thread_values(self, message, headers):
        """Subject and references of an email to a customer. :param headers: thread headers are added to it"""
        conversation = self._bridge_conversation(before=message)
        customer_message = conversation.filtered(
            lambda one: one.message_type == "email" and not self._bridge_by_team(one)
        )[-1:]
        answered, references = email_threading.reply_headers(
            conversation.mapped("message_id"), customer_message.message_id
        )
        subject = message.subject
        subject = (
            email_threading.with_reference(subject, self.mail_reference)
            if subject
            else self._bridge_subject(conversation)
        )
        headers["In-Reply-To"] = answered
        headers["Thread-Topic"] = email_threading.one_line(customer_message.subject or self.name)
        headers["Thread-Index"] = email_threading.next_index(
            self.mail_thread_index, self._bridge_thread_seed(), self.create_date, fields.Datetime.now()
        )
        return {"subject": subject, "references": references}

    def _bridge_thread_seed(self):
        """A text that is unique to this ticket, also among other databases."""
        return f"{self.env['ir.config_parameter'].sudo().get_param('database.uuid')}-{self.id}"

    def _notify_get_reply_to(self, default=None, author_id=False):
        found = self._bridge_reply_to()
        others = self.filtered(lambda ticket: ticket.id not in found)
        if others or not self:
            found.update(super(HelpdeskTicket, others)._notify_get_reply_to(default=default, author_id=author_id))
        return found

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        found = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        return {**found, **self._bridge_reply_to()}

    def _bridge_reply_to(self):
        """The Reply-To of these tickets that have a mailbox: it does not need Odoo's alias domain."""
        mailboxes = {ticket.id: ticket._bridge_mailbox() for ticket in self}
        return {number: formataddr((name, address)) for number, (address, name) in mailboxes.items() if address}
