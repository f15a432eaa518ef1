"""Scheduled actions: wakes them, and distinguishes what they do from what users do."""

import logging
import threading
import time
from datetime import timedelta

import psycopg2

from odoo import api, models

from . import cron_threads, cron_wakes, database_time, inbound_context

_logger = logging.getLogger(__name__)

#: In the context of everything a scheduled action does. `cron_id` may come over RPC; this object cannot.
AT_WORK_KEY, AT_WORK = "helpdesk_bridge_cron", object()
#: Seconds by which a process tells Odoo too late rather than too early that a trigger is due.
GRACE = 0.2
#: Two processes may read the database's clock so differently.
SAFE = timedelta(milliseconds=20)
#: Seconds until the cron workers are told once more, if they could not be.
AGAIN = 1
#: Seconds for which a process keeps a moment in mind; what is later is left to Odoo's minute.
SOON = 600
#: In the context of a trigger that is one of several: its NOTIFY is sent once for all.
UNHEARD_KEY, UNHEARD = "helpdesk_bridge_unheard", object()


def at_work(env):
    """Whether a scheduled action does what is done in this environment."""
    return env.context.get(AT_WORK_KEY) is AT_WORK


def is_woken_by_bridge(env):
    """Whether a trigger is one of `_bridge_wake`, which says elsewhere what there is to do."""
    return env.context.get(UNHEARD_KEY) is UNHEARD


def is_time_over(env):
    """Whether the time of this run of a scheduled action is over; never outside of one."""
    return time.monotonic() >= env.context.get("cron_end_time", float("inf"))


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        cron_threads.look()
        return super(IrCron, self.with_context(**{AT_WORK_KEY: AT_WORK}))._callback(cron_name, server_action_id)

    @api.model
    def _bridge_wake(self, xmlid):
        """Run a cron as soon as this transaction has committed.

        A trigger costs a row and a connection of its own for the NOTIFY, and Odoo does not merge them: many calls
        between two savepoints make one trigger for each cron, and all triggers of a transaction make one NOTIFY, which
        wakes the workers of every server. It rides in the transaction, so a rollback leaves nothing behind.

        A fetch of many emails is many transactions: there, a few wake-ups a second will do, and one at the end.

        :param xmlid: of the cron; silently does nothing where an administrator deleted it
        """
        run = inbound_context.current(self.env)
        if run and not run.may_wake(xmlid):
            return
        precommit = self.env.cr.precommit
        woken, waiting = precommit.data.setdefault("helpdesk_bridge.wake", (set(), []))
        if xmlid in woken:
            return
        woken.add(xmlid)
        waiting.append(xmlid)
        if len(waiting) == 1:
            precommit.add(self.env["ir.cron"]._bridge_trigger_waiting)

    @api.model
    def _bridge_wake_often(self, xmlid):
        """The same for what comes many times a second: this process wakes the cron once in each `cron_wakes.EVERY`."""
        dbname = self.env.cr.dbname
        if cron_wakes.is_first(dbname, xmlid):
            self._bridge_wake(xmlid)
        else:
            self.env.cr.postcommit.add(lambda: cron_wakes.later(dbname, xmlid))

    @api.model
    def _bridge_trigger_waiting(self):
        """Trigger the crons that wait to be woken: read at once, and with one NOTIFY when this is committed."""
        _woken, waiting = self.env.cr.precommit.data["helpdesk_bridge.wake"]
        crons = self.browse().union(*map(self._bridge_cron_to_wake, waiting))
        waiting.clear()
        crons._bridge_trigger()

    def _bridge_trigger(self):
        """Trigger these crons at once, with one NOTIFY when this is committed.

        Odoo finds by PostgreSQL's clock what is due, and writes by its host's: a host whose clock is ahead would wake
        nobody, and Odoo would come back up to a minute later.
        """
        crons_sudo = self.sudo().filtered("active").with_context(**{UNHEARD_KEY: UNHEARD})
        if not crons_sudo:
            return
        now = (database_time.precisely(self.env) - SAFE).replace(microsecond=0)
        for cron_sudo in crons_sudo:
            cron_sudo._trigger(now)
        postcommit = self.env.cr.postcommit
        if not postcommit.data.get("helpdesk_bridge.notify"):
            postcommit.data["helpdesk_bridge.notify"] = True
            postcommit.add(self.env["ir.cron"]._bridge_notify)

    @api.model
    def _bridge_notify(self):
        """Tell the cron workers, and once more if that fails: what they are to find is committed all the same."""
        try:
            self._notifydb()
        except psycopg2.Error as error:  # no connection is free, as when hundreds of requests come at once
            _logger.info("cron workers are notified in a moment: %s", error)
            _notify_later(self.env.cr.dbname, None, AGAIN)

    @api.model
    def _notifydb(self):
        return None if is_woken_by_bridge(self.env) else super()._notifydb()

    @api.model
    def _bridge_wake_at(self, xmlid, moment):
        """Run a cron at a moment in the future, to the second.

        Odoo itself looks only once a minute which triggers are due. Therefore this process, too, tells it at that
        moment; if the process ends before, Odoo's minute remains.

        :param moment: by the clock of `database_time`
        """
        cron = self._bridge_cron_to_wake(xmlid).sudo()
        if cron:
            cron._trigger(moment)
            seconds = max(0, (moment - database_time.now(self.env)).total_seconds()) + GRACE
            if seconds < SOON:
                dbname = self.env.cr.dbname
                self.env.cr.postcommit.add(lambda: _notify_later(dbname, moment, seconds))

    @api.model
    def _bridge_cron_to_wake(self, xmlid):
        """The cron to wake; empty where an administrator deleted it."""
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(xmlid, raise_if_not_found=False)
        return self.browse(cron_id or ())


#: What this process will tell: (database, moment; None for soon). Many wait for one moment, as after an outage.
_planned, _planning = set(), threading.Lock()


def _notify_later(dbname, moment, seconds):
    """Tell the workers of Odoo's crons after so many seconds that something is due, and do not wait for it here."""
    with _planning:
        if (dbname, moment) in _planned:
            return
        _planned.add((dbname, moment))
    cron_wakes.after(seconds, _notify, dbname, moment)


def _notify(dbname, moment):
    with _planning:
        _planned.discard((dbname, moment))
    cron_wakes.call(dbname, "_notifydb")
