from odoo import fields, models

from ...tools.slack import catch_up
from ..common import database_time


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_slack_replies = fields.Selection(
        [("off", "Off"), ("note", "Internal notes"), ("note_and_send", "Internal notes, and replies by button")],
        string="Default for Replies in Slack",
        default="note",
        required=True,
        groups="base.group_user",
    )
    helpdesk_slack_replies_since = fields.Char(
        string="Replies Taken Since",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What was said in Slack before is not taken.",
    )

    def write(self, vals):
        starting = self.filtered(lambda company: company.sudo().helpdesk_slack_replies == "off")
        result = super().write(vals)
        if vals.get("helpdesk_slack_replies", "off") != "off":
            starting.sudo().helpdesk_slack_replies_since = catch_up.moment_ts(database_time.now(self.env))
        return result
