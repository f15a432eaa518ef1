"""Notes a bounced email of ours on its ticket, with the addresses it did not reach."""

from odoo import api, models

from ...tools.email import reference
from ...tools.inbound import auto_mail, bounces
from ..common.translated import translate, with_company_lang


class HelpdeskInboundRouter(models.AbstractModel):
    _inherit = "helpdesk.inbound.router"

    @api.model
    def _bounce(self, mail, message, message_dict):
        """Note a bounce on its ticket, if the ticket can be found and the address belongs to it."""
        failures = bounces.failures(message)
        bounced = message_dict.get("bounced_message")
        ticket = self.env["helpdesk.ticket"].sudo()
        if bounced and bounced.model == ticket._name:
            ticket = ticket.browse(bounced.res_id).exists()
        else:
            ticket = self._bounced_ticket(message, failures)
        if not ticket and not mail.entry_id:
            return  # not about an email of ours
        self = with_company_lang(ticket.company_id or self.env.company, self)
        reason = translate(self.env, auto_mail.classify(message).reason)
        if failures:
            reason = self.env._("our email to %s bounced", self._in_words(failures))
        mail.report("bounce", reason, named_ticket_id=ticket.id)
        if ticket:
            ticket._bridge_note_failures(failures, reason)

    @api.model
    def _bounced_ticket(self, message, failures):
        """The ticket that a bounce refers to: the one whose mark is on the returned email.

        Else the one whose reference the bounce names, if one of the unreached addresses belongs to it, and the ticket
        is, or was, of the company of the mailbox: a mark is proof of an email of ours, a reference can be guessed.
        """
        for returned in (message, *bounces.returned(message)):
            ticket = self.env["helpdesk.ticket"]._bridge_marked(returned)
            if ticket:
                return ticket
        failed, company = {failure.address for failure in failures}, self._team({}).company_id
        for prefix, number in reference.references_in(bounces.returned_text(message)):
            ticket = self.env["helpdesk.ticket"].sudo()._bridge_numbered(number)
            if not (ticket and prefix in ticket._bridge_prefixes() and failed & ticket._bridge_addresses()):
                continue
            if self._is_within(ticket, company) or self._was_within(ticket, company):
                return ticket
        return self.env["helpdesk.ticket"].sudo()

    @api.model
    def _in_words(self, failures):
        return ", ".join(f"{failure.address} ({failure.status})".replace(" ()", "") for failure in failures[:5])
