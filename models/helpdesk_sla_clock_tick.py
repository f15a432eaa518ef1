"""The cron: time has passed. Finds the clocks that are due or soon due, in batches, each batch one transaction.

A batch is recorded and told in the same transaction: a server killed in the middle leaves it as if it had not begun.
Clocks that somebody else has in hand are left to the next batch.
"""

import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import sla_clock
from .resource_calendar import WorkingTimes

_logger = logging.getLogger(__name__)

BATCH = 50


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    @api.model
    def _cron_tick(self):
        """Warn and find late whatever is due, until nothing is or the time is up."""
        while True:
            done = self._tick()
            if not done:
                return
            if not self.env["ir.cron"]._commit_progress(done):
                # Out of time: the rest is not left for a minute, or Odoo would sleep over it.
                self.env["ir.cron"]._bridge_wake("helpdesk_bridge.ir_cron_sla_tick")
                return

    @api.model
    def _tick(self, limit=BATCH):
        """One batch. :return: how many clocks were looked at"""
        now = fields.Datetime.now()
        clocks = self._due(now, limit)
        if not clocks:
            return 0
        working, found = WorkingTimes(), []
        for clock, ticked in clocks._ticked(now, working):
            found += clock._record(*ticked)
        self._tell(found)
        clocks.ticket_id._sla_summarize()
        _logger.info("sla: %s clocks looked at, %s told", len(clocks), len(found))
        return len(clocks)

    def _ticked(self, now, working):
        for record in self:
            # A look needs no history: nothing is counted anew.
            yield record, sla_clock.ticked(record._clock(working, with_history=False), now)

    @api.model
    def _due(self, now, limit):
        """The clocks to look at, oldest first, locked together with their tickets: an agent at work never waits for us
        halfway, nor we for them.
        """
        self.flush_model()
        found = []
        for moment, condition in (("due_at", SQL()), ("warn_at", SQL("AND clock.warned_at IS NULL"))):
            self.env.cr.execute(
                SQL(
                    """
                    SELECT clock.id
                      FROM helpdesk_sla_clock clock
                      JOIN helpdesk_ticket ticket ON ticket.id = clock.ticket_id
                     WHERE clock.state = 'running' AND clock.%(moment)s <= %(now)s %(condition)s
                     ORDER BY clock.%(moment)s
                     LIMIT %(limit)s
                       FOR NO KEY UPDATE OF clock, ticket SKIP LOCKED
                    """,
                    moment=SQL.identifier(moment),
                    condition=condition,
                    now=now,
                    limit=limit - len(found),
                )
            )
            found += [clock_id for (clock_id,) in self.env.cr.fetchall() if clock_id not in found]
            if len(found) >= limit:
                break
        return self.browse(found)
