"""A contact whose address is corrected bounces no more.

Who looks at an automatic email never sees the picture “Your logo”: a company without a logo has its initial.
"""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        if "email" not in vals:
            return super().write(vals)
        former = {partner: partner.email_normalized for partner in self.sudo()}
        result = super().write(vals)
        corrected = self.sudo().filtered(lambda partner: partner.email_normalized != former[partner])
        if corrected:
            theirs = [("partner_id", "in", corrected.ids), ("email_failing", "=", True)]
            tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
            tickets.search(theirs).email_failing = False
        return result

    def _compute_avatar(self, avatar_field, image_field):
        result = super()._compute_avatar(avatar_field, image_field)
        companies = (
            self.env["res.company"].sudo().search([("partner_id", "in", self.ids), ("uses_default_logo", "=", True)])
        )
        for partner in self & companies.partner_id:
            partner[avatar_field] = partner._avatar_generate_svg()
        return result
