from odoo import fields, models

from ..common.xmlids import AGENTS


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    slack_replies = fields.Selection(
        [("off", "Off"), ("note", "Internal notes")],
        string="Replies in Slack",
        groups=AGENTS,
        help="What a reply in a ticket's thread becomes. The customer never gets it. Empty: as in the Settings.",
    )
