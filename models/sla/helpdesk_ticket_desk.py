"""What SLA adds to an agent's desk: a response that is due makes it their turn; what is at risk is shown."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.sla.clock import MISSED, NEXT_RESPONSE, RUNNING, START
from ..ticket.helpdesk_ticket_desk import OPEN
from ..ticket.helpdesk_ticket_snooze import AWAKE

AT_RISK = "at_risk"
#: A response that is due.
OWED = [("metric", "in", (START, NEXT_RESPONSE)), ("state", "in", (RUNNING, MISSED)), ("satisfied_at", "=", False)]


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    desk_place = fields.Selection(selection_add=[(AT_RISK, "At risk or overdue"), ("snoozed",)])

    @api.model
    def _bridge_turn(self):
        return super()._bridge_turn() | (Domain("sla_paused", "=", False) & Domain("sla_clock_ids", "any", OWED))

    @api.model
    def _bridge_desk(self, user):
        at_risk = OPEN & AWAKE & Domain("sla_status", "in", ("at_risk", "breached"))
        return {**super()._bridge_desk(user), AT_RISK: at_risk}
