from odoo import fields, models

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
