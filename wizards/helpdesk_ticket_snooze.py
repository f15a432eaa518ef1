from odoo import api, fields, models

from ..models.common import database_time
from ..tools.ticket import snooze


class HelpdeskTicketSnooze(models.TransientModel):
    """Asks until when tickets are snoozed."""

    _name = "helpdesk.ticket.snooze"
    _description = "Snooze Tickets"

    ticket_ids = fields.Many2many("helpdesk.ticket", string="Tickets", required=True, readonly=True)
    choice = fields.Selection(
        [(snooze.TOMORROW, "Tomorrow, 9:00"), (snooze.MONDAY, "Monday, 9:00"), ("date", "Another moment")],
        string="Until",
        required=True,
        default=snooze.TOMORROW,
    )
    moment = fields.Datetime(string="Date and Time")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "helpdesk.ticket" and "ticket_ids" in fields:
            values["ticket_ids"] = [(6, 0, self.env.context.get("active_ids") or [])]
        return values

    def action_snooze(self):
        """Snooze the tickets."""
        self.ensure_one()
        zone = self.ticket_ids._bridge_zone_of(self.env.user)
        moment = self.moment
        if self.choice != "date":
            moment = snooze.until(self.choice, database_time.now(self.env), zone)
        self.ticket_ids._bridge_snooze(moment)
        return {"type": "ir.actions.act_window_close"}
