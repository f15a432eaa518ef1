"""The first message always shows the present; what cannot be edited or answered any more begins anew."""

import logging
from unittest.mock import patch

from odoo.tests import tagged

from .common import BridgeCase
from .slack_fake import DROP, DROP_AFTER

TOO_FAST = (429, {"Retry-After": "40"}, {"ok": False, "error": "ratelimited"})


@tagged("post_install", "-at_install")
class TestThreadRoot(BridgeCase):
    def setUp(self):
        super().setUp()
        self.jane = self.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        self.team.user_ids = self.agent
        self.ticket = self.new_ticket(partner_id=self.jane.id)
        self.deliver()
        self.root = self.slack.messages[0]

    def says(self, *sentences):
        for sentence in sentences:
            self.comment(self.ticket, sentence, author=self.jane)

    def assert_thread(self, *sentences):
        """The ticket has one current thread, whose lines are these."""
        self.assertEqual(
            self.lines(self.ticket), [f"Customer replied (Jane Doe): {sentence}" for sentence in sentences]
        )
        self.assertIn("Printer is on fire", self.shown(self.ticket))

    def edits(self):
        return self.slack.count("chat.update")

    # -- edits -------------------------------------------------------------------------------------------------------

    def test_ten_changes_are_one_edit_of_the_final_state(self):
        for number in range(10):
            self.ticket.name = f"Title {number}"
        self.deliver()
        self.assertEqual(self.edits(), 1)
        self.assertIn("Title 9", self.shown(self.ticket))
        self.assertEqual(self.entries(self.ticket).filtered(lambda e: e.kind == "update").mapped("state"), ["sent"])

    def test_an_edit_calls_nobody(self):
        self.assertIn("<!channel>", str(self.root))
        self.ticket.priority = "3"
        self.deliver()
        self.assertNotIn("<!channel>", str(self.root))
        self.assertIn(":red_circle: Very High", self.texts(self.root))

    def test_what_is_shown_already_is_not_edited_again(self):
        ticket = self.new_ticket()
        ticket.priority = "3"
        self.deliver()
        self.assertEqual(self.edits(), 0, "the first message went out with it")
        ticket.priority = "2"
        ticket.priority = "3"
        self.deliver()
        self.assertEqual(self.edits(), 0)
        self.assertNotIn("pending", self.entries(ticket).mapped("state"))

    def test_an_edit_in_doubt_is_made_again_whatever_was_shown(self):
        self.slack.misbehave(DROP_AFTER, method="chat.update")
        self.ticket.priority = "3"
        self.attempt()
        self.ticket.priority = "1"
        self.make_due(self.entries(self.ticket))
        self.deliver()
        self.assertIn("*Priority*\nMedium", self.shown(self.ticket))

    def test_an_edit_in_doubt_that_a_later_one_swallows_is_not_forgotten(self):
        self.slack.misbehave(DROP_AFTER, method="chat.update")
        self.ticket.priority = "3"
        self.attempt()
        self.ticket.priority = "1"  # as the first message showed it before
        doubtful, fresh = self.entries(self.ticket).filtered(lambda entry: entry.kind == "update")
        self.make_due(doubtful)
        doubtful.next_attempt_at = "2999-01-01"
        self.assertEqual(self.deliver(), fresh)
        self.assertIn("*Priority*\nMedium", self.shown(self.ticket))

    def test_a_lost_answer_to_an_edit_is_not_looked_up(self):
        self.slack.misbehave(DROP, method="chat.update")
        self.ticket.priority = "3"
        self.attempt()
        self.make_due(self.entries(self.ticket))
        self.deliver()
        self.assertEqual(self.slack.count("conversations.history"), 0)
        self.assertIn("Very High", self.shown(self.ticket))

    def test_a_429_for_an_edit_holds_edits_and_lets_lines_pass(self):
        self.slack.misbehave(TOO_FAST, method="chat.update")
        self.ticket.priority = "3"
        self.says("Hello?")
        self.deliver()
        self.assertTrue(self.workspace.edit_hold_until)
        self.assertFalse(self.channel.hold_until)
        self.assert_thread("Hello?")
        self.ticket.priority = "2"
        self.assertFalse(self.deliver(), "a fresh edit waits too")
        self.workspace.edit_hold_until = False
        self.make_due(self.entries(self.ticket))
        self.deliver()
        self.assertIn("High", self.shown(self.ticket))

    def test_refused_blocks_of_an_edit_do_not_stay(self):
        self.slack.misbehave("invalid_blocks", method="chat.update")
        self.ticket.name = "Printer is on fire again"
        self.deliver()
        self.assertEqual(self.root["blocks"], [])
        self.assertIn("again", self.root["text"])

    def test_an_edit_that_comes_too_late_for_slack_is_let_go(self):
        self.slack.misbehave("edit_window_closed", method="chat.update")
        self.ticket.priority = "3"
        self.deliver()
        self.assertEqual(self.entries(self.ticket)[-1].state, "canceled")
        self.assertEqual(self.ticket.slack_state, "posted")

    def test_a_failed_edit_blocks_no_line_and_a_failed_line_no_edit(self):
        self.slack.misbehave("frobnicated", method="chat.update")
        self.ticket.priority = "3"
        self.says("Hello?")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.assert_thread("Hello?")
        self.slack.misbehave("frobnicated")
        self.says("Still there?")
        self.ticket.priority = "2"
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.assertIn("High", self.shown(self.ticket))
        edits = self.entries(self.ticket).filtered(lambda entry: entry.kind == "update")
        self.assertEqual(edits.mapped("state"), ["sent"], "a later edit makes up for a failed one")

    # -- the root is gone --------------------------------------------------------------------------------------------

    def test_a_reply_to_a_deleted_root_becomes_the_new_root(self):
        self.slack.delete(self.root)
        self.says("One", "Two")
        self.deliver()
        self.assert_thread("One", "Two")
        self.assertEqual(len(self.slack.roots()), 1, "nothing is left beside the thread")
        self.assertNotIn("<!channel>", self.shown(self.ticket))
        self.assertEqual(set(self.entries(self.ticket).mapped("state")), {"sent"})

    def test_an_edit_of_a_deleted_root_begins_a_new_thread(self):
        self.slack.delete(self.root)
        self.ticket.priority = "3"
        self.deliver()
        self.assertIn("Very High", self.shown(self.ticket))
        self.assertEqual(len(self.slack.roots()), 1)
        self.says("Hello?")
        self.deliver()
        self.assert_thread("Hello?")

    def test_an_edit_and_replies_that_find_the_root_deleted_begin_one_new_thread(self):
        self.slack.delete(self.root)
        self.says("One")
        self.ticket.priority = "3"
        self.says("Two")
        self.entries(self.ticket).filtered(lambda entry: entry.kind == "update").next_attempt_at = "2000-01-01"
        self.deliver()
        self.assert_thread("One", "Two")
        self.assertEqual(len(self.slack.roots()), 1)

    def test_a_reply_that_slack_refuses_for_its_thread_is_said_in_a_new_one(self):
        self.slack.misbehave("cannot_reply_to_message")
        self.says("One", "Two")
        self.deliver()
        self.assert_thread("One", "Two")
        self.assertEqual(len(self.slack.roots()), 2)
        self.assertNotEqual(self.ticket.slack_thread_id.ts, self.root["ts"])

    def test_a_reply_lost_beside_its_thread_is_found_there(self):
        self.slack.delete(self.root)
        self.slack.misbehave(DROP_AFTER)
        self.says("One")
        self.attempt()
        self.make_due(self.entries(self.ticket))
        self.deliver()
        self.assert_thread("One")
        self.assertEqual(len(self.slack.roots()), 1)

    def test_a_lost_reply_is_looked_for_in_its_thread_and_not_sent_twice(self):
        self.slack.misbehave(DROP_AFTER)
        self.says("One")
        self.attempt()
        self.make_due(self.entries(self.ticket))
        self.deliver()
        self.assert_thread("One")
        self.assertEqual(self.slack.count("conversations.replies"), 1)

    def test_a_slack_that_knows_no_threads_is_not_asked_for_ever(self):
        with patch.object(type(self.slack), "_find", lambda slack, channel, ts: None):
            self.says("One")
            self.deliver()
        self.assertNotIn("pending", self.entries(self.ticket).filtered(lambda e: e.kind == "reply").mapped("state"))
        self.assertLess(self.slack.count("chat.postMessage"), 6)

    # -- the root never came -----------------------------------------------------------------------------------------

    def test_after_a_failed_root_the_next_event_makes_a_fresh_one(self):
        self.ticket = self.new_ticket(name="Printer is on fire, too")
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.says("One", "Two")
        self.deliver()
        self.assert_thread("One", "Two")
        self.assertEqual(self.ticket.slack_state, "posted", "what the fresh one stands for is no failure any more")

    def test_after_a_canceled_root_too(self):
        self.ticket = self.new_ticket(name="Printer is on fire, too")
        self.entries(self.ticket).action_cancel()
        self.ticket.priority = "3"
        self.deliver()
        self.assertFalse(self.ticket.slack_thread_id, "an edit alone begins nothing")
        self.says("One", "Two")
        self.deliver()
        self.assert_thread("One", "Two")

    def test_a_root_that_fails_again_fails_the_line_and_retry_mends_both(self):
        self.ticket = self.new_ticket(name="Printer is on fire, too")
        self.slack.misbehave("frobnicated", "frobnicated")
        self.says("One")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        line = self.entries(self.ticket).filtered(lambda entry: entry.kind == "reply")
        self.assertEqual(line.state, "failed")
        self.assertIn("first message", line.error)
        self.assertEqual(self.ticket.action_retry_slack()["params"]["title"], "On its way")
        self.deliver()
        self.assert_thread("One")
        self.assertEqual(len(self.slack.roots()), 2, "of this ticket one, whatever was retried")

    def test_two_beginnings_queued_at_once_make_one_thread(self):
        self.team.slack_muted = True
        self.ticket = self.new_ticket(name="Printer is on fire, too")
        self.team.slack_muted = False
        with patch.object(type(self.Outbox), "_posted_channels", lambda outbox, ticket_ids: {}):
            self.says("One", "Two")  # neither transaction sees the other's row
        self.deliver()
        self.assert_thread("One", "Two")
        self.assertEqual(len(self.slack.roots()), 2)

    def test_what_is_told_quietly_does_not_ring_the_assignee(self):
        self.slack.people["anna@example.com"] = "U0ANNA001"
        ticket = self.new_ticket(
            user_id=self.agent.id, stage_id=self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id
        )
        self.deliver()
        self.assertNotIn("<@", self.shown(ticket))
        ticket.priority = "3"
        self.deliver()
        self.assertIn("<@U0ANNA001>", self.shown(ticket), "an edit names without ringing")

    # -- order -------------------------------------------------------------------------------------------------------

    def test_a_failed_line_holds_up_its_own_ticket_only_until_somebody_retries(self):
        other = self.new_ticket(name="Other", partner_id=self.jane.id)
        self.deliver()
        self.slack.misbehave("frobnicated")
        self.says("One", "Two")
        self.comment(other, "Elsewhere", author=self.jane)
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.assert_thread()
        self.assertEqual(self.lines(other), ["Customer replied (Jane Doe): Elsewhere"])
        self.ticket.invalidate_recordset()
        self.assertEqual(
            (self.ticket.slack_state, self.ticket.slack_problem), ("failed", "Slack answered “frobnicated”.")
        )
        self.ticket.with_user(self.agent).action_retry_slack()
        self.deliver()
        self.assert_thread("One", "Two")

    def test_a_line_that_is_given_up_lets_the_others_pass(self):
        self.slack.misbehave("frobnicated")
        self.says("One", "Two")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.entries(self.ticket).filtered(lambda entry: entry.state == "failed").action_cancel()
        self.deliver()
        self.assert_thread("Two")

    # -- how it stands -----------------------------------------------------------------------------------------------

    def test_how_a_ticket_stands(self):
        self.assertEqual(self.ticket.slack_state, "posted")
        self.says("One")
        self.ticket.invalidate_recordset()
        self.assertEqual((self.ticket.slack_state, self.ticket.slack_problem), ("waiting", False))
        self.slack.misbehave("not_in_channel")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.slack_state, "waiting", "it goes on by itself, as its message says")
        self.assertTrue(self.ticket.slack_problem.startswith("#support: The bot is not in this channel."))
        self.ticket.with_user(self.agent).action_retry_slack()
        self.deliver()
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.slack_state, "posted")
        self.assert_thread("One")

    def test_a_silent_ticket_stands_nowhere(self):
        self.team.slack_muted = True
        self.assertFalse(self.new_ticket().slack_state)
