from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_hold_replies = fields.Boolean(
        string="Undo for Replies Written in Odoo",
        groups="base.group_user",
        help="A reply that an agent writes in Odoo waits for the team's seconds, in which its author can undo it.",
    )
