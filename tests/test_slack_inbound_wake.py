"""However many events come in at once, the inbox is worked off: woken at the first of them, and once after the last."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.common import cron_wakes
from ..models.common.ir_cron import is_woken_by_bridge
from ..tools.common import crons
from .slack_inbound_case import SlackInboundCase


@tagged("post_install", "-at_install")
class TestSlackInboundWake(SlackInboundCase, CronMixinCase):
    def test_many_events_at_once_wake_the_cron_at_the_first_and_at_the_end(self):
        """Each wake-up is a row, a connection to PostgreSQL, and a look of every cron worker."""
        cr, timers, notified = self.env.cr, [], []

        class Timer:
            def __init__(self, seconds, function, arguments):
                self.seconds, self.call = seconds, lambda: function(*arguments)

            def start(self):
                timers.append(self)

        def arrive(count):
            for _number in range(count):
                self.receive(self.reply())
                # What a commit does, but for the notification.
                cr.precommit.run()
                cr.postcommit.run()

        def notify(cron):
            if not is_woken_by_bridge(cron.env):
                notified.append(1)

        with (
            patch.object(cron_wakes.threading, "Timer", Timer),
            patch.object(type(self.env["ir.cron"]), "_notifydb", notify),
            patch.object(cron_wakes, "EVERY", 3600),
            self.capture_triggers(crons.SLACK_INBOUND) as captured,
        ):
            cr.postcommit.clear()
            arrive(20)
            self.assertEqual((len(captured.records), len(notified), len(timers)), (1, 1, 1))
            self.assertTrue(0 < timers[0].seconds <= 3600)
            with self.enter_registry_test_mode():
                timers.pop().call()
            self.assertEqual(len(captured.records), 2, "the last ones are found as well")
            arrive(5)
            self.assertEqual((len(captured.records), len(timers)), (2, 1), "a moment after the last wake-up")
        with patch.object(cron_wakes, "EVERY", 0), self.capture_triggers(crons.SLACK_INBOUND) as captured:
            cron_wakes.forget()
            arrive(3)
            self.assertEqual(len(captured.records), 3, "one by one, each is noted at once")

    def test_a_transaction_that_fails_takes_no_later_wake_up_along(self):
        with patch.object(cron_wakes, "EVERY", 3600), self.capture_triggers(crons.SLACK_INBOUND) as captured:
            self.assertTrue(cron_wakes.is_first(self.env.cr.dbname, crons.SLACK_INBOUND))
            # It was rolled back: what comes next still wakes the cron, at the end of the moment.
            self.receive(self.reply())
            with patch.object(cron_wakes, "later") as later:
                self.env.cr.postcommit.run()
            later.assert_called_once_with(self.env.cr.dbname, crons.SLACK_INBOUND)
        self.assertFalse(captured.records)
