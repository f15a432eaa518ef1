"""Incoming webhooks: used when there is no bot token, and while the bot is refused.

A webhook accepts a message and returns nothing: no thread, no edit, no look-up. So it gets flat messages that name
their ticket. While the bot is refused, a real message probes from time to time whether the bot may post
again, less and less often; the first success resumes the channel.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.slack import retry_policy, urls
from ..common import database_time
from ..common.secret_entry import NO_ACCESS, secret_entry
from .helpdesk_slack_channel import RESET_STATE
from .slack_client import SlackWebhook


class HelpdeskSlackChannel(models.Model):
    _inherit = "helpdesk.slack.channel"

    webhook_url = fields.Char(string="Webhook URL", groups=NO_ACCESS, copy=False)
    webhook_url_entry = secret_entry(
        "webhook_url",
        string="Webhook",
        help="Always shown empty. The URL of an incoming webhook for this channel. It posts tickets when there is "
        "no bot token, and takes over when the bot is refused. No threads, no edits.",
    )
    has_webhook = fields.Boolean(string="Webhook Is Set", compute="_compute_has_webhook", compute_sudo=True)
    webhook_problem = fields.Char(readonly=True, copy=False, help="Why the webhook is no longer used.")
    probe_at = fields.Datetime(
        string="Next Attempt At", readonly=True, copy=False, help="Then the bot is tried again, with the next message."
    )
    probes = fields.Integer(string="Failed Attempts", readonly=True, copy=False)

    @api.depends("webhook_url")
    def _compute_has_webhook(self):
        for channel in self:
            channel.has_webhook = bool(channel.webhook_url)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_webhook_state(vals) for vals in vals_list])

    def write(self, vals):
        if "webhook_url" in vals:
            # Lock first: if there is a conflict, PostgreSQL logs this query, which contains no secret.
            self.lock_for_update(allow_referencing=True)
        vals = self._with_webhook_state(vals)
        before = {channel: channel.channel_ref for channel in self}
        result = super().write(vals)
        if "channel_ref" in vals and "webhook_url" not in vals:
            # A webhook belongs to one channel, so a changed channel ID removes it. The user need not see the webhook.
            moved_sudo = self.filtered(lambda channel: channel.channel_ref != before[channel]).sudo()
            super(HelpdeskSlackChannel, moved_sudo).write({"webhook_url": False, "webhook_problem": False})
        if vals.get("webhook_url"):
            self.env["helpdesk.slack.outbox"]._wake()
        return result

    @api.model
    def _with_webhook_state(self, vals):
        """Reset the channel's state when the webhook changes."""
        if "webhook_url" not in vals:
            return vals
        url = (vals["webhook_url"] or "").strip()
        if url and not urls.may_receive_secrets(url):
            raise ValidationError(
                self.env._(
                    "A webhook URL must begin with https:// (http:// only for this machine) and must not contain "
                    "a user name, a password or a query."
                )
            )
        return {**vals, **(RESET_STATE if url else {}), "webhook_url": url or False, "webhook_problem": False}

    def action_remove_webhook(self):
        """Remove the webhook; messages wait for the bot."""
        self.check_access("write")
        self.sudo().webhook_url = False

    def _webhook(self):
        return SlackWebhook(self.sudo().webhook_url or "")

    def _pause(self, reason):
        working = self.filtered(lambda channel: channel.state != "paused")
        result = super()._pause(reason)
        working._plan_probe()
        return result

    def _plan_probe(self):
        for channel_sudo in self.sudo():
            wait = timedelta(seconds=retry_policy.probe_wait(channel_sudo.probes))
            channel_sudo.write({"probe_at": database_time.now(self.env) + wait, "probes": channel_sudo.probes + 1})

    def _take_back_probe(self):
        for channel_sudo in self.sudo().filtered("probe_at"):
            channel_sudo.write({"probe_at": database_time.now(self.env), "probes": max(channel_sudo.probes - 1, 0)})

    def _resume(self):
        """Resume the channel: the bot has just posted in it."""
        paused_sudo = self.sudo().filtered(lambda channel: channel.state == "paused")
        paused_sudo.write({**RESET_STATE, "note": False})

    def _give_up_webhook(self, code):
        """Stop using the webhook until another one is entered. :param code: Slack's error code"""
        reason = self.env._("Slack no longer accepts messages through this webhook (%s). Enter another one.", code)
        self.sudo().webhook_problem = reason
        if self.sudo().workspace_id.state == "draft":
            self._pause(reason)

    def _what_is_wrong(self):
        if self._is_open():
            return self.env._("The bot is refused, so messages go through the webhook: %s", self.display_name)
        return super()._what_is_wrong()

    def _is_open(self):
        """Whether messages get through, by the bot or by the webhook."""
        self.ensure_one()
        workspace = self.workspace_id
        by_webhook = self.sudo().webhook_url and not self.webhook_problem
        return workspace.state != "paused" and (self.state == "ok" and workspace.state == "ok" or bool(by_webhook))

    def _is_refused(self):
        """Whether messages wait here for a person.

        The channel is archived in Odoo, or Slack refuses the bot or its token and there is no working webhook.
        """
        is_paused = "paused" in (self.state, self.workspace_id.state) and not self._is_open()
        return is_paused or not self._is_unarchived()
