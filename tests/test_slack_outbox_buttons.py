"""What people can do about a message: have it tried again, or give it up, and with it what waits behind it."""

import logging

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..tools.slack import retry_policy
from .outbox_case import CRON, OutboxCase


@tagged("post_install", "-at_install")
class TestButtons(OutboxCase, CronMixinCase):
    def test_retry_gives_a_failed_message_another_chance(self):
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        with self.capture_triggers(CRON) as captured:
            told = self.entry.with_user(self.manager).action_retry()["params"]
            self.env.cr.flush()
        self.assertEqual((told["title"], told["message"]), ("On its way", "Messages to Slack: 1"))
        self.assertTrue(captured.records)
        self.deliver()
        self.assertEqual(self.entry.state, "sent")

    def test_retry_looks_first_when_a_worker_died_and_somebody_canceled(self):
        claim = self.Dispatcher._claim()
        self.Dispatcher._prepare(claim).make()  # and here the worker dies
        self.entry.action_cancel()
        self.entry.leased_until = "2000-01-01 00:00:00"
        self.entry.action_retry()
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)
        self.assertEqual(self.entry.state, "sent")

    def test_retry_leaves_a_message_alone_that_a_worker_is_sending(self):
        self.Dispatcher._claim()
        self.entry.action_retry()
        self.assertIsNone(self.Dispatcher._claim())

    def test_a_canceled_message_is_not_sent(self):
        self.entry.with_user(self.manager).action_cancel()
        self.assertFalse(self.deliver())
        self.assertEqual(self.entry.state, "canceled")

    def test_a_sent_message_stays_sent_whatever_is_pressed(self):
        self.deliver()
        self.entry.action_cancel()
        self.assertEqual(self.entry.action_retry()["params"]["title"], "Nothing to send")
        self.assertEqual(self.entry.state, "sent")

    def test_retry_behind_a_refused_token_says_that_it_waits_on(self):
        self.workspace._pause("The token was revoked.")
        told = self.entry.action_retry()["params"]
        self.assertEqual((told["type"], told["title"]), ("warning", "Still waiting"))
        self.assertIn("The token was revoked.", told["message"])

    def test_a_message_canceled_too_late_is_recorded_as_sent(self):
        claim = self.Dispatcher._claim()
        answer = self.Dispatcher._prepare(claim).make()
        self.entry.action_cancel()
        self.Dispatcher._record(claim, answer, retry_policy.judge(answer, 1))
        self.assertEqual(self.entry.state, "sent")

    def test_an_agent_may_not_press_the_buttons(self):
        for button in ("action_retry", "action_cancel"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(self.entry.with_user(self.agent), button)()


@tagged("post_install", "-at_install")
class TestBehindAFailedLine(OutboxCase):
    def stuck_line(self):
        """A line that failed, and one behind it."""
        self.deliver()
        refused = (200, {}, {"ok": False, "error": "no_text"})
        self.slack.misbehave(refused, refused, method="chat.postMessage")  # as plain text, too
        self.ticket.user_id = self.agent
        self.deliver()
        failed = self.entries(self.ticket).filtered(lambda entry: entry.state == "failed")
        self.assertEqual(failed.kind, "reply")
        self.comment(self.ticket, "Coming", user=self.agent)
        behind = self.entries(self.ticket).filtered(lambda entry: entry.event == "agent_replied")
        self.assertNotIn(behind, self.deliver())
        return failed, behind

    def put_aside(self):
        self.env.flush_all()
        self.Dispatcher._postpone_blocked()
        self.env.invalidate_all()

    def test_lines_behind_a_failed_one_are_put_aside(self):
        _failed, behind = self.stuck_line()
        self.put_aside()
        self.assertGreater(self.seconds_until(behind.next_attempt_at), 1000)

    def test_nothing_else_is_put_aside(self):
        _failed, behind = self.stuck_line()
        self.ticket.priority = "3"
        edit = self.entries(self.ticket).filtered(lambda entry: entry.kind == "update" and entry.state == "pending")
        root = self.entries(self.new_ticket())
        self.put_aside()
        self.assertEqual(self.deliver(), root | edit)
        self.assertEqual(behind.state, "pending")

    def test_they_go_out_at_once_when_the_failed_one_does(self):
        failed, behind = self.stuck_line()
        self.put_aside()
        failed.action_retry()
        self.assertEqual(self.deliver(), failed | behind)
        self.assertEqual([failed.state, behind.state], ["sent", "sent"])

    def test_they_go_out_at_once_when_the_failed_one_is_given_up(self):
        failed, behind = self.stuck_line()
        self.put_aside()
        failed.action_cancel()
        self.assertEqual(self.deliver(), behind)

    def test_a_line_that_waits_for_its_own_back_off_is_not_hurried(self):
        failed, _behind = self.stuck_line()
        other = self.entries(self.new_ticket())
        self.slack.misbehave((200, {}, {"ok": False, "error": "internal_error"}))
        self.deliver()
        due = other.next_attempt_at
        failed.action_retry()
        self.assertEqual(other.next_attempt_at, due)
