"""A channel as catch-up needs it, and what becomes of one that has another name or another ID in Slack."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...tools.slack import retry_policy
from ..common import database_time

_logger = logging.getLogger(__name__)

#: Seconds until a channel in use is asked about again: after an answer of Slack's, and after none.
EVERY, SOON = 86400, 600


def is_unanswered(answer):
    """Whether Slack has not said what was asked, and may do so soon."""
    return not answer.ok and bool(retry_policy.judge(answer, 1).wait or not retry_policy.is_slacks(answer))


class HelpdeskSlackChannel(models.Model):
    _inherit = "helpdesk.slack.channel"

    catch_up_at = fields.Datetime(string="Asked for Replies", readonly=True, copy=False)
    catch_up_error = fields.Char(string="Why Replies Cannot Be Read", readonly=True, copy=False)
    catch_up_next = fields.Datetime(
        string="Not Asked Until", readonly=True, copy=False, help="Until then, Slack is not asked for replies."
    )
    ask_at = fields.Datetime(string="Next Check", readonly=True, copy=False)

    def _learn(self, ref, answer):
        """Store what Slack has said about this channel when it was asked.

        :param ref: the ID that was asked about
        :param answer: the `Answer` of ``conversations.info``
        """
        channel_sudo = self.sudo().exists()
        if channel_sudo.channel_ref != ref:
            return
        channel_sudo._take_info(answer)
        now = database_time.now(self.env)
        if is_unanswered(answer):
            channel_sudo.ask_at = now + timedelta(seconds=SOON)
            return
        channel_sudo.ask_at = now + timedelta(seconds=EVERY) if channel_sudo._in_use() else False
        if channel_sudo.state == "paused" and answer.ok and not channel_sudo.note:
            # Nothing is in the way of the bot any more: the next message shows whether it may post.
            channel_sudo.probe_at = now
            self.env["helpdesk.slack.outbox"]._wake()

    def _take_new_ref(self, ref):
        """Go on under the ID that Slack has given this channel: its threads, replies and webhook stay."""
        channel_sudo = self.sudo().with_context(active_test=False)
        workspace, former = channel_sudo.workspace_id, channel_sudo.channel_ref
        known = channel_sudo.search([("workspace_id", "=", workspace.id), ("channel_ref", "=", ref)])
        known._forget_unused()
        webhook = channel_sudo.webhook_url
        if other := known.exists():
            _logger.info("Slack channel %s is %s now, which somebody has entered already", former, ref)
            webhook = webhook or other.webhook_url
            channel_sudo._absorb(other)
        self.env.flush_all()
        in_workspace = SQL("workspace_id = %s", workspace.id)
        for model, ours in (
            ("helpdesk.slack.thread", SQL("channel_id = %s", channel_sudo.id)),
            ("helpdesk.slack.inbound", in_workspace),
            ("helpdesk.slack.echo", in_workspace),
        ):
            table = SQL.identifier(self.env[model]._table)
            self.env.cr.execute(
                SQL("UPDATE %s SET channel_ref = %s WHERE %s AND channel_ref = %s", table, ref, ours, former)
            )
            self.env[model].invalidate_model(["channel_ref"])
        channel_sudo.write({"channel_ref": ref, "webhook_url": webhook})

    def _absorb(self, other):
        """Take the place of another record of the same channel, in whatever uses that, and delete it."""
        self.write(
            {"active": self.active or other.active, "forgotten_count": self.forgotten_count + other.forgotten_count}
        )
        for model in self.env.registry.models.values():
            for name, field in model._fields.items():
                is_use = field.type == "many2one" and field.comodel_name == self._name and field.store
                if is_use and not (field.related or field.compute or model._abstract or model._transient):
                    users = self.env[model._name].sudo().with_context(active_test=False).search([(name, "=", other.id)])
                    users.write({name: self.id})
        other.unlink()
