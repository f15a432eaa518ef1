"""Computes the recipients of emails about a ticket: the customer, each person once, never our own mailboxes."""

from odoo import api, models
from odoo.tools import email_normalize, email_normalize_all
from odoo.tools.mail import email_split_and_format

from ..common import inbound_context


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_reply_recipients(self, partner_ids=(), already_addressed=()):
        """The recipients of an agent's reply, as arguments of `message_post`. Customers are not followers.

        :param already_addressed: texts with addresses that the agent has written to as well; Odoo leaves out contacts
            among them itself
        """
        self.ensure_one()
        # Odoo sends no email to an archived contact.
        partner = self.partner_id.filtered(lambda partner: partner.active and partner.email_normalized)
        written = [] if partner else [self.partner_email or self.partner_id.email or ""]
        others = [address for text in (*written, self.email_cc or "") for address in email_split_and_format(text)]
        addressed = set(email_normalize_all(", ".join(already_addressed)))
        others = [address for address in others if email_normalize(address) not in addressed]
        return {
            "partner_ids": [*{*(partner_ids or ()), *partner.ids}],
            "outgoing_email_to": ", ".join(others) or False,
        }

    def _bridge_addresses_without_contact(self, text, partners=None):
        """The addresses in a text that belong to no contact, as `message_post` expects them.

        :param partners: the contacts to compare with; None: all
        """
        written = email_split_and_format(text)
        if partners is None and written:
            visible = [("company_id", "in", [self.company_id.id, False])]
            partners = self.env["res.partner"].search([("email_normalized", "in", email_normalize_all(text)), *visible])
        known = set(partners.mapped("email_normalized")) if written else ()
        return ", ".join(one for one in written if email_normalize(one) not in known) or False

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Drop duplicates and our own mailboxes, and for internal notes everyone outside the team."""
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not found or not self:
            return found
        message = message.sudo()
        is_note = message.message_type in ("comment", "email") and (message.is_internal or message.subtype_id.internal)
        own, recipients, seen = self._bridge_own_addresses(), [], set()
        for one in found:
            address = one["email_normalized"]
            if (is_note and one["share"]) or (address and (address in own or (one["share"] and address in seen))):
                continue
            seen.add(address)
            recipients.append({**one, "lang": one["lang"] or self.sudo().letter_lang} if one["share"] else one)
        return recipients

    @api.model
    def _bridge_own_addresses(self):
        """The addresses of all our mailboxes and aliases."""
        if inbound_context.current(self.env):
            return self.env["helpdesk.inbound.router"]._own_addresses()
        return self.env["fetchmail.server"].sudo()._helpdesk_addresses()

    def _bridge_customer_email(self):
        """The customer's address: the contact's, else the one they wrote from, else ""."""
        self.ensure_one()
        return self.partner_id.email_normalized or email_normalize(self.partner_email or "") or ""

    def _bridge_only_customer(self, recipients_data):
        """The customer's address if it is the only recipient and belongs to no contact, else False."""
        people = {one["email_normalized"] for one in recipients_data if not one["id"]}
        return people.pop() if len(people) == 1 and people <= self._bridge_customer_addresses() else False
