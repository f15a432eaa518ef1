"""The next response: from the oldest message of a customer that nobody has answered to an agent's public reply.

How data flows: a customer's message starts a clock, if the first response is given and no such clock counts already. An
agent's reply that reaches whoever waits for it meets that clock, which then stays as it is: the next message starts
another. A target that is set later, or a ticket that is worked on again, has its message found in the conversation.
"""

from psycopg2.errors import UniqueViolation

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import mute_logger

from ...tools.email import addresses
from ...tools.sla.clock import AT_WORK, CANCELED, NEXT_RESPONSE, START
from ...tools.ticket import events
from ..common import database_time


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    def _current(self):
        """Those of these clocks that may still move: of next responses, only the one that is due on the ticket."""
        return self.filtered(
            lambda clock: clock.metric != NEXT_RESPONSE or clock == clock.ticket_id._sla_next_response()
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------

    def _bridge_on_customer_reply(self, message, *more):
        # Only now is the ticket where the message has brought it: a closed one is open again.
        result = super()._bridge_on_customer_reply(message, *more)
        rule = self._sla_own_rule()
        if self._sla_may_owe_response(rule) and self._sla_asks(message):
            now = database_time.now(self.env)
            self.env["helpdesk.sla.clock"]._notify(self._sla_begin_next_response(rule, now, since=now))
            self._sla_summarize()
        return result

    def _sla_answered(self, message):
        """The clock of the next response that a public reply of an agent meets; may be empty.

        :param message: None: a reply to whoever waits
        """
        clock = self._sla_next_response()
        if not clock or message is None or self._sla_reaches(message, self._sla_unanswered(before=message)):
            return clock
        return clock.browse()

    def _sla_move_next_response(self, before, phase, now, silent=False):
        """The ticket is in this phase now. A stage answers nobody. :return: the warnings and breaches, for `_notify`"""
        is_back = before not in AT_WORK and phase in AT_WORK
        if is_back and self._bridge_actor().by_reply:
            # The message that brings it back starts its own (`_bridge_on_customer_reply`).
            return []
        found = self._sla_next_response()._move(phase, now, silent=silent)
        if is_back:
            found += self._sla_find_next_response(self._sla_own_rule(), now, since=now, silent=silent)
        return found

    def _sla_find_next_response(self, rule, now, since=None, silent=False):
        """Start the next response that the conversation shows, unless one counts already.

        :param since: from when it is counted; None: from the message
        :return: the warnings and breaches, for `_notify`
        """
        asking = self._sla_may_owe_response(rule) and self._sla_unanswered()
        if not asking:
            return []
        since, is_late = since or asking[0].create_date.replace(microsecond=0), not since
        return self._sla_begin_next_response(rule, now, since, silent=silent, retroactive=is_late)

    def _sla_begin_next_response(self, rule, now, since, silent=False, retroactive=False):
        clocks = self.env["helpdesk.sla.clock"]
        arguments = {"silent": silent, "retroactive": retroactive, "since": since, "metrics": (NEXT_RESPONSE,)}
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return clocks._begin([(self, rule, self._sla_phase(rule))], now, **arguments)[1]
        except UniqueViolation as error:
            # Another message came at the same moment; this transaction cannot see its clock and is retried.
            raise ConcurrencyError(f"Ticket {self.id} owes a response by now.") from error

    # ------------------------------------------------------------
    # What is so
    # ------------------------------------------------------------

    def _sla_own_rule(self):
        """The rule of this ticket's policy, or None. It costs no query."""
        rules = self.env["helpdesk.sla.policy"]._rules(self.company_id.id) if self.sla_policy_id else ()
        return next((rule for rule in rules if rule.policy_id == self.sla_policy_id.id), None)

    def _sla_next_response(self):
        """The clock of the response that is due on this ticket, a canceled one included; may be empty."""
        latest = self.sla_clock_ids.filtered(lambda clock: clock.metric == NEXT_RESPONSE).sorted("id")[-1:]
        return latest.filtered(lambda clock: not clock.satisfied_at)

    def _sla_may_owe_response(self, rule):
        """Whether a customer's message would start the next response now."""
        if not rule or not rule.minutes(NEXT_RESPONSE, self.priority) or self._sla_phase(rule) not in AT_WORK:
            return False
        owed = self._sla_next_response()
        return (not owed or owed.state == CANCELED) and self._sla_is_responded()

    def _sla_is_responded(self):
        """Whether the first response is given."""
        start = self.sla_clock_ids.filtered(lambda clock: clock.metric == START)
        if start.satisfied_at:
            return True
        return (not start or start.state == CANCELED) and self._sla_was_responded()

    # ------------------------------------------------------------
    # Who waits, and who is answered
    # ------------------------------------------------------------

    def _sla_asks(self, message):
        """Whether a message is one of the customer that somebody has to answer."""
        return self._bridge_message_event(message) == events.CUSTOMER_REPLIED and self._bridge_is_asking(message)

    def _sla_unanswered(self, before=None):
        """The messages that nobody has answered, oldest first. What was written before the first response, is.

        :param before: the message in hand, which does not count
        """
        responded = self.sla_clock_ids.filtered(lambda clock: clock.metric == START).satisfied_at
        asking = []
        for message in self._bridge_conversation(before):
            if self._sla_asks(message):
                asking += [message] if not responded or message.create_date >= responded else []
            elif asking and self._bridge_message_event(message) == events.AGENT_REPLIED:
                asking = [] if self._sla_reaches(message, asking) else asking
        return asking

    def _sla_reaches(self, reply, asking):
        """Whether a public reply goes to the customer or to somebody who asked, and not only to other people outside.

        :param asking: the messages that wait for an answer
        """
        people = reply.partner_ids.filtered("partner_share")
        written = addresses.normalize_all(reply.outgoing_email_to, reply.incoming_email_to, reply.incoming_email_cc)
        if not people and not written:
            return True  # for whoever follows the ticket
        people |= self.message_partner_ids
        askers = self.partner_id.union(*(message.author_id for message in asking))
        reached = {*written, *addresses.normalize_all(*people.mapped("email_normalized"))}
        asked = addresses.normalize_all(*(message.email_from for message in asking))
        return bool(people & askers or reached & {*asked, *self._bridge_customer_addresses()})
