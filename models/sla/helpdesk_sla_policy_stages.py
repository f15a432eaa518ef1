"""A policy's waiting stages have changed: the tickets that are in them already pause, or go on, from that moment.

So do those in a stage that is closed, or cancels the SLA, from then on (`helpdesk_ticket_stage`).

How data flows: saving the policy only notes which stages have changed, each with its moment, and wakes the cron of the
SLA targets. The cron takes the tickets by their numbers, some in each transaction, and moves their clocks as of that
moment. So saving costs the same for ten tickets and for ten thousand.
"""

import logging
from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools.common import crons
from ...tools.sla.clock import AT_WORK, CANCELED, RESOLUTION
from ..common import database_time
from ..common.transactions import attempted, retried
from ..common.translated import with_company_lang

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
    #: Number of a stage, as text -> the moment since which its tickets have to be updated.
    stages_changed = fields.Json(string="Waiting Stages Changed", readonly=True, copy=False)
    stages_moved_until = fields.Integer(
        string="Tickets Moved Until", readonly=True, copy=False, help="The number of the last ticket that was moved."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_notes(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_notes(vals)
        if "waiting_stage_ids" not in vals:
            return super().write(vals)
        before = {policy: policy.waiting_stage_ids for policy in self}
        result = super().write(vals)
        for policy, stages in before.items():
            changed = (stages - policy.waiting_stage_ids) | (policy.waiting_stage_ids - stages)
            if changed:
                policy.sudo()._schedule_stages(changed)
        return result

    @api.model
    def default_get(self, fields_list):
        # No `default_*` key of a context sets the cron's notes.
        return super().default_get([name for name in fields_list if name not in self._not_cached])

    def _check_notes(self, vals):
        """Protect the cron's bookkeeping: a user who writes it could stop the cron, or move clocks in the past."""
        if vals.keys() & self._not_cached and not self.env.su:
            raise AccessError(self.env._("Only the scheduled action for SLA targets can write this."))

    def _schedule_stages(self, stages):
        """Let the cron move the tickets in these stages; what is still pending from before keeps its own moment."""
        now = database_time.now(self.env)
        pending = {str(stage.id): fields.Datetime.to_string(now) for stage in stages} | {
            str(stage): fields.Datetime.to_string(moment) for stage, moment in self._pending_stages().items()
        }
        self.write({"stages_changed": pending, "stages_changed_at": now, "stages_moved_until": 0})
        self.env["ir.cron"]._bridge_wake(crons.SLA_TICK)

    def _pending_stages(self):
        """Number of a stage -> the moment since which its tickets have to be updated. Skips what cannot be read."""
        notes, pending = self.stages_changed, {}
        for stage, moment in notes.items() if isinstance(notes, dict) else ():
            with suppress(TypeError, ValueError):
                pending[int(stage)] = fields.Datetime.to_datetime(moment) or self.stages_changed_at
        return pending

    @api.model
    def _move_tickets(self, limit=BATCH, failed=None):
        """One batch of one policy.

        :param failed: a set of ids, of policies that are left alone; one with which something goes wrong is added
        :return: how many tickets were looked at, or None when nothing is pending
        """
        failed = set() if failed is None else failed
        policies = self.sudo().with_context(active_test=False)
        pending = [("stages_changed_at", "!=", False), ("id", "not in", list(failed))]
        policy = policies.search(pending, order="id", limit=1)
        if not policy:
            return None
        done = []
        error = attempted(self.env.cr, lambda: done.append(policy._move_batch(limit)))
        if error:
            _logger.error("sla: the waiting stages of policy %s cannot be applied", policy.id, exc_info=error)
            failed.add(policy.id)
        return sum(done)

    def _move_batch(self, limit):
        """One batch of this policy. :return: how many tickets were looked at"""
        policy = self
        # Not what this process remembers of the policy: another one may have changed it a moment ago.
        rule, pending = policy._rule(), policy._pending_stages()
        tickets = self.env["helpdesk.ticket"].sudo()
        domain = [
            ("sla_policy_id", "=", policy.id),
            ("stage_id", "in", list(pending)),
            ("sla_since", "!=", False),
            ("id", ">", policy.stages_moved_until),
        ]
        found = tickets.search(domain, order="id", limit=limit)
        for ticket in found:
            policy._move_ticket(ticket, rule, pending[ticket.stage_id.id])
        if len(found) < limit:
            policy.write({"stages_changed": False, "stages_changed_at": False, "stages_moved_until": 0})
        else:
            policy.stages_moved_until = found[-1].id
        return len(found)

    def _move_ticket(self, ticket, rule, since):
        """A ticket whose clocks cannot be moved keeps none of the others from it."""
        clocks = ticket.sla_clock_ids
        # Nothing is entered before what was there first.
        moment = max([since, *clocks.line_ids.mapped("at")])
        phase = ticket._sla_phase(rule)
        reason = self._why_moved(ticket, phase)

        def move():
            clocks._notify(clocks._move(phase, moment, reason=reason))
            ticket._sla_summarize()

        error = attempted(self.env.cr, move)
        if error:
            _logger.error("sla: the clocks of ticket %s cannot be moved", ticket.id, exc_info=error)

    def _why_moved(self, ticket, phase):
        """What has changed, as the people of the ticket's company read it: the cron has no language of its own."""
        named = with_company_lang(ticket.company_id, self)
        was_over = ticket.sla_clock_ids.filtered(
            lambda clock: clock.state == CANCELED or (clock.metric == RESOLUTION and clock.satisfied_at)
        )
        if phase not in AT_WORK or was_over:
            stage = ticket.stage_id.with_env(named.env)
            return named.env._("the stage %s has changed", stage.name)
        return named.env._("the waiting stages of %s have changed", named.name)

    @api.model
    def _move_tickets_in_transaction(self, failed=None):
        """As `_move_tickets`, in a transaction of its own; None, too, when they cannot be moved now."""
        try:
            return retried(self.env.cr, self._move_tickets, BATCH, failed)
        except Exception:
            _logger.exception("sla: tickets in stages that wait now cannot be moved")
            return None
