"""Who looks at an automatic email never sees the picture “Your logo”: a company without a logo has its initial."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _compute_avatar(self, avatar_field, image_field):
        result = super()._compute_avatar(avatar_field, image_field)
        for partner in self.filtered(lambda partner: partner.id and partner.name):
            if any(company.uses_default_logo for company in partner.sudo().ref_company_ids):
                partner[avatar_field] = partner._avatar_generate_svg()
        return result
