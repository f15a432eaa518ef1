"""A policy's waiting stages have changed: the tickets that are in them already pause, or go on, from that moment.

How data flows: saving the policy only notes which stages have changed and when, and wakes the cron of the promises. The
cron takes the tickets by their numbers, some in each transaction, and moves their clocks as of the noted moment. So
saving costs the same for ten tickets and for ten thousand.
"""

import logging

from odoo import api, fields, models

from ..tools import crons
from .own_transaction import CONFLICTS

_logger = logging.getLogger(__name__)

#: Tickets of one transaction.
BATCH = 50


class HelpdeskSlaPolicy(models.Model):
    _inherit = "helpdesk.sla.policy"

    stages_changed_at = fields.Datetime(
        string="Waiting Stages Changed At",
        readonly=True,
        copy=False,
        help="Tickets in stages that changed then are still being paused, or resumed.",
    )
    stages_changed = fields.Json(string="Waiting Stages Changed", readonly=True, copy=False)
    stages_moved_until = fields.Integer(
        string="Tickets Moved Until", readonly=True, copy=False, help="The number of the last ticket that was moved."
    )

    def write(self, vals):
        if "waiting_stage_ids" not in vals:
            return super().write(vals)
        before = {policy: policy.waiting_stage_ids for policy in self}
        result = super().write(vals)
        for policy, stages in before.items():
            changed = (stages - policy.waiting_stage_ids) | (policy.waiting_stage_ids - stages)
            if changed:
                policy._owe_stages(changed)
        return result

    def _owe_stages(self, stages):
        """Let the cron move the tickets in these stages; what is still owed from before is done along with it."""
        owed = set(self.stages_changed or ()) | set(stages.ids)
        now = fields.Datetime.now()
        self.write({"stages_changed": sorted(owed), "stages_changed_at": now, "stages_moved_until": 0})
        self.env["ir.cron"]._bridge_wake(crons.SLA_TICK)

    @api.model
    def _move_tickets(self, limit=BATCH):
        """One batch. :return: how many tickets were looked at"""
        policies = self.sudo().with_context(active_test=False)
        policy = policies.search([("stages_changed_at", "!=", False)], order="id", limit=1)
        if not policy:
            return 0
        tickets = self.env["helpdesk.ticket"].sudo()
        domain = [
            ("sla_policy_id", "=", policy.id),
            ("stage_id", "in", policy.stages_changed),
            ("sla_since", "!=", False),
            ("id", ">", policy.stages_moved_until),
        ]
        found = tickets.search(domain, order="id", limit=limit)
        for ticket in found:
            policy._move_ticket(ticket)
        if len(found) < limit:
            policy.write({"stages_changed": False, "stages_changed_at": False, "stages_moved_until": 0})
        else:
            policy.stages_moved_until = found[-1].id
        return len(found)

    def _move_ticket(self, ticket):
        """A ticket whose clocks cannot be moved keeps none of the others from it."""
        clocks = ticket.sla_clock_ids
        # Nothing is entered before what was there first.
        moment = max([self.stages_changed_at, *clocks.line_ids.mapped("at")])
        reason = self.env._("the waiting stages of %s have changed", self.name)
        try:
            with self.env.cr.savepoint():
                clocks._tell(clocks._move(ticket._sla_phase(), moment, reason=reason))
                ticket._sla_summarize()
        except CONFLICTS:
            raise
        except Exception:
            _logger.exception("sla: the clocks of ticket %s cannot be moved", ticket.id)


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    @api.model
    def _cron_tick(self):
        """Tickets that wait now are paused first, lest they be found late."""
        while done := self.env["helpdesk.sla.policy"]._move_tickets():
            if not self.env["ir.cron"]._commit_progress(done):
                return self.env["ir.cron"]._bridge_wake(crons.SLA_TICK)
        return super()._cron_tick()
