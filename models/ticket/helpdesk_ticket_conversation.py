"""What was said on a ticket by mail and in public, and the mailbox through which that goes on."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.ticket.message_category import CUSTOMER, NOTE, REPLY
from ..common import inbound_context

#: Mails of a conversation that are looked at to find out what is answered.
RECENT = 40


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # The conversation
    # ------------------------------------------------------------

    def _bridge_conversation(self, before=None):
        """The latest mails and public words on this ticket, oldest first, as sudo."""
        self.ensure_one()
        domain = Domain("model", "=", self._name) & Domain("res_id", "=", self._origin.id)
        domain &= Domain("message_type", "in", ("email", "comment", "auto_comment"))
        domain &= Domain("is_internal", "=", False)
        if before:
            domain &= Domain("id", "<", before.id)
        found = self.env["mail.message"].sudo().search(domain, order="id desc", limit=RECENT)
        public = found.filtered(lambda one: one.message_type == "auto_comment" or not one.subtype_id.internal)
        return public.sorted("id")

    def _bridge_said_last(self, before=None, answers=False):
        """What the customer, or an agent, said last; may be empty."""
        said = self._bridge_conversation(before).filtered(lambda one: one.message_type != "auto_comment")
        return said.filtered(lambda one: self._bridge_is_team(one.author_id) == answers)[-1:]

    # ------------------------------------------------------------
    # Whose words they are
    # ------------------------------------------------------------

    @api.model
    def _bridge_is_team(self, author):
        """Whether somebody speaks for the team: an agent, or OdooBot where code does."""
        return bool(author) and not author.sudo().partner_share

    @api.model
    def _bridge_agent(self, partner):
        """The agent who is this person; may be empty."""
        return partner.sudo().user_ids._bridge_agents()[:1]

    @api.model
    def _bridge_message_category(self, message):
        """What a message is: an `REPLY` of the team, a word of the `CUSTOMER`, a `NOTE`; None if nobody says anything.

        :param message: as sudo
        """
        if message.message_type not in ("email", "comment") or message.subtype_id == self._creation_subtype():
            return None
        if message.is_internal or message.subtype_id.internal or not message.subtype_id:
            return NOTE
        if self._bridge_is_team(message.author_id):
            return REPLY
        return None if message.author_guest_id else CUSTOMER

    def _bridge_is_customers_word(self, message):
        """Whether a message is what a customer says to the team: a mail, or a comment in the portal."""
        return self._bridge_message_category(message.sudo()) == CUSTOMER

    # ------------------------------------------------------------
    # Where it comes from
    # ------------------------------------------------------------

    def _bridge_mailbox(self):
        """(address, name) that letters come from and answers go to; ("", "") where there is none.

        The mailbox the customer wrote to, else the team's, else the team's alias, else the company's only mailbox.
        """
        self.ensure_one()
        ticket = self.sudo()
        mailbox = ticket._bridge_mailbox_written_to() or ticket._bridge_mailboxes(ticket.team_id)[:1]
        if not mailbox and not ticket.team_id.alias_full_name:
            all_of_them = ticket._bridge_mailboxes()
            mailbox = all_of_them if len(all_of_them) == 1 else mailbox
        address = mailbox.address or ticket.team_id.alias_full_name or ""
        return address, (mailbox.address_name or ticket.company_id.name) if address else ""

    def _bridge_mailbox_written_to(self):
        mail, sender = inbound_context.mail(self.env), inbound_context.sender(self.env)
        mailboxes = self.env["fetchmail.server"]
        if mail and mail.mailbox_id and not (sender and sender.is_agents):
            mailbox = mailboxes.browse(mail.mailbox_id)
        else:
            first = [("ticket_id", "=", self._origin.id), ("fetchmail_server_id", "!=", False)]
            mailbox = self.env["helpdesk.inbound.mail"].search(first, order="id", limit=1).fetchmail_server_id
        # The mailbox of another company would not let its answer in.
        fits = mailbox.helpdesk_team_id.company_id in (self.company_id, self.company_id.browse())
        return mailbox if mailbox.active and mailbox.address and mailbox.helpdesk_team_id and fits else mailboxes

    def _bridge_mailboxes(self, team=None):
        companies = [self.company_id.id, False]
        domain = Domain("helpdesk_team_id.company_id", "in", companies) & Domain("address", "!=", False)
        domain &= (
            Domain("helpdesk_team_id", "=", team.id) if team is not None else Domain("helpdesk_team_id", "!=", False)
        )
        if team is not None and not team:
            return self.env["fetchmail.server"]
        return self.env["fetchmail.server"].search(domain, order="priority, id", limit=2)
