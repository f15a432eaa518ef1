"""A message that no worker survives is given up; one whose worker was killed by chance is sent all the same."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.slack.helpdesk_slack_outbox_crashes import MAX_CRASHES
from .outbox_case import TOO_FAST, OutboxCase

DISPATCHER = "odoo.addons.helpdesk_bridge.models.slack"


@tagged("post_install", "-at_install")
class TestCrashes(OutboxCase):
    def lose_worker(self):
        """A worker takes the message and ends; then its lease runs out."""
        claim = self.Dispatcher._claim()
        self.assertEqual(claim.entry_id, self.entry.id)
        self.make_due(self.entry)

    def lose_workers(self, count):
        for _worker in range(count):
            self.lose_worker()

    @mute_logger(DISPATCHER + ".helpdesk_slack_outbox_crashes")
    def test_after_so_many_workers_it_is_given_up_and_names_how_many(self):
        self.lose_workers(MAX_CRASHES)
        self.deliver()
        self.assertRecordValues(
            self.entry,
            [
                {
                    "state": "failed",
                    "crashes": 5,
                    "leased_until": False,
                    "error": "Sending it ended the worker 5 times in a row; see the server's log.",
                }
            ],
        )
        self.assertFalse(self.slack.messages)
        self.assertTrue(self.entry.doubt_since)

    def test_before_that_it_is_sent(self):
        self.lose_workers(MAX_CRASHES - 1)
        self.deliver()
        self.assertRecordValues(self.entry, [{"state": "sent", "leased_until": False}])
        self.assertEqual(len(self.slack.messages), 1)

    def test_any_result_ends_the_count(self):
        for title, fault in (
            ("too fast", TOO_FAST),
            ("a server's error", (500, {}, {"ok": False, "error": "fatal_error"})),
        ):
            with self.subTest(title):
                self.lose_workers(MAX_CRASHES - 1)
                self.slack.misbehave(fault)
                self.attempt()
                self.assertEqual((self.entry.state, self.entry.leased_until), ("pending", False))
                self.make_due(self.entry)
                self.lose_worker()
                self.assertEqual(self.entry.crashes, 0)
                self.attempt_once_more()

    def attempt_once_more(self):
        """A result, so that the next count begins anew."""
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        self.make_due(self.entry)

    @mute_logger(DISPATCHER + ".helpdesk_slack_outbox_crashes")
    def test_retry_looks_first_whether_it_has_arrived(self):
        claim = self.Dispatcher._claim()
        self.Dispatcher._prepare(claim).make(claim.doubt_since)
        self.make_due(self.entry)
        self.lose_workers(MAX_CRASHES - 1)
        self.deliver()
        self.assertEqual(self.entry.state, "failed")
        self.entry.with_user(self.manager).action_retry()
        self.deliver()
        self.assertRecordValues(self.entry, [{"state": "sent", "crashes": 0}])
        self.assertEqual(self.slack.count("chat.postMessage"), 1)

    @mute_logger(DISPATCHER + ".helpdesk_slack_outbox_crashes")
    def test_the_messages_of_other_tickets_go_on(self):
        other = self.entries(self.new_ticket())
        self.lose_workers(MAX_CRASHES)
        self.deliver()
        self.assertEqual((self.entry.state, other.state), ("failed", "sent"))

    @mute_logger(DISPATCHER + ".helpdesk_slack_outbox_crashes")
    def test_a_probe_that_is_given_up_lets_the_next_message_probe(self):
        self.channel._pause("The bot is not in this channel.")
        self.channel.probe_at = "2000-01-01 00:00:00"
        for _worker in range(MAX_CRASHES):
            self.assertTrue(self.Dispatcher._claim().is_probe)
            self.make_due(self.entry)
            self.channel.probe_at = "2000-01-01 00:00:00"
        self.attempt()
        self.assertEqual(self.entry.state, "failed")
        other = self.entries(self.new_ticket())
        self.assertEqual(self.attempt(), other)
        self.assertEqual((other.state, self.channel.state), ("sent", "ok"))
