"""The mailboxes that are to be fetched, and which worker fetches which of them.

How data flows: a request (`_request`) names one mailbox. The listener makes one when that mailbox has new email, each
interval of Odoo's fetch cron makes one for every mailbox, and so does a turn that leaves email behind. Workers take
requests one by one, never one whose mailbox another worker has taken; they commit that, let Odoo fetch the mailbox, and
delete the request. A request that is made meanwhile is served by another turn. The first worker is Odoo's own cron.

A worker that is killed leaves its request taken; its next run, on any host, releases that. If there is none, any other
worker does.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.mail.models.fetchmail import MAIL_SERVER_DOMAIN

from ...tools.common import crons
from ..common import database_time
from ..common.transactions import retried


class HelpdeskFetchRequest(models.Model):
    _name = "helpdesk.fetch.request"
    _inherit = ["helpdesk.bridge.workers"]
    _description = "Fetch Request"
    _rec_name = "mailbox_id"
    _order = "id"

    _workers_first = crons.FETCH
    _workers_others = crons.FETCH_BESIDE
    _workers_parameter = "helpdesk_bridge.fetch_workers"
    _workers_method = "_cron_fetch"

    mailbox_id = fields.Many2one("fetchmail.server", required=True, ondelete="cascade", readonly=True)
    taken_by = fields.Integer(readonly=True, help="The cron that fetches this mailbox now; 0: none yet.")

    _open = models.Index("(mailbox_id, taken_by)")

    @api.model
    def _cron_fetch(self, number):
        """Fetch what is requested, beside Odoo's own cron. :param number: of this worker, from 2"""
        if not self._retires(number):
            self.env["fetchmail.server"]._fetch_requested()

    @api.model
    def _request(self, mailboxes):
        """Request that these mailboxes are fetched soon. Those that already wait are not requested twice."""
        waiting = self.search([("taken_by", "=", 0), ("mailbox_id", "in", mailboxes.ids)]).mailbox_id
        self.create([{"mailbox_id": mailbox.id} for mailbox in mailboxes - waiting])

    @api.model
    def _busy_workers(self):
        return self.search([("taken_by", "!=", 0)]).mapped("taken_by")

    @api.model
    def _release(self):
        """Release what an earlier run of this worker had taken when it was killed.

        So is what a worker had taken that never runs again, because it was retired, deactivated or deleted since. If
        one of these still fetches, Odoo's own lock keeps others from its mailbox.
        """
        taken = self.search([("taken_by", "!=", 0)])
        others = self._workers().filtered("active").ids if taken else []
        taken.filtered(lambda one: one.taken_by == self._own() or one.taken_by not in others).write({"taken_by": 0})

    @api.model
    def _waiting(self, mailboxes):
        """Those of the mailboxes that are requested, and that no worker fetches; in the same order."""
        requests = self.search([("mailbox_id", "in", mailboxes.ids)])
        waiting = requests.mailbox_id - requests.filtered("taken_by").mailbox_id
        return mailboxes.filtered(lambda mailbox: mailbox in waiting)

    @api.model
    def _take(self, candidates):
        """Take a mailbox, and wake another worker if more of them wait.

        :param candidates: the mailboxes to choose from, best first
        :return: the mailbox, or an empty recordset
        """
        return retried(self.env.cr, self._take_step, candidates)

    @api.model
    def _take_step(self, candidates):
        self.env.invalidate_all()
        waiting = self._waiting(candidates)
        for mailbox in waiting:
            requests = self.search([("mailbox_id", "=", mailbox.id)])
            if requests and requests.try_lock_for_update() == requests:
                requests.write({"taken_by": self._own()})
                if len(waiting) > 1 and self._worker_count() > 1 and self._idle():
                    self.env["ir.cron"]._bridge_wake(crons.FETCH)
                return mailbox
        return waiting.browse()

    @api.model
    def _finish(self, mailbox, was_fetched, has_more):
        """The turn of a mailbox is over.

        :param was_fetched: False: somebody else has locked it; the request stays
        :param has_more: emails were left for another turn
        """
        retried(self.env.cr, self._finish_step, mailbox, was_fetched, has_more)

    @api.model
    def _finish_step(self, mailbox, was_fetched, has_more):
        own = self.search([("taken_by", "=", self._own()), ("mailbox_id", "=", mailbox.id)])
        if not was_fetched:
            own.write({"taken_by": 0})
            return
        own.unlink()
        if has_more:
            self._request(mailbox)

    @api.model
    def _request_due(self):
        """Request what the interval of Odoo's cron says: every mailbox that was not fetched since its moment.

        Odoo compares that moment with PostgreSQL's clock. A fetch in the future was noted by a clock that was wrong.
        """
        cron, now = self.env.ref(crons.FETCH).sudo(), database_time.now(self.env)
        if cron.nextcall <= now:
            due = Domain("date", "=", False) | Domain("date", "<", cron.nextcall) | Domain("date", ">", now)
            self._request(self.env["fetchmail.server"].search(MAIL_SERVER_DOMAIN & due))

    @api.model
    def _own(self):
        """The cron that runs this; -1 outside of one."""
        return self.env.context.get("cron_id", -1)
