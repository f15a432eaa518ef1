from odoo import fields, models

from ..common.xmlids import AGENTS


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    slack_reactions = fields.Boolean(
        string="Reactions in Slack",
        groups=AGENTS,
        help="Reactions to the first message of a ticket act: 👀 takes it, ✅ closes it after the seconds for which "
        "the team holds replies. Until then the reaction can be taken back. The Slack app needs the scope "
        "reactions:read and its events.",
    )
