"""A user links themself: the code of their preferences, sent from their Slack account."""

from odoo import api, models

from ...tools.slack import inbound_row, link_code, mrkdwn


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _handlers(self):
        return {**super()._handlers(), inbound_row.COMMAND: "_do_command"}

    def _do_command(self, work):
        """A slash command that nothing else has taken."""
        self._ignore(self._in_words().env._("There is no such command."))

    def _is_link_code(self, work):
        """Link the person if this is a code. :return: whether it was one"""
        code = link_code.code_in((self.payload or {}).get("text")) if self.kind in ("message", "command") else ""
        if not code:
            return False
        if self.person_id.refusal:
            self._refuse(work, self.person_id.refusal)
        else:
            self._tell_alone(work, self._link_person(code))
        self.payload = False  # nobody else is to read a code
        return True

    def _link_person(self, code):
        """Link the person to the user whose code this is. :return: what became of it, in words"""
        words = self._in_words()
        user = self.env["res.users"]._slack_take_code(code, self.workspace_id)
        if user:
            self.env["helpdesk.slack.member"]._link(self.workspace_id, self.person_id.member_ref, user)
            reason = words.env._("Linked: this Slack account acts in Odoo as %s.", user.name)
            self._done(reason, user_id=user.id)
        else:
            reason = words.env._("This code is wrong, used or older than 15 minutes. Get another one in Odoo.")
            self._ignore(reason)
        return reason

    def _tell_alone(self, work, words):
        """Tell the person something, where they have written. :param words: plain, not escaped"""
        where = {"thread_ts": self.thread_ts} if self.thread_ts else {}
        work.telling = {"channel": self.channel_ref, "user": work.member_ref, "text": mrkdwn.escape(words), **where}
