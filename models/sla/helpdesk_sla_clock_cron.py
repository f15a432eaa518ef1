"""The cron: warns of clocks that are soon due, records breaches and repeats them, in batches, each one transaction.

A batch is recorded and reported in one transaction: a server killed in the middle leaves it undone. Clocks that another
transaction has locked wait for the next batch. One that cannot be recorded or reported waits for the next run, and
keeps none of the others from being found late.
"""

import logging

from odoo import api, models
from odoo.tools import SQL

from ...tools.common import crons
from ...tools.sla import clock as sla_clock
from ...tools.sla import repeat
from ..common import database_time
from ..common.transactions import attempted, retried
from .resource_calendar import WorkingTimes

_logger = logging.getLogger(__name__)

BATCH = 50


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    @api.model
    def _cron_tick(self):
        """Warn and find late whatever is due, until nothing is or the time is up.

        Tickets that wait now are paused first, and those whose calendar or policy has changed are counted anew, lest
        they be found late; whatever becomes of that, time passes.
        """
        progress = self.env["ir.cron"]._commit_progress
        failed, failed_policies, failed_rows = set(), set(), set()
        while (done := self.env["helpdesk.sla.policy"]._move_tickets_in_transaction(failed_policies)) is not None:
            if done and not progress(done):
                return self._go_on()
        while (done := self.env["helpdesk.sla.recount"]._recount_in_transaction(failed_rows)) is not None:
            if done and not progress(done):
                return self._go_on()
        while done := retried(self.env.cr, self._tick, BATCH, failed):
            if not progress(done):
                return self._go_on()

    @api.model
    def _go_on(self):
        """Out of time: the rest is not left for a minute, or Odoo would sleep over it."""
        self.env["ir.cron"]._bridge_wake(crons.SLA_TICK)

    @api.model
    def _tick(self, limit=BATCH, failed=None):
        """One batch.

        :param failed: a set of ids, of clocks that are left alone; those with which something goes wrong are added
        :return: how many clocks were looked at
        """
        now, failed = database_time.now(self.env), set() if failed is None else failed
        clocks = self._due(now, limit, failed)
        if not clocks:
            return 0
        if not clocks._look(now):
            # One clock of this batch fails: try each by itself.
            failed.update(clock.id for clock in clocks if not clock._look(now))
        return len(clocks)

    def _look(self, now):
        """Record and report what has fallen due on these clocks: on all of them, or on none.

        :return: whether that went well
        """
        error = attempted(self.env.cr, self._record_and_notify, now)
        if error:
            _logger.error("sla: clocks %s cannot be recorded or reported", self.ids, exc_info=error)
        return not error

    def _record_and_notify(self, now):
        working, found = WorkingTimes(), []
        for clock, ticked in self._ticked(now, working):
            found += clock._record(*ticked)
        self._notify(found)
        self.ticket_id._sla_summarize()
        _logger.info("sla: %s clocks checked, %s reported", len(self), len(found))

    def _ticked(self, now, working):
        for record in self:
            # A look needs no history: nothing is counted anew.
            clock = record._clock(working, with_history=False)
            if record.state == sla_clock.MISSED:
                yield record, repeat.repeated(clock, now, record.ticket_id.user_id.active or record._is_waiting())
            else:
                yield record, sla_clock.ticked(clock, now)

    @api.model
    def _due(self, now, limit, failed=()):
        """The clocks to look at, oldest first, locked together with their tickets: an agent at work never waits for us
        halfway, nor we for them.
        """
        self.flush_model()
        found = []
        for moment, state in (
            ("due_at", SQL("clock.state = 'running'")),
            ("warn_at", SQL("clock.state = 'running' AND clock.warned_at IS NULL")),
            ("remind_at", SQL("clock.state = 'missed' AND clock.remind_at IS NOT NULL AND clock.satisfied_at IS NULL")),
        ):
            self.env.cr.execute(
                SQL(
                    """
                    SELECT clock.id
                      FROM helpdesk_sla_clock clock
                      JOIN helpdesk_ticket ticket ON ticket.id = clock.ticket_id
                     WHERE %(state)s AND clock.%(moment)s <= %(now)s
                       AND clock.id <> ALL(%(failed)s)
                     ORDER BY clock.%(moment)s
                     LIMIT %(limit)s
                       FOR NO KEY UPDATE OF clock, ticket SKIP LOCKED
                    """,
                    moment=SQL.identifier(moment),
                    state=state,
                    failed=list(failed),
                    now=now,
                    limit=limit - len(found),
                )
            )
            found += [clock_id for (clock_id,) in self.env.cr.fetchall() if clock_id not in found]
            if len(found) >= limit:
                break
        return self.browse(found)
