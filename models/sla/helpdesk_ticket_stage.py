"""A stage is closed or cancels the SLA from now on, or does so no more: the clocks of the tickets in it follow."""

from odoo import models

#: What decides the phase of the tickets in a stage, beside the waiting stages of their policies.
DECIDING = frozenset({"closed", "sla_cancels"})


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    def write(self, vals):
        if not vals.keys() & DECIDING:
            return super().write(vals)
        before = {stage: (stage.closed, stage.sla_cancels) for stage in self.sudo()}
        result = super().write(vals)
        changed = self.sudo().filtered(lambda stage: before[stage] != (stage.closed, stage.sla_cancels))
        if changed:
            changed._sla_schedule()
        return result

    def _sla_schedule(self):
        """Let the cron move the clocks of the tickets in these stages, as of now. As sudo."""
        under = [("stage_id", "in", self.ids), ("sla_policy_id", "!=", False), ("sla_since", "!=", False)]
        for (policy,) in self.env["helpdesk.ticket"]._read_group(under, ["sla_policy_id"]):
            policy._schedule_stages(self)
