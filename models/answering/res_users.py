from odoo import models

from ..common.xmlids import AGENTS


class ResUsers(models.Model):
    _inherit = "res.users"

    def _init_store_data(self, store):
        """Agents have canned replies: Odoo's composer shows its button for them."""
        result = super()._init_store_data(store)
        if self.env.user and self.env.user.has_group(AGENTS):
            if self.env["mail.template"].search_count([("helpdesk_canned", "=", True)], limit=1):
                store.add_global_values(hasCannedResponses=True)
        return result
