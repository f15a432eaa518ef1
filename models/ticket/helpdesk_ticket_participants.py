"""The participants of a ticket, whose emails join it, and the references that it is known by."""

from odoo import models

from ...tools.email import addresses
from ..common.translated import translate


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_prefixes(self):
        """The prefixes, in upper case, of references to this ticket: current and former ones."""
        self.ensure_one()
        company = self.company_id
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=False)
        teams = teams.search([("company_id", "in", [company.id, False])])
        prefixes = [company.helpdesk_ticket_prefix, *(company.helpdesk_former_prefixes or "").split()]
        for team in teams:
            prefixes += [team.ticket_prefix, *(team.former_prefixes or "").split()]
        return {prefix.upper() for prefix in prefixes if prefix}

    def _bridge_resolve_merged(self):
        """This ticket, or the one that an agent has merged it into."""
        ticket = self.exists()
        for _step in range(10):
            if ticket.active or not ticket.duplicate_id:
                break
            ticket = ticket.duplicate_id
        return ticket

    def _bridge_addresses(self):
        """Addresses of the customer, and of people in Cc of the first email or added by an agent."""
        self.ensure_one()
        return self._bridge_customer_addresses() | set(addresses.normalize_all(self.email_cc))

    def _bridge_customer_addresses(self):
        """The address that the customer wrote from, that of the contact, and that where they want the replies."""
        texts = (self.partner_email, self.partner_id.email_normalized, self.sudo().customer_reply_to)
        return set(addresses.normalize_all(*texts))

    def _bridge_may_join(self, sender):
        """Whether the sender of an email is a participant of this ticket.

        :return: (whether, why in plain words)
        """
        if not self:
            return False, self.env._("that ticket was deleted")
        if sender.forged:
            return False, self.env._("the sender is not verified (%s)", translate(self.env, sender.forged))
        if sender.is_agents and self.with_user(sender.agent).has_access("read"):
            return True, self.env._("the sender is an agent (%s)", translate(self.env, sender.proof.reason))
        if not sender.address:
            return False, self.env._("the email has no sender")
        if sender.address in self._bridge_customer_addresses():
            return True, self.env._("sender is the customer")
        if sender.is_unproven_agents:
            why = translate(self.env, sender.proof.reason) or self.env._("not from a mailbox")
            return False, self.env._("nothing proves that an agent wrote it (%s)", why)
        if sender.address in self._bridge_addresses():
            return True, self.env._("sender is in Cc of the ticket")
        # Former agents still follow it. Customers take their names for the team's, so they need authentication.
        followers = self.message_partner_ids.with_context(active_test=False)
        if sender.partners & followers.filtered(lambda partner: all(partner.user_ids.mapped("share"))):
            return True, self.env._("sender follows the ticket")
        if sender.partners.commercial_partner_id & self.commercial_partner_id:
            return True, self.env._("sender belongs to the customer")
        return False, self.env._("the sender is not a participant of that ticket")
