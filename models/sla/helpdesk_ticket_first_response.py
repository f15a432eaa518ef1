"""What counts as the first response: an agent's public reply, or a move to a working stage."""

from odoo import models

from ...tools.sla.clock import START, Phase
from ...tools.ticket import events
from ...tools.ticket.message_category import REPLY
from ..common import database_time, inbound_context, ir_cron


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_on_message_first(self, name, message):
        result = super()._bridge_on_message_first(name, message)
        if name == events.AGENT_REPLIED and self.sla_since and self._sla_is_response(message):
            self._sla_on_response(database_time.now(self.env), message)
        return result

    def _sla_on_response(self, now, message=None, silent=False):
        """An agent has replied in public: the first response is given, or the next one.

        :param message: the reply; None: it is for whoever waits
        """
        start = self.sla_clock_ids.filtered(lambda clock: clock.metric == START and not clock.satisfied_at)
        met = start | self._sla_answered(message)
        if met:
            met._notify(met._move(self._sla_phase(), now, responded=True, silent=silent))
            self._sla_summarize()

    def _sla_is_response(self, message):
        """Whether a message, posted just now, is an agent's public reply; an email must be proved to be theirs."""
        if inbound_context.mail(self.env) is not None:
            sender = inbound_context.sender(self.env)
            is_theirs = message.message_type == "email" and bool(sender) and sender.is_agents
            return is_theirs and self._bridge_message_category(message) == REPLY
        return not ir_cron.at_work(self.env) and self._sla_is_agents_reply(message)

    def _sla_is_agents_reply(self, message):
        """Whether a chatter message is an agent's public reply; an email must be proved or confirmed as theirs."""
        return self._bridge_message_event(message) == events.AGENT_REPLIED

    def _sla_was_responded(self):
        """Whether an agent responded before the ticket got an SLA: then there is no first response to wait for."""
        if not self.stage_id.unattended:
            return True
        return any(map(self._sla_is_agents_reply, self.message_ids))

    def _sla_is_response_move(self, phase, is_handed_over):
        """Whether an agent moved the ticket to its current stage, which is a working or a closed one.

        :param is_handed_over: to another team, for which Odoo itself takes a stage that this team does not have
        """
        if phase not in (Phase.OPEN, Phase.CLOSED) or (phase is Phase.OPEN and self.stage_id.unattended):
            return False
        if is_handed_over and self.stage_id == self.team_id._get_applicable_stages()[:1]:
            return False
        return self._bridge_by_person()
