"""Workers: scheduled actions that share one queue, as many as the Settings say, and which of them is woken.

Each worker is an `ir.cron` record. As many run in parallel as there are workers and cron threads to run them, on any
number of hosts. Work that is due wakes an idle worker; a worker that takes some and leaves some wakes the next one. A
worker beyond the number in the Settings deactivates itself at its next run.
"""

from odoo import api, models

MOST = 8


class HelpdeskBridgeWorkers(models.AbstractModel):
    _name = "helpdesk.bridge.workers"
    _description = "Helpdesk Bridge Workers"

    #: The external id of the first worker, and the system parameter that says how many there are.
    _workers_first = _workers_parameter = ""
    #: The external id of the others, without ``_`` and the number, and the method of this model that each of them runs.
    _workers_others = _workers_method = ""

    @api.model
    def _busy_workers(self):
        """:return: ids of the crons that have taken work"""
        return []

    @api.model
    def _worker_count(self):
        """The configured number of workers."""
        wanted = self.env["ir.config_parameter"].sudo().get_param(self._workers_parameter) or "1"
        return min(max(int(wanted), 1), MOST) if wanted.isdecimal() else 1

    @api.model
    def _workers(self):
        """The crons, in order."""
        others = (f"{self._workers_others}_{number}" for number in range(2, self._worker_count() + 1))
        names = [self._workers_first, *others]
        ids = [self.env["ir.model.data"]._xmlid_to_res_id(name, raise_if_not_found=False) for name in names]
        return self.env["ir.cron"].sudo().browse(filter(None, ids))

    @api.model
    def _set_worker_count(self, size):
        """Create or reactivate missing crons. Superfluous ones deactivate themselves: a running cron is locked."""
        self.env["ir.config_parameter"].sudo().set_param(self._workers_parameter, str(size))
        for number in range(2, size + 1):
            cron = self.env.ref(f"{self._workers_others}_{number}", raise_if_not_found=False)
            if not cron:
                self._create_cron(number)
            elif not cron.sudo().active:
                cron.sudo().active = True

    @api.model
    def _create_cron(self, number):
        first = self.env.ref(self._workers_first).sudo()
        values = {
            "name": f"{first.name} ({number})",
            "model_id": self.env["ir.model"]._get_id(self._name),
            "state": "code",
            "code": f"model.{self._workers_method}({number})",
            "interval_number": first.interval_number,
            "interval_type": first.interval_type,
            "user_id": first.user_id.id,
        }
        # With an external id of this module, so that uninstalling removes it.
        self.env["ir.cron"].sudo()._load_records(
            [{"xml_id": f"{self._workers_others}_{number}", "values": values, "noupdate": True}]
        )

    @api.model
    def _retires(self, number):
        """Whether this worker is one too many; it is deactivated then."""
        if number <= self._worker_count():
            return False
        self.env["ir.cron"]._commit_progress(remaining=0, deactivate=True)
        return True

    @api.model
    def _idle(self):
        """The workers that have taken no work."""
        workers = self._workers()
        if len(workers) < 2:
            return workers
        busy = self._busy_workers()
        return workers.filtered(lambda cron: cron.active and cron.id not in busy)

    @api.model
    def _crons_to_wake(self):
        """The cron to wake when there is work."""
        return (self._idle() or self._workers())[:1]
