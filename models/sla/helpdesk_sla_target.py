from odoo import api, fields, models

from ..common.translated import choices_of
from .helpdesk_sla_policy import HOURS


class HelpdeskSlaTarget(models.Model):
    _name = "helpdesk.sla.target"
    _inherit = ["helpdesk.bridge.cached"]
    _description = "SLA Target by Priority"
    _order = "policy_id, priority desc"
    _rec_name = "priority"

    policy_id = fields.Many2one("helpdesk.sla.policy", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="policy_id.company_id")
    priority = fields.Selection(
        choices_of("helpdesk.ticket", "priority"),
        required=True,
        default="3",
    )
    start_hours = fields.Float(string="Response Within", help="Replaces the hours of the policy. 0: no SLA.")
    resolution_hours = fields.Float(string="Resolution Within", help="Replaces the hours of the policy. 0: no SLA.")
    next_response_hours = fields.Float(
        string="Next Response Within", help="Replaces the hours of the policy. 0: no SLA."
    )

    _priority_unique = models.Constraint("UNIQUE (policy_id, priority)", "One row for each priority.")

    @api.constrains(*HOURS)
    def _check_hours(self):
        for target in self:
            self.env["helpdesk.sla.policy"]._check_targets(*target._hours())

    def write(self, vals):
        result = super().write(vals)
        if "policy_id" in vals:
            self.policy_id.browse(vals["policy_id"])._check_still_theirs()
        return result

    def _hours(self):
        """The hours of each target, as a `Rule` has them."""
        return tuple(self[name] for name in HOURS)
