"""Finds the mailbox that a ticket's emails are sent from, and that replies go to."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formataddr

from ...tools.email import addresses
from ...tools.outbound import email_threading
from ..common import inbound_context


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_mailbox(self):
        """The sender of this ticket's emails, as (address, name); ("", "") if there is none.

        The mailbox that the customer wrote to, else the team's mailbox, else the team's alias, else the company's only
        mailbox.
        """
        self.ensure_one()
        ticket = self.sudo()
        mailbox = ticket._bridge_mailbox_written_to() or ticket._bridge_mailboxes(ticket.team_id)[:1]
        if not mailbox and not ticket.team_id.alias_full_name:
            mailboxes = ticket._bridge_mailboxes()
            mailbox = mailboxes if len(mailboxes) == 1 else mailbox
        address = mailbox.helpdesk_address or ticket.team_id.alias_full_name or ""
        return address, (mailbox.helpdesk_address_name or ticket.company_id.name) if address else ""

    def _bridge_email_sender(self, message):
        """Who sends a message on this ticket by email, as (address, name and address); ("", "") without a mailbox."""
        address, name = self.sudo()._bridge_mailbox()
        if not address:
            return "", ""
        # Not from the author's own address: our mail server may not send for a customer's domain.
        is_automatic = message.message_type == "auto_comment"
        person = "" if is_automatic else message.author_id.name or addresses.display("", message.email_from)
        return address, formataddr((email_threading.sender_name(person, name), address))

    @api.model
    def _bridge_email_senders(self):
        """The addresses from which emails about tickets are sent today: of mailboxes in use, and of teams' aliases."""
        owned = Domain("helpdesk_team_id", "!=", False) & Domain("helpdesk_address", "!=", False)
        mailboxes = self.env["fetchmail.server"].sudo().search(owned)
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=False)
        teams = teams.search([("alias_full_name", "!=", False)])
        return addresses.normalize_all(*mailboxes.mapped("helpdesk_address"), *teams.mapped("alias_full_name"))

    def _bridge_mailbox_written_to(self):
        """The mailbox that received the email in hand, else this ticket's first email; may be empty."""
        mail, sender = inbound_context.mail(self.env), inbound_context.sender(self.env)
        mailboxes = self.env["fetchmail.server"]
        if mail and mail.mailbox_id and not (sender and sender.is_agents):
            mailbox = mailboxes.browse(mail.mailbox_id)
        else:
            first = [("ticket_id", "=", self._origin.id), ("fetchmail_server_id", "!=", False)]
            mailbox = self.env["helpdesk.inbound.mail"].search(first, order="id", limit=1).fetchmail_server_id
        # A reply to another company's mailbox would not be accepted for this ticket.
        fits = mailbox.helpdesk_team_id.company_id in (self.company_id, self.company_id.browse())
        return (
            mailbox if mailbox.active and mailbox.helpdesk_address and mailbox.helpdesk_team_id and fits else mailboxes
        )

    def _bridge_mailboxes(self, team=None):
        """At most two mailboxes with an address that this ticket may use. :param team: whose; None: any team's"""
        companies = [self.company_id.id, False]
        domain = Domain("helpdesk_team_id.company_id", "in", companies) & Domain("helpdesk_address", "!=", False)
        domain &= (
            Domain("helpdesk_team_id", "=", team.id) if team is not None else Domain("helpdesk_team_id", "!=", False)
        )
        if team is not None and not team:
            return self.env["fetchmail.server"]
        return self.env["fetchmail.server"].search(domain, order="priority, id", limit=2)
