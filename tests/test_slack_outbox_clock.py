"""Hosts whose clocks differ, from each other and from Slack's, deliver each message once and in time."""

from odoo import fields
from odoo.tests import tagged

from ..models.common import database_time
from .outbox_case import OutboxCase
from .skewed_clock import Skewed
from .slack_fake import DROP_AFTER

#: Seconds by which the clock of a host is ahead.
SKEWS = (300, 86400, -300, -86400)


@tagged("post_install", "-at_install")
class TestOutboxClock(Skewed, OutboxCase):
    def in_time(self):
        database_time._readings.clear()
        return fields.Datetime.now()

    def test_a_lease_lasts_as_long_whatever_the_hosts_clock_says(self):
        for seconds in SKEWS:
            with self.subTest(seconds):
                self.make_due(self.entry)
                with self.skewed(seconds):
                    self.assertTrue(self.Dispatcher._claim())
                lease = (self.entry.leased_until - self.in_time()).total_seconds()
                self.assertAlmostEqual(lease, 90, delta=5)

    def test_no_host_takes_what_another_has_leased(self):
        for seconds in SKEWS:
            with self.subTest(seconds):
                self.make_due(self.entry)
                self.in_time()
                self.assertTrue(self.Dispatcher._claim())
                with self.skewed(seconds):
                    self.assertFalse(self.Dispatcher._claim())

    def test_what_one_host_enqueues_is_due_on_all(self):
        self.deliver()
        for seconds in SKEWS:
            with self.subTest(seconds):
                with self.skewed(seconds):
                    entry = self.entries(self.new_ticket())
                self.in_time()
                self.assertEqual(self.deliver(), entry)

    def test_a_hold_is_as_long_as_slack_says(self):
        for seconds in SKEWS:
            with self.subTest(seconds):
                self.channel.hold_until = False
                with self.skewed(seconds):
                    self.channel._hold(60)
                self.assertAlmostEqual((self.channel.hold_until - self.in_time()).total_seconds(), 60, delta=5)

    def test_an_sla_target_is_not_overdue_before_its_time(self):
        clocks = self.ticket.sla_clock_ids
        for seconds in (300, 86400):
            with self.subTest(seconds), self.skewed(seconds):
                self.exhaust(self.env["helpdesk.sla.clock"]._tick)
                self.assertFalse(any(clocks.mapped("breached_at")) or any(clocks.mapped("warned_at")))

    def test_a_lost_answer_is_found_whatever_slacks_clock_says(self):
        for seconds in (0, -300, 45, 300, 3600):
            with self.subTest(seconds):
                self.slack.reset()
                self.slack.behind = seconds
                entry = self.entries(self.new_ticket())
                (self.Outbox.search([("state", "=", "pending")]) - entry).action_cancel()
                self.slack.misbehave(DROP_AFTER)
                self.attempt()
                self.assertTrue(entry.doubt_since)
                self.make_due(entry)
                self.deliver()
                self.assertEqual((entry.state, self.slack.count("chat.postMessage")), ("sent", 1))

    def test_a_clock_that_differs_is_noted_until_it_does_not(self):
        parameters = self.env["ir.config_parameter"].sudo()
        noted = [("key", "=like", f"{database_time.SKEW}%")]
        with self.skewed(300), self.assertLogs("odoo.addons.helpdesk_bridge", "WARNING"):
            database_time.note_skew(self.env)
        self.in_time()
        [(host, seconds)] = database_time.noted_skews(self.env)
        self.assertAlmostEqual(seconds, 300, delta=2)
        settings = self.env["res.config.settings"].create({})
        self.assertIn(f"The clock of {host}", settings.helpdesk_explanation_crons)
        noted_then = parameters.search(noted)
        noted_then.value = "300 2026-01-01T00:00:00"
        self.assertFalse(database_time.noted_skews(self.env), "that host may be gone")
        database_time.note_skew(self.env)
        self.assertFalse(parameters.search(noted))
