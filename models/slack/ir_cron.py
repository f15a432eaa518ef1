"""Waking the Slack outbox wakes one of its dispatchers."""

from odoo import api, models

from ...tools.common import crons


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _bridge_cron_to_wake(self, xmlid):
        if xmlid == crons.SLACK:
            return self.env["helpdesk.slack.dispatcher"]._crons_to_wake()
        return super()._bridge_cron_to_wake(xmlid)
