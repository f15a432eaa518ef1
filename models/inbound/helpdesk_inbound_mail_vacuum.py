"""Forgets what became of mails long ago, and counts them."""

from odoo import api, models

from ..common.helpdesk_bridge_counter import MAILS
from ..common.retention import delete_batch, expired


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    @api.autovacuum
    def _gc_old(self):
        """What failed stays until somebody has looked at it; what has no verdict left its server before it got one."""
        found = expired(self, "helpdesk_inbound_days", [("verdict", "!=", "failed")])
        verdicts = self._read_group([("id", "in", found.ids)], ["verdict"], ["__count"])
        self.env["helpdesk.bridge.count"]._add({(MAILS, (verdict or "open",)): count for verdict, count in verdicts})
        return delete_batch(found)
