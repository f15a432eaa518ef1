"""Adds automatic emails to the follow-up work: they are written after tickets have been assigned."""

from odoo import api, models


class HelpdeskFollowup(models.AbstractModel):
    _inherit = "helpdesk.followup"

    @api.model
    def _steps(self):
        return [*super()._steps(), self.env["helpdesk.letter"]._write_next]
