from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    slack_member_ids = fields.One2many(
        "helpdesk.slack.member", "user_id", string="Slack Members", groups="helpdesk_mgmt.group_helpdesk_manager"
    )
