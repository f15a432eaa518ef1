"""The SLA of a ticket is counted anew, as the policies and calendars of now say."""

from odoo import models

from ...tools.sla import policy as sla_policy
from ...tools.sla.clock import AT_WORK
from ..common import database_time


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _sla_recount(self, reason):
        """Count the open clocks of this ticket anew. Nobody is mentioned; a note explains what became of breaches.

        :param reason: why, in the language of the company's people
        """
        self.ensure_one()
        now, clocks = database_time.now(self.env), self.sla_clock_ids
        rule = self._sla_choose_rule()
        outcomes = clocks._recount(rule, now, reason)
        found, phase = [], self._sla_phase(rule)
        missing = set(sla_policy.FROM_CREATION) - set(clocks.mapped("metric"))
        if rule and missing and phase in AT_WORK:
            found += clocks._begin([(self, rule, phase)], now, silent=True, metrics=missing, retroactive=True)[1]
        # Another policy may have other waiting stages.
        found += clocks._move(phase, now, silent=True, reason=reason)
        clocks._notify(found)
        clocks._explain(outcomes, reason)
        self._sla_summarize()
