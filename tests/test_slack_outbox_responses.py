"""Whatever Slack answers, each message arrives once or says why not."""

import logging
from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.common import database_time
from ..tools.slack import response as slack_response
from ..tools.slack import retry_policy
from .common import new_test_user
from .outbox_case import CRON, TOO_FAST, OutboxCase


@tagged("post_install", "-at_install")
class TestOutboxAnswers(OutboxCase, CronMixinCase):
    def test_a_429_holds_the_channel_for_as_long_as_slack_says(self):
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.assertIn("slow down", self.entry.error)
        self.assertAlmostEqual(self.seconds_until(self.channel.hold_until), 7, delta=2)

    def test_what_was_refused_is_the_first_after_the_hold(self):
        """Its channel is held: it keeps its place before all that was enqueued later."""
        self.new_ticket()
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        self.channel.hold_until = False
        self.env.flush_all()
        self.assertEqual(self.Dispatcher._claim().entry_id, self.entry.id)

    def test_the_dispatcher_is_woken_just_before_a_hold_ends(self):
        """Odoo by itself comes back after up to a minute."""
        cron = self.env.ref("helpdesk_bridge.ir_cron_slack_outbox")
        for hold in (self.channel._hold, self.workspace._hold):
            for seconds, woken in ((1, False), (5, True), (60, True)):
                with self.subTest(hold=hold, seconds=seconds):
                    before = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
                    self.env.cr.execute("UPDATE helpdesk_slack_channel SET hold_until = NULL")
                    hold(seconds)
                    made = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - before
                    self.assertEqual(len(made), int(woken))
                    for trigger in made:
                        early = seconds - self.seconds_until(trigger.call_at)
                        self.assertTrue(0 < early < 4, early)

    def test_a_hold_ends_to_the_fraction_of_a_second(self):
        self.channel._hold(5)
        left = (self.channel.hold_until - database_time.precisely(self.env)).total_seconds()
        self.assertAlmostEqual(left, 5, delta=0.3)

    def test_nothing_else_goes_to_a_held_channel_but_other_channels_flow(self):
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        second = self._new_channel("#other", "C0SUPPORT02")
        team = self.env["helpdesk.ticket.team"].create({"name": "Other", "slack_channel_id": second.id})
        self.new_ticket()
        other = self.entries(self.new_ticket(team_id=team.id))
        self.assertEqual(self.deliver(), other)

    def test_a_longer_hold_is_never_shortened(self):
        self.channel._hold(600)
        self.channel._hold(5)
        self.assertAlmostEqual(self.seconds_until(self.channel.hold_until), 600, delta=2)

    def test_a_hold_lasts_as_long_as_slack_says_and_not_a_fraction_less(self):
        for hold, field in (
            (self.channel._hold, "hold_until"),
            (self.workspace._hold, "hold_until"),
            (self.workspace._hold_edits, "edit_hold_until"),
            (self.workspace._hold_searches, "search_hold_until"),
        ):
            with self.subTest(hold):
                over = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(seconds=1)
                hold(1)
                self.assertGreaterEqual(hold.__self__[field], over)

    def test_after_the_hold_the_message_is_sent(self):
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        self.make_due(self.entry)
        self.deliver()
        self.assertRecordValues(self.entry, [{"state": "sent", "attempts": 2, "error": False}])
        self.assertEqual(self.slack.count("conversations.history"), 0, "a 429 was surely not sent: nothing to look up")

    def test_a_refused_connection_is_retried_and_holds_the_workspace(self):
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-right"})
        self.attempt()
        self.assertRecordValues(self.entry, [{"state": "pending", "attempts": 1, "doubt_since": False}])
        self.assertIn("could not be reached", self.entry.error)
        self.assertGreater(self.workspace.hold_until, fields.Datetime.now())
        self.assertFalse(self.channel.hold_until)

    def test_an_outage_never_makes_a_message_fail(self):
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-right"})
        for _hour in range(30):
            self.make_due(self.entry)
            self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.workspace.write({"api_url": self.slack.url, "bot_token": "xoxb-right"})
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)

    def test_an_unknown_error_fails_readably(self):
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.assertRecordValues(self.entry, [{"state": "failed", "error": "Slack answered “frobnicated”."}])

    def test_a_dead_token_pauses_the_workspace_and_keeps_everything(self):
        self.slack.misbehave("invalid_auth")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING) as logs:
            self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.assertEqual(self.workspace.state, "paused")
        self.assertIn("does not accept this token", self.workspace.pause_reason)
        self.assertFalse(self.deliver())
        self.assertNotIn("xoxb-right", str(logs.output))

    def test_a_dead_token_is_one_activity_until_it_works_again(self):
        admin = self.env.ref("base.user_admin")
        self.new_ticket()
        for mended in (
            lambda: self.workspace.write({"bot_token": "xoxb-right"}),
            lambda: self.workspace.action_test_connection(),
        ):
            self.slack.misbehave("token_revoked")
            with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
                self.deliver()
            self.workspace._pause("still dead")
            self.assertRecordValues(self.workspace.activity_ids, [{"user_id": admin.id}])
            self.assertIn("does not accept this token", self.workspace.activity_ids.note)
            mended()
            self.assertFalse(self.workspace.activity_ids)
        self.assertEqual(len(self.deliver()), 2)

    def test_the_activity_goes_to_who_has_set_it_up(self):
        owner = new_test_user(self.env, "owner", groups="base.group_system")
        workspace = self.env["helpdesk.slack.workspace"].with_user(owner).create({"name": "Theirs"})
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            workspace._pause("dead")
        self.assertEqual(workspace.activity_ids.user_id, owner)

    def test_a_verdict_on_the_old_token_does_not_pause_the_new_one(self):
        claim = self.Dispatcher._claim()
        call = self.Dispatcher._prepare(claim)
        self.workspace.bot_token = "xoxb-newer"
        answer = slack_response.Answer(error="token_revoked")
        self.Dispatcher._apply_holds_and_pauses(claim, call, answer, retry_policy.judge(answer, 1))
        self.assertEqual(self.workspace.state, "ok")

    def test_who_we_are_is_learnt_with_the_first_message(self):
        self.assertFalse(self.workspace.bot_ref)
        self.deliver()
        self.assertRecordValues(
            self.workspace,
            [{"bot_ref": "B0BOT0001", "bot_name": "helpdesk", "slack_url": "https://acme.slack.example/"}],
        )
        self.new_ticket()
        self.deliver()
        self.assertEqual(self.slack.count("auth.test"), 1)

    def test_a_new_token_may_be_another_bots(self):
        self.deliver()
        self.workspace.bot_token = "xoxb-other"
        self.assertFalse(self.workspace.bot_ref or self.workspace.slack_url or self.workspace.bot_name)

    def test_a_new_token_resumes_a_paused_workspace(self):
        self.workspace._pause("dead")
        with self.capture_triggers(CRON) as captured:
            self.workspace.bot_token = "xoxb-right"
            self.env.cr.flush()
        self.assertTrue(captured.records)
        self.assertEqual(self.deliver(), self.entry)

    def test_a_bad_channel_pauses_only_that_channel(self):
        self.slack.misbehave("not_in_channel")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.assertEqual(self.channel.state, "paused")
        self.assertIn("/invite", self.channel.pause_reason)
        self.assertEqual(self.workspace.state, "ok")
        self.assertEqual(self.entry.state, "pending")

    def test_a_working_test_message_resumes_a_paused_channel(self):
        self.channel._pause("archived")
        self.channel.action_send_test()
        self.assertEqual(self.deliver(), self.entry)

    def test_refused_blocks_are_sent_once_more_as_plain_text(self):
        self.slack.misbehave("invalid_blocks")
        self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.deliver()
        self.assertEqual(self.entry.state, "sent")
        self.assertNotIn("blocks", self.slack.messages[0])
        self.assertIn("Printer is on fire", self.slack.messages[0]["text"])

    def test_refused_plain_text_fails(self):
        self.slack.misbehave("invalid_blocks", "msg_too_long")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.assertEqual(self.entry.state, "failed")
