from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Each email asks several times whose address it came from; Odoo has no index for that.
    _helpdesk_address_index = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
