"""Computes the recipients of emails about a ticket: the customer, each person once, never our own mailboxes."""

from odoo import api, models
from odoo.tools.mail import email_split_and_format

from ...tools.email import addresses
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
        addressed = set(addresses.normalize_all(*already_addressed))
        others = [address for address in others if addresses.normalize(address) not in addressed]
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
            stored = [form for address in addresses.normalize_all(text) for form in addresses.spellings(address)]
            partners = self.env["res.partner"].search([("email_normalized", "in", stored), *visible])
        known = set(addresses.normalize_all(*partners.mapped("email_normalized"))) if written else ()
        return ", ".join(one for one in written if addresses.normalize(one) not in known) or False

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Drop duplicates, our own mailboxes and who has left, and for internal notes everyone outside the team.

        The customer gets the replies where they want them.
        """
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not found or not self:
            return found
        message = message.sudo()
        is_note = message.message_type in ("comment", "email") and (message.is_internal or message.subtype_id.internal)
        own, recipients, seen = self._bridge_own_addresses(), [], set()
        chosen = {False, *(msg_vals or {}).get("partner_ids", message.partner_ids.ids)}
        following = [one for one in found if one["id"] not in chosen]
        left = {*self._bridge_former_agents(following).ids, *self._bridge_strangers(following)}
        for one in self._bridge_redirected([one for one in found if one["id"] not in left], message):
            address = one["email_normalized"]
            is_repeated = one["share"] and address in seen
            if (is_note and one["share"]) or (address and (addresses.is_one_of(address, own) or is_repeated)):
                continue
            seen.add(address)
            recipients.append({**one, "lang": one["lang"] or self.sudo().letter_lang} if one["share"] else one)
        return recipients

    def _bridge_strangers(self, following):
        """The contacts of colleagues who do not work in this ticket's company, as after the ticket or they have moved.

        :param following: followers, as Odoo describes recipients
        """
        ticket = self.sudo()
        # As sudo, as Odoo calls it: it keeps what the current user sees.
        company_id, users = ticket.company_id.id, ticket.env["res.users"]
        people = [one for one in following if one["uid"] and not one["share"] and one["id"] != ticket.partner_id.id]
        return [one["id"] for one in people if company_id not in users.browse(one["uid"])._get_company_ids()]

    def _bridge_former_agents(self, following):
        """Those of these followers who follow this ticket only because they worked on it, and have left since.

        Not its customer, nor people in Cc, nor who has come to the ticket after they had left.
        """
        ticket = self.sudo()
        people = ticket.env["res.partner"].browse([one["id"] for one in following if one["share"]])
        former = people.filtered("helpdesk_team_until") - ticket.partner_id
        if not former:
            return former
        participants, first = ticket._bridge_addresses(), min(ticket.message_ids.ids, default=0)
        return former.filtered(
            lambda one: first <= one.helpdesk_team_until and one.email_normalized not in participants
        )

    def _bridge_redirected(self, found, message):
        """Recipients as Odoo describes them, with addresses in their one spelling, and where a customer wants replies.

        A customer whom the email in hand has already reached there is left out.
        """
        ticket = self.sudo()
        wanted = addresses.normalize(ticket.customer_reply_to)
        customer = addresses.normalize_all(ticket.partner_email, ticket.partner_id.email_normalized)
        reached = addresses.normalize_all(message.incoming_email_to, message.incoming_email_cc)
        # Odoo sends to the address of a contact, so that this address must be no contact's.
        nobody = {"id": False, "uid": False, "ushare": False, "groups": [], "type": "customer", "notif": "email"}
        there = {**nobody, "is_follower": False, "email_normalized": wanted}
        for one in found:
            address = addresses.normalize(one["email_normalized"]) or one["email_normalized"]
            is_customer = (one["id"] and one["id"] == ticket.partner_id.id) or address in customer
            if not (wanted and one["share"] and is_customer) or address == wanted:
                yield {**one, "email_normalized": address}
            elif wanted not in reached:
                yield {**one, **there}

    def _bridge_emailed(self, values):
        """Whom posting a message would email, as Odoo describes recipients. Nothing is posted.

        :param values: arguments of `message_post`
        """
        self.ensure_one()
        subtype = self.env["ir.model.data"]._xmlid_to_res_id(values["subtype_xmlid"])
        shown = ("message_type", "author_id", "email_from", "partner_ids", "outgoing_email_to")
        known = {name: values.get(name) or False for name in (*shown, "incoming_email_to", "incoming_email_cc")}
        known = {**known, "subtype_id": subtype, "partner_ids": values.get("partner_ids") or []}
        message = self.env["mail.message"].new({**known, "model": self._name, "res_id": self.id})
        found = self._notify_get_recipients(message, msg_vals=known)
        return [one for one in found if one["notif"] == "email" and one["email_normalized"]]

    @api.model
    def _bridge_own_addresses(self):
        """The addresses of all our mailboxes and aliases."""
        if inbound_context.current(self.env):
            return self.env["helpdesk.inbound.router"]._own_addresses()
        return self.env["fetchmail.server"].sudo()._helpdesk_addresses()

    def _bridge_customer_email(self):
        """The customer's address: where they want replies, else the contact's, else where they wrote from, else ""."""
        self.ensure_one()
        texts = (self.customer_reply_to, self.partner_id.email_normalized, self.partner_email)
        return next(iter(addresses.normalize_all(*texts)), "")

    def _bridge_only_customer(self, recipients_data):
        """The customer's address if it is the only recipient and belongs to no contact, else False."""
        people = {one["email_normalized"] for one in recipients_data if not one["id"]}
        return people.pop() if len(people) == 1 and people <= self._bridge_customer_addresses() else False
