"""Filters the senders of tickets: what an agent marks as spam, or wants no more tickets of."""

from odoo import models

from ...tools.inbound import mail_filters


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_sender(self):
        """The address whose emails a filter would stop, "" if there is none."""
        return mail_filters.sender(self.sudo()._bridge_participant_address())

    def _bridge_not_filtered(self):
        """Why the sender of each of these tickets is not filtered, in plain words: ``{ticket: reason}``, or ""."""
        senders = {ticket: ticket._bridge_sender() for ticket in self}
        ours = self.env["fetchmail.server"].sudo()._helpdesk_addresses()
        inside = [("share", "=", False), ("partner_id.email_normalized", "in", list(filter(None, senders.values())))]
        colleagues = set(self.env["res.users"].sudo().search(inside).mapped("partner_id.email_normalized"))
        reasons = {}
        for ticket, address in senders.items():
            reasons[ticket] = "" if address else self.env._("without an email address")
            if address in ours:
                reasons[ticket] = self.env._("from one of our own mailboxes")
            elif address in colleagues:
                reasons[ticket] = self.env._("from a colleague")
        return reasons

    def _bridge_unfiltered(self, action):
        """The senders of these tickets that no filter treats so yet: ``{(company, address): their tickets}``.

        :param action: of the filter
        """
        filters, found = self.env["helpdesk.mail.filter"].sudo(), {}
        for (company, address), tickets in self.grouped(lambda one: (one.company_id, one._bridge_sender())).items():
            if address and filters._first_match(address, company).action != action:
                found[company, address] = tickets
        return found

    def _bridge_filter_senders(self, action):
        """Filter the senders of these tickets, each in the company of its tickets.

        Agents may do so, though only managers see to the list of filters. :return: the new filters
        """
        self.check_access("write")
        filters_sudo, vals_list = self.env["helpdesk.mail.filter"].sudo(), []
        for company, address in self._bridge_unfiltered(action):
            vals = {"pattern": mail_filters.suggestion(address), "action": action, "company_id": company.id}
            matching = filters_sudo._first_match(address, company)
            # One that wants something else would come first.
            vals_list.append({**vals, "sequence": matching.sequence - 1} if matching else vals)
        return filters_sudo.create(vals_list)
