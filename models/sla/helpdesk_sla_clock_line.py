from odoo import api, fields, models
from odoo.exceptions import AccessError


class HelpdeskSlaClockLine(models.Model):
    """Why a clock reads what it reads. Written once, never changed: what has happened stays."""

    _name = "helpdesk.sla.clock.line"
    _description = "History of an SLA Clock"
    _order = "clock_id, id"
    _rec_name = "kind"

    clock_id = fields.Many2one("helpdesk.sla.clock", required=True, ondelete="cascade", index=True)
    at = fields.Datetime(string="Recorded At", required=True)
    kind = fields.Selection(
        [
            ("started", "Started"),
            ("paused", "Paused"),
            ("resumed", "Resumed"),
            ("retargeted", "Changed"),
            ("warned", "Warned"),
            ("breached", "Breached"),
            ("met", "Met"),
            ("missed", "Breached"),
            ("canceled", "Canceled"),
            ("reopened", "Reopened"),
            ("revoked", "Breach taken back"),
            ("repeated", "Breach repeated"),
        ],
        required=True,
    )
    stage_id = fields.Many2one("helpdesk.ticket.stage", ondelete="set null")
    due_before = fields.Datetime()
    due_after = fields.Datetime()
    reason = fields.Char()
    # A reason as well, kept as the ticket's value, so that each reader has it in their language.
    priority = fields.Char()

    def write(self, vals):
        if vals:
            raise AccessError(self.env._("The history of an SLA target cannot be changed."))
        return super().write(vals)

    @api.model
    def _vals(self, clock_id, entries, stage, reason, priority=False):
        """Values of the lines that these entries of a clock's life are worth."""
        return [
            {
                "clock_id": clock_id,
                "at": entry.at,
                "kind": entry.kind,
                "stage_id": stage.id,
                "due_before": entry.due_before,
                "due_after": entry.due_after,
                "reason": reason,
                "priority": priority,
            }
            for entry in entries
        ]
