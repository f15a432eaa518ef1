"""A company has a default SLA policy."""

from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        for company in companies:
            # Now, not with its first ticket: two of those may come at the same moment.
            self.env["helpdesk.sla.policy"]._ensure_default(company)
        return companies
