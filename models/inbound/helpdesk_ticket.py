"""What an email does to a ticket: it opens one, joins one, or leaves a note on one.

The router decides (`helpdesk_inbound_router`), by the participants of the ticket (helpdesk_ticket_participants.py).
This file carries that out. A reply on a closed ticket is handled in helpdesk_ticket_reopening.py.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.common.lazy_mapping import LazyMapping
from ...tools.email import addresses, reference
from ...tools.inbound.routing import Disposition
from ..common import inbound_context
from ..common.translated import with_company_lang
from ..common.xmlids import AGENTS

#: Longest title of a ticket; the message keeps the whole subject.
MAX_TITLE = 250
#: In the context: tickets of a former system are carried over. RPC cannot send this object.
CARRIED_OVER_KEY, CARRIED_OVER = "helpdesk_bridge_carried_over", object()


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"
    # Odoo's loop detection counts the tickets of a sender by this field.
    _primary_email = "partner_email"

    previous_ticket_id = fields.Many2one("helpdesk.ticket", copy=False, index="btree_not_null", groups=AGENTS)
    legacy_reference = fields.Char(
        copy=False,
        index="btree_not_null",
        groups=AGENTS,
        help="The reference of the ticket in a former system, for example [ML-#42]. Replies that refer to it join this "
        "ticket.",
    )
    mail_silent = fields.Boolean(
        string="No Automatic Emails",
        copy=False,
        groups=AGENTS,
        help="The sender is a program, or must not receive automatic emails.",
    )
    email_failing = fields.Boolean(
        string="Email Bounces", copy=False, groups=AGENTS, help="An email to this ticket's customer bounced."
    )
    inbound_mail_ids = fields.One2many("helpdesk.inbound.mail", "ticket_id", string="Inbound Emails", groups=AGENTS)
    inbound_mail_count = fields.Integer(
        string="Number of Inbound Emails",
        compute="_compute_inbound_mail_count",
        groups=AGENTS,
        saved_only=True,
    )

    sender_doubt = fields.Char(
        string="Sender Not Verified",
        compute="_compute_sender_doubt",
        compute_sudo=True,
        groups=AGENTS,
        help="Why the sender of the email that opened this ticket may be another person.",
        saved_only=True,
    )

    _partner_email_index = models.Index("(partner_email, create_date)")

    def _compute_inbound_mail_count(self):
        for ticket in self:
            ticket.inbound_mail_count = len(ticket.inbound_mail_ids)

    @api.depends("inbound_mail_ids.verdict", "inbound_mail_ids.doubt")
    def _compute_sender_doubt(self):
        for ticket in self:
            opened = ticket.inbound_mail_ids.filtered(lambda entry: entry.verdict == "created" and entry.doubt)
            ticket.sender_doubt = opened[:1].doubt

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._bridge_with_reference(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._bridge_with_reference(vals))

    @api.model
    def _bridge_with_reference(self, vals):
        """The values with a normalised former reference; an invalid one stays, and the constraint rejects it."""
        text = vals.get("legacy_reference")
        found = reference.references_in(f"[{str(text).strip(' []')}]") if text else []
        return {**vals, "legacy_reference": reference.reference(*found[0])} if len(found) == 1 else vals

    @api.constrains("legacy_reference")
    def _check_legacy_reference(self):
        for ticket in self.sudo().filtered("legacy_reference"):
            found = reference.references_in(ticket.legacy_reference)
            if [reference.reference(*one) for one in found] != [ticket.legacy_reference]:
                raise ValidationError(
                    self.env._("“%s” is not a reference. Enter it as in a subject: [ML-#42].", ticket.legacy_reference)
                )
            # The numbers of a former system may overlap with ours; then the participants decide.
            if self.env.context.get(CARRIED_OVER_KEY) is not CARRIED_OVER:
                ticket._bridge_refuse_reference(ticket._bridge_numbered_ticket(*found[0]))

    @api.constrains("legacy_reference", "company_id")
    def _check_legacy_reference_unique(self):
        for ticket in self.sudo().filtered("legacy_reference"):
            same = [("legacy_reference", "=", ticket.legacy_reference), ("company_id", "=", ticket.company_id.id)]
            tickets = ticket.with_context(active_test=False)
            ticket._bridge_refuse_reference(tickets.search([*same, ("id", "!=", ticket.id)], limit=1))

    def _bridge_numbered_ticket(self, prefix, number):
        """Another ticket of this company whose own reference this is; may be empty."""
        found = self._bridge_numbered(number) - self
        found = found.filtered(lambda ticket: ticket.company_id == self.company_id)
        return found.filtered(lambda ticket: prefix in ticket._bridge_prefixes())

    def _bridge_refuse_reference(self, other):
        """Raise an error if the former reference of this ticket already leads to another one."""
        if other:
            raise ValidationError(
                self.env._(
                    "%(reference)s already leads to the ticket “%(ticket)s”.",
                    reference=self.legacy_reference,
                    ticket=other.display_name,
                )
            )

    # ------------------------------------------------------------
    # The gateway's calls
    # ------------------------------------------------------------

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """As in Odoo, but for exactly this address: faster, and without the tickets of other senders."""
        return [("partner_email", "=", email_from_normalized)]

    @api.model
    def _bridge_mailbox_team_id(self):
        """The team of the mailbox that an email came from; Odoo passes the mailbox as a default in the context."""
        mail = inbound_context.mail(self.env)
        if mail and mail.entry_id:
            return mail.team_id
        mailbox_id = self.env.context.get("default_fetchmail_server_id")
        return self.env["fetchmail.server"].sudo().browse(mailbox_id).helpdesk_team_id.id

    @api.model
    def message_new(self, msg, custom_values=None):
        """A ticket from an email has no assignee yet, and belongs to the team of the mailbox."""
        mail, team_id = inbound_context.mail(self.env), (custom_values or {}).get("team_id")
        if mail and team_id in mail.senders:
            mail.sender = mail.senders[team_id]
        sender = inbound_context.sender(self.env)
        email_channel = "helpdesk_mgmt.helpdesk_ticket_channel_email"
        values = {
            "user_id": False,
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id(email_channel, raise_if_not_found=False),
            **(custom_values or {}),
        }
        if not sender:
            values.setdefault("team_id", self._bridge_mailbox_team_id())
            return super().message_new(msg, custom_values=values)
        values.update(self._bridge_sender_values(sender, msg))
        # Marked in one go: a second write would be a change that is reported, too.
        values["assignment"] = not sender.is_agents_answer and self._bridge_new_assignment(values)
        # An unauthenticated email must not add followers; helpdesk_mgmt subscribes the contacts in To and Cc.
        trusted = msg if sender.is_agents and sender.adds_people else {**msg, "to": "", "cc": ""}
        if not sender.adds_people:
            self._bridge_drop_recipients(sender, msg)
        # Odoo takes the primary email address from here and not from the values.
        trusted = {**trusted, "email_from": values["partner_email"]}
        mail.asks_for_names = True
        ticket = super().message_new(trusted, custom_values=values)
        mail.asks_for_names = False
        if sender.is_unproven_agents or sender.forged:
            msg["author_id"] = False
        elif not sender.is_agents:
            msg["author_id"] = values["partner_id"]
        mail.made.append(ticket.id)
        if not sender.is_agents_answer:
            ticket._bridge_mark_for_assignment()
        ticket._bridge_note_payload(sender)
        if sender.is_offered:
            ticket._bridge_note_offer(sender)
        elif sender.ticket:
            ticket._bridge_link_tickets(sender.ticket, sender.disposition)
        elif sender.elsewhere:
            ticket._bridge_note_elsewhere(sender.elsewhere)
        if not sender.adds_people:
            ticket._bridge_suggest_people(sender, sender.cc)
        if not ticket.mail_silent and not sender.original:
            self.env["helpdesk.letter"].sudo()._enqueue(ticket, "received")
        return ticket

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Describe no field of an email's new ticket before one is wanted: Odoo only looks whether there is a title."""
        mail = inbound_context.mail(self.env)
        if mail and mail.asks_for_names and allfields is None and attributes is None:
            mail.asks_for_names = False
            return LazyMapping(super().fields_get)
        return super().fields_get(allfields=allfields, attributes=attributes)

    @api.model
    def _bridge_sender_values(self, sender, msg):
        """The values of a new ticket that come from the email, in addition to those of helpdesk_mgmt."""
        original = sender.original
        name, address = (original.name, original.address) if original else (sender.name, sender.address)
        title = original.subject if original else msg.get("subject") or ""
        if sender.ticket:
            title = reference.clean_subject(title)
        partner = self.env["helpdesk.inbound.router"]._customer(sender, name, address)
        return {
            "name": " ".join(title.split())[:MAX_TITLE] or self._bridge_untitled(sender.company),
            "partner_id": partner.id,
            "partner_name": name or partner.name or False,
            "partner_email": address or False,
            "customer_reply_to": (not original and sender.reply_to) or False,
            "email_cc": (sender.adds_people and sender.cc) or False,
            "mail_silent": (bool(sender.suppress_auto_replies) and not original) or sender.is_agents_answer,
            "mail_thread_index": sender.thread_index or False,
            "previous_ticket_id": sender.ticket.id if sender.disposition is Disposition.FOLLOW_UP else False,
        }

    @api.model
    def _bridge_drop_recipients(self, sender, msg):
        """Remove the people whom an email names, whom Odoo would suggest as recipients of the first reply.

        An email that claims to be an agent's may still become that agent's reply, and those it has reached must not get
        it again.
        """
        known = sender.ticket._bridge_addresses() if sender.is_unproven_agents and sender.ticket else ()
        for name in ("to_filtered", "cc_filtered"):
            found = addresses.normalize_all(msg.get(name)) if known else ()
            msg[name] = ", ".join(address for address in found if address in known)

    @api.model
    def _bridge_untitled(self, company):
        return with_company_lang(company, self).env._("(no subject)")

    def message_update(self, msg, update_vals=None):
        """Only an agent's email adds participants; people whom others put in Cc are only noted on the ticket."""
        sender = inbound_context.sender(self.env)
        self._bridge_note_payload(sender)
        is_reply_of_agent = bool(sender) and sender.is_agents and sender.disposition is not Disposition.NOTE
        if not sender or (is_reply_of_agent and sender.adds_people):
            return super().message_update(msg, update_vals=update_vals)
        if sender.disposition is Disposition.JOIN:
            self._bridge_suggest_people(sender, msg.get("cc_filtered"))
            self._bridge_note_doubt(sender)
            self._bridge_update_reply_to(sender)
        if not is_reply_of_agent:
            msg["to_filtered"] = msg["cc_filtered"] = ""
        return super().message_update({**msg, "to": "", "cc": ""}, update_vals=update_vals)

    def _bridge_update_reply_to(self, sender):
        """Follow the customer's latest Reply-To, if the sender is authenticated: a forger must not redirect replies."""
        ticket = self.sudo()
        customer = addresses.normalize_all(ticket.partner_email, ticket.partner_id.email_normalized)
        if sender.proof and sender.address in customer and (ticket.customer_reply_to or "") != sender.reply_to:
            ticket.customer_reply_to = sender.reply_to or False

    def message_post(self, **kwargs):
        """Odoo notifies the author of the parent message, even for notes.

        Notes and unauthenticated emails must notify no one; an agent's reply always goes to the customer.
        """
        sender = inbound_context.sender(self.env)
        if sender and kwargs.get("message_id") == sender.message_id:
            if not sender.is_agents or sender.disposition is Disposition.NOTE:
                kwargs["partner_ids"] = []
            elif sender.disposition is Disposition.JOIN and not kwargs.get("is_internal"):
                addressed = [kwargs.get("incoming_email_to") or "", kwargs.get("incoming_email_cc") or ""]
                kwargs.update(self._bridge_reply_recipients(kwargs.get("partner_ids"), addressed))
        return super().message_post(**kwargs)
