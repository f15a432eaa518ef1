from odoo import models

from ..common.xmlids import AGENTS


class ResUsers(models.Model):
    _inherit = "res.users"

    def unlink(self):
        """No reply of theirs that a customer is to get is lost, and nobody waits for an answer of theirs."""
        self.check_access("unlink")
        viewers = self.env["helpdesk.ticket.viewer"].sudo()
        answering = viewers.search([("user_id", "in", self.ids), ("answering_until", "!=", False)]).ticket_id
        self.env["helpdesk.ticket.reply"]._leave_of(self)
        result = super().unlink()
        for ticket in answering:
            ticket._bridge_note_answering()
        return result

    def _init_store_data(self, store):
        """Agents have canned replies: Odoo's composer shows its button for them."""
        result = super()._init_store_data(store)
        if self.env.user and self.env.user.has_group(AGENTS):
            if self.env["mail.template"].search_count([("helpdesk_canned", "=", True)], limit=1):
                store.add_global_values(hasCannedResponses=True)
        return result
