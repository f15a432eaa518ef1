"""How long a team can take its replies back."""

from odoo import fields, models

from ..common.xmlids import AGENTS

#: Seconds for which a reply is held.
DEFAULT_HOLD, MOST = 30, 300


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    reply_hold = fields.Integer(
        string="Seconds to Undo a Reply",
        default=DEFAULT_HOLD,
        groups=AGENTS,
        help="For so long, a reply to the customer from Slack waits, and its author can undo it; so does one that is "
        "written in Odoo, if the Settings say so. 0: it is sent at once.",
    )

    _reply_hold_range = models.Constraint(
        f"CHECK (reply_hold BETWEEN 0 AND {MOST})", "The seconds to undo a reply must be between 0 and 300."
    )
