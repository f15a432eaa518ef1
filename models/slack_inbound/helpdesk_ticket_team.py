from odoo import fields, models

from ...tools.slack import catch_up
from ..common import database_time
from ..common.xmlids import AGENTS


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    slack_replies = fields.Selection(
        [("off", "Off"), ("note", "Internal notes"), ("note_and_send", "Internal notes, and replies by button")],
        string="Replies in Slack",
        groups=AGENTS,
        help="What a reply in a ticket's thread becomes: an internal note, which the customer never gets. With replies "
        "by button, agents can also send the customer a reply, which waits so that it can be undone. Empty: as in the "
        "Settings.",
    )
    slack_replies_since = fields.Char(
        string="Replies Taken Since",
        readonly=True,
        copy=False,
        groups=AGENTS,
        help="What was said in Slack before is not taken.",
    )

    def write(self, vals):
        starting = self.filtered(lambda team: team.sudo().slack_replies == "off")
        result = super().write(vals)
        if vals.get("slack_replies", "off") != "off":
            starting.sudo().slack_replies_since = catch_up.moment_ts(database_time.now(self.env))
        return result
