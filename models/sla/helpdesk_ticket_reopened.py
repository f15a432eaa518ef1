"""A ticket that was created closed, or before there was an SLA, is reopened: its SLA begins then."""

from odoo import models

from ...tools.sla.clock import AT_WORK


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _sla_start_reopened(self, before, now):
        """Start the clocks of this ticket, as of now, if it has just been reopened and had no SLA before.

        :param before: its `SlaSnapshot`
        """
        if before.phase in AT_WORK or self._sla_phase() not in AT_WORK:
            return
        self._sla_set({"sla_from": now})
        self._sla_start_clocks()
        phase = self._sla_phase()
        if self.sla_clock_ids and self._sla_is_response_move(phase, is_handed_over=before.team != self.team_id.id):
            clocks = self.sla_clock_ids
            clocks._notify(clocks._move(phase, now, responded=True))
            self._sla_summarize()
