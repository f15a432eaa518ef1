"""How many mailboxes are fetched at the same time."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.helpdesk_bridge_workers import MOST


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_fetch_workers = fields.Integer(
        string="Parallel Mailboxes",
        default=lambda self: self.env["helpdesk.fetch.request"]._worker_count(),
        groups="base.group_system",
    )

    @api.constrains("helpdesk_fetch_workers")
    def _check_helpdesk_fetch_workers(self):
        for settings in self:
            if not 1 <= settings.helpdesk_fetch_workers <= MOST:
                raise ValidationError(self.env._("The number of parallel mailboxes must be between 1 and %s.", MOST))

    def set_values(self):
        result = super().set_values()
        self.env["helpdesk.fetch.request"]._set_worker_count(self.helpdesk_fetch_workers)
        return result
