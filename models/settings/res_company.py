from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_set_up_date = fields.Datetime(
        string="Helpdesk Set Up On",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="When all steps of Getting started were done. What breaks later is shown by Health.",
    )
