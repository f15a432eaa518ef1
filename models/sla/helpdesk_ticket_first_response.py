"""What counts as the first response: an agent's public reply, or a move to a working stage."""

from odoo import fields, models

from ...tools.sla.clock import START, Phase
from ...tools.ticket import events
from ...tools.ticket.message_category import REPLY
from ..common import inbound_context, ir_cron


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_on_message_first(self, name, message):
        result = super()._bridge_on_message_first(name, message)
        if name == events.AGENT_REPLIED and self.sla_since and self._sla_is_answer(message):
            self._sla_answered(fields.Datetime.now())
        return result

    def _sla_answered(self, now, silent=False):
        """The public word of an agent is what *start* waits for."""
        start = self.sla_clock_ids.filtered(lambda clock: clock.metric == START and not clock.satisfied_at)
        if start:
            start._notify(start._move(self._sla_phase(), now, responded=True, silent=silent))
            self._sla_summarize()

    def _sla_is_answer(self, message):
        """Whether a message, posted just now, is the public word of an agent; a mail has to be proved to be theirs."""
        if inbound_context.mail(self.env) is not None:
            sender = inbound_context.sender(self.env)
            is_theirs = message.message_type == "email" and bool(sender) and sender.is_agents
            return is_theirs and self._bridge_message_category(message) == REPLY
        return not ir_cron.at_work(self.env) and self._sla_is_agents_word(message)

    def _sla_is_agents_word(self, message):
        """As the chatter has it: a mail is an agent's there only if that was proved, or if the agent vouched for it."""
        return self._bridge_message_category(message) == REPLY and bool(self._bridge_agent(message.author_id))

    def _sla_was_begun(self):
        """Whether somebody had taken this ticket up before anything was promised: too late to promise it."""
        if not self.stage_id.unattended:
            return True
        return any(map(self._sla_is_agents_word, self.message_ids))

    def _sla_is_taken_up(self, phase, is_handed_over):
        """Whether the move to the stage of now is the work of somebody: to where it goes on, or to the end.

        :param is_handed_over: to another team, for which Odoo itself takes a stage that this team does not have
        """
        if phase not in (Phase.OPEN, Phase.CLOSED) or (phase is Phase.OPEN and self.stage_id.unattended):
            return False
        if is_handed_over and self.stage_id == self.team_id._get_applicable_stages()[:1]:
            return False
        return self._sla_by_person()

    def _sla_by_person(self):
        """Whether what is done now is done by an agent, neither by a cron nor because of what the customer wrote."""
        automatic = (
            ir_cron.at_work(self.env) or inbound_context.mail(self.env) is not None or self._bridge_actor().by_reply
        )
        return not automatic and bool(self.env.user._bridge_agents())
