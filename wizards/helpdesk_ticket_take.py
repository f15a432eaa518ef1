from odoo import api, fields, models


class HelpdeskTicketTake(models.TransientModel):
    """Asks before a ticket is taken that somebody else took meanwhile."""

    _name = "helpdesk.ticket.take"
    _description = "Take Over a Ticket"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    holder_id = fields.Many2one("res.users", string="Assigned to", required=True, readonly=True, ondelete="cascade")
    since = fields.Datetime(related="ticket_id.assigned_date", string="Since")

    @api.constrains("ticket_id")
    def _check_ticket(self):
        """A dialog shows what its ticket is called, and since when a colleague has it."""
        self.ticket_id.sudo(False).check_access("read")  # constraints run as sudo

    def action_take_over(self):
        """Assign the ticket to the user, unless yet another colleague has it by now: then ask again."""
        self.ensure_one()
        return self.ticket_id._bridge_take_over(self.holder_id) or {"type": "ir.actions.act_window_close"}
