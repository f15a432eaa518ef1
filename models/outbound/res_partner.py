"""Who looks at an automatic email never sees the picture “Your logo”: a company without a logo has its initial."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _compute_avatar(self, avatar_field, image_field):
        result = super()._compute_avatar(avatar_field, image_field)
        companies = (
            self.env["res.company"].sudo().search([("partner_id", "in", self.ids), ("uses_default_logo", "=", True)])
        )
        for partner in self & companies.partner_id:
            partner[avatar_field] = partner._avatar_generate_svg()
        return result
