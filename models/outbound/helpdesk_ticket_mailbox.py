"""The mailbox from which a ticket's emails come, and to which replies go."""

from odoo import models
from odoo.fields import Domain

from ..common import inbound_context


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

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
        address = mailbox.helpdesk_address or ticket.team_id.alias_full_name or ""
        return address, (mailbox.helpdesk_address_name or ticket.company_id.name) if address else ""

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
        return (
            mailbox if mailbox.active and mailbox.helpdesk_address and mailbox.helpdesk_team_id and fits else mailboxes
        )

    def _bridge_mailboxes(self, team=None):
        companies = [self.company_id.id, False]
        domain = Domain("helpdesk_team_id.company_id", "in", companies) & Domain("helpdesk_address", "!=", False)
        domain &= (
            Domain("helpdesk_team_id", "=", team.id) if team is not None else Domain("helpdesk_team_id", "!=", False)
        )
        if team is not None and not team:
            return self.env["fetchmail.server"]
        return self.env["fetchmail.server"].search(domain, order="priority, id", limit=2)
