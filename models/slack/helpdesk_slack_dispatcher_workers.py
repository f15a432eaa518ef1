"""The workers: how many crons deliver messages, and which of them is woken.

Each worker is an `ir.cron` record. As many messages are sent in parallel as there are workers and cron threads to run
them, on any number of hosts. A queued message wakes an idle worker; a worker that claims a message and leaves others
due wakes the next one. A worker beyond the number in the Settings deactivates itself at its next run.
"""

from odoo import api, models

from ...tools.common import crons
from ..common import database_time

PARAMETER = "helpdesk_bridge.slack_dispatchers"
MOST = 8


class HelpdeskSlackDispatcher(models.AbstractModel):
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _worker_count(self):
        """The configured number of workers."""
        wanted = self.env["ir.config_parameter"].sudo().get_param(PARAMETER) or "1"
        return min(max(int(wanted), 1), MOST) if wanted.isdecimal() else 1

    @api.model
    def _workers(self):
        """The crons that deliver, in order."""
        names = [crons.SLACK, *(f"{crons.SLACK}_{number}" for number in range(2, self._worker_count() + 1))]
        ids = [self.env["ir.model.data"]._xmlid_to_res_id(name, raise_if_not_found=False) for name in names]
        return self.env["ir.cron"].sudo().browse(filter(None, ids))

    @api.model
    def _set_worker_count(self, size):
        """Create or reactivate missing crons. Superfluous ones deactivate themselves: a running cron is locked."""
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER, str(size))
        for number in range(2, size + 1):
            cron = self.env.ref(f"{crons.SLACK}_{number}", raise_if_not_found=False)
            if not cron:
                self._create_cron(number)
            elif not cron.sudo().active:
                cron.sudo().active = True

    @api.model
    def _create_cron(self, number):
        first = self.env.ref(crons.SLACK).sudo()
        values = {
            "name": f"{first.name} ({number})",
            "model_id": first.model_id.id,
            "state": "code",
            "code": f"model._cron_deliver({number})",
            "interval_number": first.interval_number,
            "interval_type": first.interval_type,
            "user_id": first.user_id.id,
        }
        # With an external id of this module, so that uninstalling removes it.
        self.env["ir.cron"].sudo()._load_records(
            [{"xml_id": f"{crons.SLACK}_{number}", "values": values, "noupdate": True}]
        )

    @api.model
    def _idle(self):
        """The workers that have no message leased."""
        workers = self._workers()
        if len(workers) < 2:
            return workers
        busy = self._outbox().sudo().search_fetch([("leased_until", ">", database_time.now(self.env))], ["leased_by"])
        return workers.filtered(lambda cron: cron.active and cron.id not in busy.mapped("leased_by"))

    @api.model
    def _crons_to_wake(self):
        """The cron to wake when a message is due."""
        return (self._idle() or self._workers())[:1]

    @api.model
    def _reschedule(self):
        """Trigger this cron again, because its time ran out before the work did."""
        own = self.env["ir.cron"].sudo().browse(self.env.context.get("cron_id", ()))
        for cron in own or self._workers()[:1]:
            cron._trigger()

    @api.model
    def _wake_next(self):
        """Wake another worker if more messages are due than the one just claimed."""
        others = self._workers()[1:] and self._idle()
        soonest = others and self._soonest()
        if soonest and soonest <= database_time.now(self.env):
            others[0]._trigger()
