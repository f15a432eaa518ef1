"""A host whose clock differs from PostgreSQL's wakes scheduled actions as quickly, and fetches emails as often."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.common import database_time
from ..models.common.ir_cron import is_woken_by_bridge
from ..tools.common import crons
from .outbox_case import OutboxCase
from .skewed_clock import Skewed
from .turns_case import TurnsCase

#: Seconds by which the clock of a host is ahead.
SKEWS = (0, 2, 90, 3600, -2, -90, -3600)


class ByPostgresql(Skewed):
    def in_time(self):
        """What PostgreSQL's clock says."""
        database_time._readings.clear()
        self.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        return self.env.cr.fetchone()[0]


@tagged("post_install", "-at_install")
class TestWakeClock(ByPostgresql, OutboxCase, CronMixinCase):
    def woken(self, wake):
        """What is triggered, and how often the workers are told."""
        cr, notified = self.env.cr, []

        def notify(cron):
            if not is_woken_by_bridge(cron.env):
                notified.append(1)

        self.env.flush_all()
        cr.precommit.run()
        cr.postcommit.clear()
        with (
            patch.object(type(self.env["ir.cron"]), "_notifydb", notify),
            self.capture_triggers() as captured,
        ):
            wake()
            self.env.flush_all()
            cr.precommit.run()
            cr.postcommit.run()
        return captured.records, len(notified)

    def test_a_wake_up_is_due_at_once_whatever_the_clock_of_the_host_says(self):
        cron = self.env["ir.cron"]
        ways = (
            ("what happens to a ticket", self.new_ticket),
            ("an automatic email", lambda: cron._bridge_wake(crons.AFTER_MAIL)),
            ("a dispatcher whose time is over", self.Dispatcher._reschedule),
        )
        for title, wake in ways:
            for seconds in SKEWS:
                with self.subTest(f"{title}, {seconds} s"):
                    with self.skewed(seconds):
                        triggers, notified = self.woken(wake)
                    now = self.in_time()
                    self.assertTrue(triggers)
                    self.assertTrue(all(now - timedelta(seconds=30) < one.call_at <= now for one in triggers))
                    self.assertEqual(notified, 1)

    def test_a_dispatcher_that_is_switched_off_is_not_woken(self):
        cron = self.env.ref(crons.AFTER_MAIL)
        cron.active = False
        for seconds in SKEWS:
            with self.subTest(seconds), self.skewed(seconds):
                self.assertFalse(self.woken(lambda: cron._bridge_wake(crons.AFTER_MAIL))[0])


@tagged("post_install", "-at_install")
class TestFetchClock(ByPostgresql, TurnsCase):
    def setUp(self):
        super().setUp()
        self.cron = self.env.ref(crons.FETCH)
        self.cron.active = True
        self.env["helpdesk.fetch.request"].search([]).unlink()

    def by_interval(self, seconds=0):
        """The mailboxes that Odoo's cron fetches on a host whose clock differs by so many seconds."""
        with self.skewed(seconds):
            found = self.names(run="_fetch_mails", cron_id=self.cron.id)
        self.in_time()
        return found

    def come(self):
        """The moment of the cron has come, by PostgreSQL's clock."""
        self.cron.nextcall = self.in_time().replace(microsecond=0) - timedelta(seconds=1)

    def test_the_interval_fetches_each_mailbox_once_whatever_the_clock_of_the_host_says(self):
        for seconds in SKEWS:
            with self.subTest(seconds):
                for mailbox in self.mailboxes:
                    self.looked(mailbox, timedelta(minutes=2))
                self.come()
                self.assertEqual(self.by_interval(seconds), ["First", "Second", "Last"])
                self.assertEqual(self.by_interval(seconds), [], "they were fetched since its moment")
                for mailbox in self.mailboxes:
                    self.assertAlmostEqual((mailbox.date - self.in_time()).total_seconds(), 0, delta=20)

    def test_a_mailbox_that_fails_is_tried_again_in_time_whatever_the_clock_of_the_host_says(self):
        for seconds in SKEWS:
            with self.subTest(seconds):
                for mailbox in self.mailboxes:
                    self.looked(mailbox, timedelta(minutes=2))
                self.trouble = {"First": ConnectionRefusedError()}
                self.come()
                with self.assertLogs("odoo.addons.mail.models.fetchmail"):
                    self.by_interval(seconds)
                self.assertAlmostEqual((self.first.error_date - self.in_time()).total_seconds(), 0, delta=20)

    def test_a_clock_that_was_ahead_and_is_right_again_keeps_no_mailbox_waiting(self):
        ahead = -timedelta(hours=1)
        for title, failing in (("it was fetched", None), ("it failed", ahead)):
            with self.subTest(title):
                for mailbox in self.mailboxes:
                    self.looked(mailbox, timedelta(minutes=2))
                self.looked(self.first, ahead, failing=failing)
                self.come()
                self.assertIn("First", self.by_interval())
