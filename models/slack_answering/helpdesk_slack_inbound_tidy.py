"""Removes the buttons of replies about which nothing is left to decide, whoever has decided it and where."""

from odoo import api, models

from ...tools.slack import thread_messages
from ..slack.slack_client import EDIT
from .helpdesk_slack_outbox import DECIDED_IN

#: Replies that are tidied up in one run.
PORTION = 20


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _cron_process(self):
        result = super()._cron_process()
        if not self.env["helpdesk.bridge.database"]._is_silent():
            self._tidy_replies()
        return result

    @api.model
    def _tidy_replies(self):
        """Edit the lines, with no transaction open. One that cannot be edited stays: its buttons say how things are."""
        for reply_id, edits in self._retried(self._stale_lines):
            for connection, arguments in edits:
                connection.call(EDIT, **arguments)
            self._retried(self._note_tidied, reply_id)

    @api.model
    def _stale_lines(self):
        """The lines whose buttons are to go: list of (id of the reply, [(connection, arguments of the edit)])."""
        replies = self.env["helpdesk.ticket.reply"].sudo()
        decided = [("slack_has_buttons", "=", True), ("state", "in", ("sent", "undone"))]
        over = replies.search(decided, limit=PORTION, order="id")
        return [(reply.id, [line._without_buttons() for line in self._stale_lines_of(reply)]) for reply in over]

    @api.model
    def _stale_lines_of(self, reply):
        """The lines in Slack that asked for a decision about a reply."""
        told = [("ticket_id", "=", reply.ticket_id.id), ("event", "in", list(DECIDED_IN)), ("state", "=", "sent")]
        lines = self.env["helpdesk.slack.outbox"].sudo().search(told)
        return lines.filtered(
            lambda line: (line.payload or {}).get("reply") == reply.id and line.slack_ts and line.thread_id
        )

    @api.model
    def _note_tidied(self, reply_id):
        self.env["helpdesk.ticket.reply"].sudo().browse(reply_id).exists().slack_has_buttons = False


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    def _without_buttons(self):
        """The edit that shows this line without buttons: (connection, arguments)."""
        message = thread_messages.message(self.payload)
        where = {"channel": self.thread_id.channel_ref, "ts": self.slack_ts}
        connection = self.channel_id.workspace_id._connection()
        return connection, {**message, **where, "parse": "none", "link_names": False}
