"""Canned replies: email templates that a team keeps for what it says often."""

from odoo import models
from odoo.tools import is_html_empty


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_canned_replies(self):
        """The canned replies that the current user may use for this ticket, by name."""
        self.ensure_one()
        canned = [("helpdesk_canned", "=", True), ("model", "=", self._name)]
        found = self.env["mail.template"].search(canned, order="name, id")
        team = self.sudo().team_id
        return found.filtered(lambda one: not one.sudo().helpdesk_team_ids or team in one.sudo().helpdesk_team_ids)

    def _bridge_canned_text(self, template):
        """A canned reply about this ticket, as HTML, in the customer's language and with the current user's rights."""
        self.ensure_one()
        template = template.with_context(lang=self.sudo().letter_lang or self.env.lang)
        html = template._render_field("body_html", self.ids)[self.id]
        return "" if is_html_empty(html) else html
