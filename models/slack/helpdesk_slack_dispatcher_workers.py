"""How many crons deliver messages, and which of them is woken."""

from odoo import api, models

from ...tools.common import crons
from ..common import database_time


class HelpdeskSlackDispatcher(models.AbstractModel):
    _name = "helpdesk.slack.dispatcher"
    _inherit = ["helpdesk.slack.dispatcher", "helpdesk.bridge.workers"]

    _workers_first = _workers_others = crons.SLACK
    _workers_parameter = "helpdesk_bridge.slack_dispatchers"
    _workers_method = "_cron_deliver"

    @api.model
    def _busy_workers(self):
        """Those that have a message leased."""
        leased = self._outbox().sudo().search_fetch([("leased_until", ">", database_time.now(self.env))], ["leased_by"])
        return leased.mapped("leased_by")

    @api.model
    def _reschedule(self):
        """Trigger this cron again, because its time ran out before the work did."""
        own = self.env["ir.cron"].sudo().browse(self.env.context.get("cron_id", ()))
        (own or self._workers()[:1])._bridge_trigger()

    @api.model
    def _wake_next(self):
        """Wake another worker if more messages are due than the one just claimed."""
        others = self._workers()[1:] and self._idle()
        soonest = others and self._soonest()
        if soonest and soonest <= database_time.now(self.env):
            others[0]._bridge_trigger()
