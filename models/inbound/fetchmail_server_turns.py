"""Gives each mailbox its own turn, so that one mail server that is silent, slow or broken stops no other mailbox.

Odoo fetches the mailboxes one after the other, in the same order each time, and stops when the time of its scheduled
action is over. Behind a silent server that moment comes before the second mailbox, each time. Here the mailbox that has
waited longest comes first. Failing mailboxes come last, one in each run, and get little time as long as there are
others. So each costs the others a few seconds now and then. All that is needed to know this is on the mailboxes
themselves, so any worker on any host can continue.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.mail.models.fetchmail import MAIL_SERVER_DOMAIN

from ...tools.common import crons
from ...tools.inbound.patience import Patience
from ..common import database_time, inbound_context, ir_cron
from ..common.transactions import retried

_logger = logging.getLogger(__name__)

#: In the context of a run that fetches only what is requested.
REQUESTED_KEY, REQUESTED = "helpdesk_bridge_requested", object()
#: A failing mailbox waits an eighth of the time since it began to fail, but at least and at most this long.
PAUSE, LONGEST_PAUSE = timedelta(seconds=50), timedelta(minutes=10)
PAUSE_SHARE = 8
#: A failing mailbox gets as much time as Odoo would give it once in this interval, in case its server became slow.
LONG_TRY = timedelta(hours=1)
#: For this long after a mailbox began to fail, the others get little time for opening as well.
ALERT = timedelta(minutes=2)


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    # Odoo's own date is also set when a check fails.
    helpdesk_checked_date = fields.Datetime(
        string="Last Checked with Success",
        readonly=True,
        copy=False,
        help="When this mailbox was last opened and read without an error.",
    )
    #: Seconds that the last successful opening took.
    helpdesk_opening_seconds = fields.Float(string="Seconds to Open", readonly=True, copy=False)
    helpdesk_left_count = fields.Integer(
        string="Emails Left in the Mailbox",
        readonly=True,
        copy=False,
        help="Emails that could not be opened or stored at the last check. They are tried again at each check.",
    )
    helpdesk_left_reason = fields.Char(string="Why They Were Left", readonly=True, copy=False)

    def write(self, vals):
        if vals == {"state": "done"} and all(mailbox.state == "done" for mailbox in self):
            # A connection test changes nothing then, and need not wait for a fetch that has locked the mailbox.
            return True
        return super().write(self._by_database_time(vals))

    @api.model
    def _by_database_time(self, vals):
        """Odoo notes when it fetched, or began to fail, by the clock of its host; all hosts compare these moments."""
        moments = [name for name in ("date", "error_date") if vals.get(name)]
        if not moments or not inbound_context.current(self.env):
            return vals
        return {**vals, **dict.fromkeys(moments, database_time.now(self.env))}

    @api.model
    def _fetch_mails(self, **kw):
        """Odoo's cron: fetch what its interval says, and what was requested in between."""
        retried(self.env.cr, self.env["helpdesk.fetch.request"]._request_due)
        return super(FetchmailServer, self.with_context(**{REQUESTED_KEY: REQUESTED}))._fetch_mails(**kw)

    @api.model
    def _fetch_requested(self):
        """Fetch what is requested, beside Odoo's cron."""
        return self.with_context(**{REQUESTED_KEY: REQUESTED}).search(MAIL_SERVER_DOMAIN)._fetch_mail()

    def _fetch_mail(self, batch_limit=50):
        run = inbound_context.FetchRun()
        ours = self.filtered("helpdesk_team_id")
        skipped = ours if ours and self.env["helpdesk.bridge.database"]._is_copy() else self.browse()
        fetching = (self - skipped).with_context(**{inbound_context.FETCH_RUN_KEY: run})
        if self.env.context.get("cron_id") or len(fetching) > 1:
            result = fetching._fetch_in_turns(run, batch_limit)
        else:
            result = super(FetchmailServer, fetching)._fetch_mail(batch_limit=batch_limit)
        for xmlid in run.woken:
            self.env["ir.cron"]._bridge_wake(xmlid)
        if run.must_go_on:
            # Odoo would fetch the rest only up to a minute later
            self.env["ir.cron"]._bridge_wake(crons.FETCH)
        return result

    def _fetch_in_turns(self, run, batch_limit):
        """Fetch those of the mailboxes that wait, one after the other. :return: the last error, or None"""
        # Without the run, which would wake other workers at its end only.
        queue = self.env["helpdesk.fetch.request"].sudo().with_context(**{inbound_context.FETCH_RUN_KEY: None})
        retried(self.env.cr, queue._release)
        if self.env.context.get(REQUESTED_KEY) is not REQUESTED:
            retried(self.env.cr, queue._request, self)
        healthy, failing = self._turns()
        result, left, visited = None, 0, self.browse()
        for mailbox, run.patience in self._taken(queue, healthy, failing):
            visited |= mailbox
            error, remaining = self._requested_turn(queue, mailbox, batch_limit)
            result, left = error or result, left + remaining
        waiting = len(queue._waiting((healthy or failing) - visited))
        run.is_cut_short = bool(waiting or queue._waiting(failing - visited))
        # Odoo would run it up to ten times more after its time, for one email and with a new connection each; the
        # wake-up that follows gives it time anew.
        is_woken = ir_cron.is_time_over(self.env) and run.must_go_on
        self.env["ir.cron"]._commit_progress(remaining=0 if is_woken else left + waiting)
        return result

    def _taken(self, queue, healthy, failing):
        """Take one mailbox after the other, each when the one before is fetched. :return: each with its patience"""
        first, visited = healthy or failing, self.browse()
        while not (visited and ir_cron.is_time_over(self.env)) and (mailbox := queue._take(first - visited)):
            visited |= mailbox
            yield mailbox, healthy and mailbox._patience_beside_others()
        # One failing mailbox in each run, even if its time is over: otherwise busy ones would keep it from recovering.
        if healthy and (mailbox := queue._take(failing - visited)):
            yield mailbox, mailbox._patience_after_failure()

    def _requested_turn(self, queue, mailbox, batch_limit):
        """Fetch a mailbox that was taken. :return: (the error, or None; how many emails are left there)"""
        mailbox = self.browse(mailbox.id)
        checked = mailbox.date
        error = mailbox._fetch_turn(batch_limit)
        remaining = self._remaining_of_turn()
        mailbox.invalidate_recordset(["date"])
        queue._finish(mailbox, was_fetched=mailbox.date != checked, has_more=remaining > 0)
        return error, remaining

    def _fetch_turn(self, batch_limit):
        """Let Odoo fetch this mailbox; whatever it raises concerns no other mailbox. :return: the error, or None"""
        try:
            return super()._fetch_mail(batch_limit=batch_limit)  # pylint: disable=super-method-mismatch
        except Exception as error:
            # Ends the scheduled action if the database is gone.
            self.env.cr.rollback()
            _logger.warning("mailbox %s: its check ended with an error", self.id, exc_info=True)
            return error

    def _helpdesk_confirmed(self):
        """The login and the folder were just tested: the next run fetches this mailbox like any other.

        Writes only what changes, because a fetch of this mailbox locks it for as long as that takes.
        """
        for mailbox in self.filtered("helpdesk_team_id"):
            if mailbox.error_date:
                mailbox.write({"error_date": False, "error_message": False})
            if not mailbox.helpdesk_checked_date:
                mailbox.helpdesk_checked_date = database_time.now(self.env)

    @api.model
    def _update_cron(self):
        """Lock Odoo's scheduled action only if it has to change; a fetch that is running changes it all the time."""
        if self.env.context.get("fetchmail_cron_running"):
            return  # as in Odoo
        cron = self.env.ref(crons.FETCH, raise_if_not_found=False)
        if cron and cron.sudo().active == bool(self.search_count(MAIL_SERVER_DOMAIN, limit=1)):
            return
        super()._update_cron()

    def _turns(self):
        """:return: (mailboxes to fetch now, failing mailboxes to try after them), those that waited longest first"""
        never = fields.Datetime.to_datetime("1970-01-01")
        waited = self.sorted(lambda mailbox: mailbox.date or never)
        failing = waited.filtered("error_date")
        healthy = waited - failing
        # Without others, a failing mailbox is tried as often as Odoo does.
        return healthy, failing.filtered(lambda mailbox: not healthy or mailbox._is_try_due())

    def _last_try(self):
        """When this failing mailbox was tried last."""
        return max(self.date or self.error_date, self.error_date)

    def _is_try_due(self):
        """Whether this failing mailbox has waited long enough since the last try.

        A try far in the future was noted by a clock that was wrong.
        """
        last = self._last_try()
        pause, now = max(PAUSE, min((last - self.error_date) / PAUSE_SHARE, LONGEST_PAUSE)), database_time.now(self.env)
        return now >= last + pause or last > now + LONGEST_PAUSE

    def _patience_beside_others(self):
        """A short patience for opening while another mailbox has just begun to fail: it may not be the only one."""
        just_now = database_time.now(self.env) - ALERT
        if not self.search_count(MAIL_SERVER_DOMAIN & Domain("error_date", ">=", just_now), limit=1):
            return None
        return lambda: Patience(self.helpdesk_opening_seconds, is_alert=True)

    def _patience_after_failure(self):
        """A short patience; a long one at the first try of each hour."""
        now = database_time.now(self.env)
        hours = [(moment - self.error_date) // LONG_TRY for moment in (self._last_try(), now)]
        if hours[0] < hours[1]:
            return Patience.long
        return lambda: Patience(self.helpdesk_opening_seconds, is_short=True)

    @api.model
    def _remaining_of_turn(self):
        """How many emails Odoo left in the mailbox whose turn it was."""
        progress_id = self.env.context.get("ir_cron_progress_id")
        return self.env["ir.cron.progress"].sudo().browse(progress_id).remaining if progress_id else 0
