"""Tests a token and stores the bot's identity (`auth.test`)."""

from odoo import models

from ...tools.common.notification import notification
from ...tools.slack import response as slack_response
from ...tools.slack import retry_policy


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    def action_test_connection(self):
        """Call ``auth.test`` and show the result, or the problem and how to fix it."""
        self.ensure_one()
        self.check_access("write")
        return self._test_connection()

    def _test_connection(self, token=None):
        """:param token: a token that is not stored yet; it is stored only if Slack accepts it"""
        answer = self._ask_who_we_are(token)
        return self._take_test(answer, token)

    def _ask_who_we_are(self, token=None):
        """Call ``auth.test`` between two transactions. :return: the `Answer`, None if there is no token"""
        connection = self._button_connection(token)
        return connection.call("auth.test") if connection.token else None

    def _take_test(self, answer, token=None):
        """Store what a test has shown. :param answer: of `_ask_who_we_are`. :return: a notification"""
        token = (token or "").strip()
        if answer is None:
            where = self.env._("Copy it from api.slack.com/apps → your app → OAuth & Permissions.")
            return notification("danger", self.env._("There is no bot token yet"), where)
        not_kept = " " + self.env._("The token you have typed is not stored.") if token else ""
        if answer.error in slack_response.NOT_REACHED:
            return notification("danger", self.env._("Slack does not answer"), self._explain(answer) + not_kept)
        if not answer.ok:
            if not token and retry_policy.judge(answer, 1).action == retry_policy.Action.PAUSE_WORKSPACE:
                self._pause(self._explain(answer))
            return notification("danger", self.env._("Slack refused it"), self._explain(answer) + not_kept)
        identity = answer.data
        if token:
            self.bot_token_entry = token
        self._store_bot_identity(identity)
        self._store_scopes(answer)
        for channel in self.channel_ids.filtered(lambda channel: channel.name == channel.channel_ref):
            channel._ask_slack(self._button_connection())
        self.sudo().write({"state": "ok", "pause_reason": False, "hold_until": False, "lookup_hold_until": False})
        self._learn_channels()
        message = self.env._(
            "Connected to the workspace %(team)s as %(bot)s.",
            team=identity.get("team") or "?",
            bot=identity.get("user") or "?",
        )
        if token:
            message += " " + self.env._("The token is stored.")
        return notification("success", self.env._("It works"), message)

    def _store_bot_identity(self, identity):
        """Store the bot's identity. :param identity: the data of a successful ``auth.test``"""
        self.sudo().write(
            {
                "name": identity.get("team") or self.name,
                "slack_url": identity.get("url"),
                "bot_name": identity.get("user"),
                "bot_ref": identity.get("bot_id"),
            }
        )
