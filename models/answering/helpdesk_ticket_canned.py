"""Canned replies on a ticket: which of them its agents may use, and what each says about it."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools.slack import mrkdwn
from ...tools.ticket import placeholders


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_canned_replies(self):
        """The canned replies that the current user may use for this ticket, by name."""
        self.ensure_one()
        canned = [("helpdesk_canned", "=", True), ("model", "=", self._name)]
        canned += [("helpdesk_company_id", "in", [False, self.sudo().company_id.id])]
        found = self.env["mail.template"].search(canned, order="name, id")
        team = self.sudo().team_id
        return found.filtered(lambda one: not one.sudo().helpdesk_team_ids or team in one.sudo().helpdesk_team_ids)

    def _bridge_canned_text(self, template):
        """A canned reply about this ticket, as HTML, in the customer's language and with the current user's rights."""
        self.ensure_one()
        template = template.with_env(self.env).with_context(lang=self.sudo().letter_lang or self.env.lang)
        html = template._render_field("body_html", self.ids)[self.id]
        return "" if is_html_empty(html) else html

    def _bridge_placeholders(self):
        """The values of the placeholders of canned replies, for a reply that the current user writes."""
        self.ensure_one()
        ticket, agent = self.sudo(), self.env.user
        customer = ticket.partner_id.name or ticket.partner_name or ""
        is_person = bool(customer) and not ticket.partner_id.is_company
        return {
            "customer": customer or ticket.partner_email or "",
            "customer_first_name": placeholders.first_name(customer) if is_person else customer,
            "customer_email": ticket.partner_email or ticket.partner_id.email or "",
            "customer_company": ticket.partner_id.commercial_company_name or "",
            "agent": agent.name or "",
            "agent_first_name": placeholders.first_name(agent.name or ""),
            "reference": ticket.mail_reference or "",
            "subject": ticket.name or "",
            "team": ticket.team_id.name or "",
            "company": ticket.company_id.name or "",
        }

    def bridge_canned_suggestions(self):
        """What `::` offers in Odoo's composer on this ticket, as plain text about it. Called by the web client."""
        self.ensure_one()
        self.check_access("read")
        offered = []
        for template in self._bridge_canned_replies():
            try:
                text = mrkdwn.from_html(self._bridge_canned_text(template))
            except UserError:
                continue  # its manager is told so when it is saved
            if text.strip():
                offered.append({"id": template.id, "source": template.name, "substitution": text})
        return offered
