"""A person who presses a button waits for Slack with no transaction open, and so holds up nobody else."""

from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged

from ..models.common import transactions
from ..models.slack.slack_client import SlackConnection, SlackWebhook
from .common import BridgeCase
from .slack_fake import APP_TOKEN, TOKEN

STATEMENT, RELEASED, CALLED = "statement", "released", "called"


@tagged("post_install", "-at_install")
class TestSlackButtonTransactions(BridgeCase):
    def steps(self, press):
        """What a button does, in order: statements, ends of its transaction, calls of a server."""
        steps, execute, ask = [], sql_db.Cursor.execute, type(self.workspace)._ask_ourselves
        call, post = SlackConnection.call, SlackWebhook.call

        def noting(step, method):
            def noted(one, *args, **kwargs):
                steps.append(step)
                return method(one, *args, **kwargs)

            return noted

        def release(env):
            env.flush_all()
            steps.append(RELEASED)

        with (
            patch.object(sql_db.Cursor, "execute", noting(STATEMENT, execute)),
            patch.object(transactions, "release", release),
            patch.object(SlackConnection, "call", noting(CALLED, call)),
            patch.object(SlackWebhook, "call", noting(CALLED, post)),
            patch.object(type(self.workspace), "_ask_ourselves", noting(CALLED, ask)),
        ):
            press()
            self.env.flush_all()
        return steps

    def test_no_button_waits_for_slack_within_a_transaction(self):
        settings = self.env["res.config.settings"].create
        form = {"company_id": self.company.id, "helpdesk_slack_channel_id": self.channel.id}
        channels = self.env["helpdesk.slack.channel"]
        unnamed = self._new_channel("C0SUPPORT02", "C0SUPPORT02")
        self.slack.listed = {"C0SUPPORT01": "support", "C0SUPPORT02": "second"}
        self.slack.info = {"C0SUPPORT02": {"name": "second"}}
        self.channel.note = "The bot is not there."
        typed = {"helpdesk_slack_bot_token": TOKEN}
        by_webhook = self._new_channel("#hook", "C0HOOK00001", self.workspace.create({"name": "No token"}))
        by_webhook.webhook_url = self.slack.webhook_url
        for name, press, calls in (
            ("Test Connection, with a channel without a name", self.workspace.action_test_connection, 4),
            ("the same from the Settings", lambda: settings(form).action_helpdesk_slack_test(), 2),
            ("with a token that is typed", lambda: settings({**form, **typed}).action_helpdesk_slack_test(), 2),
            ("the list of channels", lambda: settings(form).action_helpdesk_slack_list_channels(), 1),
            ("a test message", lambda: settings(form).action_helpdesk_slack_send_test(), 1),
            ("a test message by the webhook", by_webhook.action_send_test, 1),
            ("what a channel is called", unnamed.action_ask_slack, 1),
            ("a channel that is pasted", lambda: channels.name_create("C0SUPPORT03"), 1),
            (
                "From Slack to Odoo, by socket",
                lambda: settings(
                    {**form, "helpdesk_slack_app_token": APP_TOKEN}
                ).action_helpdesk_slack_test_from_slack(),
                3,
            ),
            ("From Slack to Odoo, by HTTP", self.by_http, 3),
        ):
            with self.subTest(name):
                steps = self.steps(press)
                called = [place for place, step in enumerate(steps) if step == CALLED]
                self.assertGreaterEqual(len(called), calls)
                self.assertEqual({steps[place - 1] for place in called}, {RELEASED}, steps)

    def by_http(self):
        self.workspace.app_token, self.workspace.signing_secret = False, "8f742231b10e8888abcd99yyyzzz85a5"
        self.workspace.action_test_from_slack()

    def test_an_import_of_channels_keeps_its_savepoints(self):
        channels = self.env["helpdesk.slack.channel"].with_context(import_file=True)
        steps = self.steps(lambda: channels.name_create("C0SUPPORT04"))
        self.assertIn(CALLED, steps)
        self.assertNotIn(RELEASED, steps)

    def test_a_token_that_is_refused_leaves_no_workspace_behind(self):
        """One without a token would hide the shared one from the company."""
        self.workspace.company_id = False
        self.env["res.company"].create({"name": "Another"})
        before = self.env["helpdesk.slack.workspace"].search([])
        form = {"company_id": self.company.id, "helpdesk_slack_bot_token": "xoxb-wrong"}
        there = []

        def release(env):
            env.flush_all()
            there.append(self.env["helpdesk.slack.workspace"].search([]))

        with patch.object(transactions, "release", release):
            said = self.env["res.config.settings"].create(form).action_helpdesk_slack_test()["params"]
        self.assertEqual(said["type"], "danger")
        self.assertEqual({*there, self.env["helpdesk.slack.workspace"].search([])}, {before})
        said = self.env["res.config.settings"].create({**form, "helpdesk_slack_bot_token": TOKEN})
        self.assertEqual(said.action_helpdesk_slack_test()["params"]["type"], "success")
        [own] = self.env["helpdesk.slack.workspace"].search([]) - before
        self.assertEqual((own.company_id, own.bot_token, own.bot_name), (self.company, TOKEN, "helpdesk"))
