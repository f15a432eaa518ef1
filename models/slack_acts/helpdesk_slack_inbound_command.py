"""The slash command: a ticket by its number, mine, at risk, or a search. Only who asks sees the answer."""

from odoo import models

from ...tools.slack import inbound_row, mrkdwn, ticket_list
from ...tools.slack.inbound_row import text


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    def _do_command(self, work):
        work.answers = []
        if not self._may_list(work):
            return
        question = self._for_person()._asked(text((self.payload or {}).get("text")))
        message = self._list_message(question)
        work.answers = [self._to_person_alone(work.connection, message)]
        self._done(self._in_words().env._("A list was shown."))

    def _tell_alone(self, work, words):
        """A command can be typed where the bot is not, as in a conversation of two."""
        if self.kind != inbound_row.COMMAND:
            super()._tell_alone(work, words)
            return
        work.answers = [self._to_person_alone(work.connection, {"text": mrkdwn.escape(words)})]

    def _asked(self, words):
        own_words = {self.env._("mine"): ticket_list.MINE, self.env._("at risk"): ticket_list.AT_RISK}
        return ticket_list.asked(words, own_words)

    def _list_message(self, question, notice=""):
        """The answer to a question, as arguments of a message."""
        env = self._for_person().env
        if question == ticket_list.HELP:
            return {"text": mrkdwn.escape(self._list_help(env))}
        entries, has_more = self._list_entries(self._list_domain(question), ticket_list.MAX_IN_MESSAGE)
        titles = {ticket_list.MINE: env._("My open tickets"), ticket_list.AT_RISK: env._("At risk or overdue")}
        title = titles.get(question) or env._("Tickets: %s", question)
        nothing = env._("No tickets.") + " " + self._list_help(env)
        more = env._("There are more in Odoo.") if has_more else ""
        return ticket_list.message(title, entries, question, nothing, more, notice)

    def _list_help(self, env):
        command = text((self.payload or {}).get("command")) or "/helpdesk"
        return env._(
            "Type %(command)s with a number, with “mine”, “at risk”, or with words of the title or of the customer.",
            command=command[:40],
        )

    def _after_act(self, work, result):
        """A click in a list shows the list anew."""
        question = ticket_list.question_of(self.payload) if self.kind == inbound_row.BLOCK_ACTION else None
        if question is None or ticket_list.is_in_home(self.payload) or work.answers:
            super()._after_act(work, result)
            return
        words = self._act_words(self._for_person().env, result)
        message = self._list_message(question, words)
        work.answers = [self._to_person_alone(work.connection, message, replaces=True)]
