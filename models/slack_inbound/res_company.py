from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_slack_replies = fields.Selection(
        [("off", "Off"), ("note", "Internal notes"), ("note_and_send", "Internal notes, and replies by button")],
        string="Default for Replies in Slack",
        default="note",
        required=True,
        groups="base.group_user",
    )
