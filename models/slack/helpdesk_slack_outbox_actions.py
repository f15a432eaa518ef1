"""Buttons of outbox messages: retry and cancel."""

from odoo import models

from ...tools.common.notification import notification
from ..common import database_time
from ..common.xmlids import LEADERS
from .helpdesk_slack_channel import RESET_STATE


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    def action_retry(self):
        """Try failed and canceled messages again, and waiting ones at once."""
        self._check_manager()
        self.sudo()._try_again()
        return self.sudo()._retry_notification()

    def _retry_notification(self):
        """The notification after Retry was pressed."""
        waiting = self.filtered(lambda entry: entry.state == "pending")
        if not waiting:
            return notification(
                "info", self.env._("Nothing to send"), self.env._("It has been delivered, or is not needed.")
            )
        waiting.invalidate_recordset(["reason"])
        reasons = [entry.reason for entry in waiting if entry.reason]
        if reasons:
            return notification("warning", self.env._("Still waiting"), reasons[0])
        return notification("success", self.env._("On its way"), self.env._("Messages to Slack: %s", len(waiting)))

    def _try_again(self):
        """Retry as sudo: failed and canceled messages become pending, and paused channels are resumed."""
        now = database_time.now(self.env)
        self.channel_id.filtered(lambda channel: channel.state == "paused").write(RESET_STATE)
        idle = self.filtered(lambda entry: not entry.leased_until or entry.leased_until <= now)
        idle.filtered(lambda entry: entry.state == "pending").write({"next_attempt_at": now, "error": False})
        given_up = idle.filtered(lambda entry: entry.state in ("failed", "canceled"))
        needless = given_up._needless_roots()
        needless.state = "canceled"
        given_up -= needless
        given_up.write({"state": "pending", "next_attempt_at": now, "error": False, "refusals": 0})
        for entry in given_up.filtered(lambda entry: (entry.payload or {}).get("waited_for_root")):
            entry.payload = {name: value for name, value in entry.payload.items() if name != "waited_for_root"}
        self._take_back()
        self._wake()

    def _take_back(self):
        """Make the messages that were blocked by these rows due now."""
        now = database_time.now(self.env)
        self.search(
            [
                ("ticket_id", "in", self.ticket_id.ids),
                ("state", "=", "pending"),
                ("attempts", "=", 0),
                ("next_attempt_at", ">", now),
            ]
        ).next_attempt_at = now

    def _needless_roots(self):
        """First messages that are not needed any more: the thread exists, or another first message will start it.

        A ticket may have several, because after a failed one the next event queues a new one.
        """
        roots = self.filtered(lambda entry: entry.kind == "root").sorted("id")
        latest = {(root.ticket_id, root.channel_id): root for root in roots}
        return roots.filtered(
            lambda root: (
                root != latest[root.ticket_id, root.channel_id]
                or root._thread()
                or self.search_count([*root._siblings(), ("kind", "=", "root"), ("state", "=", "pending")], limit=1)
            )
        )

    def action_cancel(self):
        """Cancel messages that are not sent yet."""
        self._check_manager()
        self.sudo().filtered(lambda entry: entry.state in ("pending", "failed")).write({"state": "canceled"})
        self.sudo()._take_back()
        self._wake()

    def _check_manager(self):
        """Users cannot write outbox rows; managers may use the buttons on the rows they can read."""
        self.check_access("read")
        if not self.env.user.has_group(LEADERS):
            self.browse().check_access("write")
