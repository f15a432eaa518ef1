"""Several dispatchers share the work: how many there are, and who is woken when."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..tools.common.crons import SLACK as CRON
from .common import BridgeCase
from .outbox_case import TOO_FAST
from .slack_fake import TOKEN

#: What Slack, or something on the way to it, says to one message. Then nobody else may send that message at once.
REFUSALS = {
    "the bot is not in the channel": "not_in_channel",
    "the channel is archived": "is_archived",
    "the token was revoked": "token_revoked",
    "Slack asks to wait": TOO_FAST,
    "a redirect to a login page": (302, {"Location": "http://127.0.0.1:9/login"}, ""),
    "an error of Slack's servers": (500, {}, {"ok": False, "error": "fatal_error"}),
}
#: The same, by the channel's webhook.
WEBHOOK_REFUSALS = {
    "the webhook is gone": (404, {}, "no_service"),
    "a proxy's page": (404, {}, "<html>Not found</html>"),
    "a redirect to a login page": (302, {"Location": "http://127.0.0.1:9/login"}, ""),
}


@tagged("post_install", "-at_install")
class TestDispatchers(BridgeCase, CronMixinCase):
    def workers(self, size):
        self.env["res.config.settings"].create({"helpdesk_slack_dispatchers": size}).execute()
        return self.Dispatcher._workers()

    def woken(self, action):
        self.settle()  # what was queued before has woken whom it had to
        with self.capture_triggers() as captured:
            action()
            self.settle()
        return captured.records.cron_id

    def settle(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def in_hand(self, cron):
        """A message that the dispatcher `cron` is busy with."""
        entry = self.entries(self.new_ticket())
        claim = self.Dispatcher.with_context(cron_id=cron.id)._claim()
        self.assertEqual(claim.entry_id, entry.id)
        self.env.invalidate_all()
        self.assertEqual(entry.leased_by, cron.id)
        return entry

    # -- how many ----------------------------------------------------------------------------------------------------

    def test_there_is_one_until_somebody_wants_more(self):
        self.assertEqual(self.env["res.config.settings"].create({}).helpdesk_slack_dispatchers, 1)
        self.assertEqual(self.Dispatcher._workers(), self.env.ref(CRON))

    def test_each_is_a_cron_of_its_own_that_does_the_same(self):
        workers = self.workers(3)
        self.assertEqual(workers[0], self.env.ref(CRON))
        self.assertEqual(workers.mapped("model_id.model"), [self.Dispatcher._name])
        self.assertEqual(workers.mapped("active"), [True] * 3)
        self.assertEqual(self.env["res.config.settings"].create({}).helpdesk_slack_dispatchers, 3)
        self.assertEqual(self.workers(3), workers, "saving again changes nothing")

    def test_they_leave_with_the_addon(self):
        names = self.workers(2).get_external_id().values()
        self.assertEqual(sorted(names), [CRON, f"{CRON}_2"])

    def test_one_too_many_retires_and_comes_back(self):
        third = self.workers(3)[2]
        self.workers(1)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            third.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(third.active)
        self.assertEqual(self.workers(3)[2], third)
        self.assertTrue(third.active)

    def test_one_too_many_leaves_the_messages_to_the_others(self):
        third = self.workers(3)[2]
        self.workers(1)
        entry = self.entries(self.new_ticket())
        self.env.flush_all()
        with self.enter_registry_test_mode():
            third.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(entry.state, "pending")

    def test_a_number_that_makes_no_sense_is_refused_in_plain_words(self):
        for size in (0, -1, 9):
            with self.subTest(size), self.assertRaisesRegex(ValidationError, "between 1 and 8"):
                self.workers(size)

    def test_a_parameter_that_somebody_broke_means_one(self):
        for value in ("", "many", "-3", "0"):
            with self.subTest(value):
                self.env["ir.config_parameter"].set_param("helpdesk_bridge.slack_dispatchers", value)
                self.assertEqual(self.Dispatcher._worker_count(), 1)

    # -- a message that is refused -----------------------------------------------------------------------------------

    def attempt_beside_another_worker(self):
        """One attempt; after each of its steps another worker looks for work. :return: what that worker has found"""
        found = []

        def retried(dispatcher, step, *arguments):
            result = step(*arguments)
            found.append(self.Dispatcher._claim())
            return result

        claim = self.Dispatcher._claim()
        with patch.object(type(self.Dispatcher), "_retried", retried), mute_logger("odoo.addons.helpdesk_bridge"):
            self.Dispatcher._attempt(claim)
        self.assertGreater(len(found), 1)
        return [other for other in found if other]

    def test_a_refused_message_is_claimed_by_nobody_until_its_pause_is_known(self):
        for what, fault in REFUSALS.items():
            with self.subTest(what), self.cr.savepoint() as savepoint:
                entry = self.entries(self.new_ticket())
                self.slack.misbehave(fault)
                self.assertEqual(self.attempt_beside_another_worker(), [])
                self.assertEqual(entry.state, "pending")
                self.assertFalse(self.slack.armed())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nor_one_that_its_webhook_refuses(self):
        self.workspace.bot_token = False
        self.channel.webhook_url = self.slack.webhook_url
        for what, fault in WEBHOOK_REFUSALS.items():
            with self.subTest(what), self.cr.savepoint() as savepoint:
                entry = self.entries(self.new_ticket())
                self.slack.misbehave(fault, method="webhook")
                self.assertEqual(self.attempt_beside_another_worker(), [])
                self.assertEqual(entry.state, "pending")
                self.assertFalse(self.slack.armed())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_was_refused_goes_before_what_was_enqueued_later(self):
        for what in ("not_in_channel", "token_revoked"):
            with self.subTest(what), self.cr.savepoint() as savepoint:
                first = self.entries(self.new_ticket())
                self.env.flush_all()
                self.cr.execute("UPDATE helpdesk_slack_outbox SET create_date = create_date - INTERVAL '10 s'")
                self.env.invalidate_all()
                self.slack.misbehave(what)
                with mute_logger("odoo.addons.helpdesk_bridge"):
                    self.assertEqual(self.attempt(), first)
                later = self.entries(self.new_ticket())
                later.next_attempt_at = first.create_date + timedelta(seconds=5)
                self.channel._resume()
                self.workspace.bot_token = TOKEN
                self.assertEqual([self.attempt(), self.attempt()], [first, later])
                savepoint.rollback()
                self.env.invalidate_all()

    # -- who is woken ------------------------------------------------------------------------------------------------

    def test_a_message_wakes_the_first(self):
        workers = self.workers(3)
        self.assertEqual(self.woken(self.new_ticket), workers[0])

    def test_a_message_wakes_one_who_has_none_in_hand(self):
        workers = self.workers(3)
        self.in_hand(workers[0])
        self.assertEqual(self.woken(self.new_ticket), workers[1])

    def test_a_message_wakes_the_first_when_all_are_busy(self):
        workers = self.workers(2)
        self.in_hand(workers[0])
        self.in_hand(workers[1])
        self.assertEqual(self.woken(self.new_ticket), workers[0])

    def test_one_whose_cron_was_switched_off_is_not_woken(self):
        workers = self.workers(3)
        self.in_hand(workers[0])
        workers[1].active = False
        self.assertEqual(self.woken(self.new_ticket), workers[2])

    def test_a_dead_dispatcher_is_busy_until_its_lease_is_over(self):
        workers = self.workers(2)
        self.in_hand(workers[0]).leased_until = "2000-01-01 00:00:00"
        self.assertEqual(self.woken(self.new_ticket), workers[0])

    def test_who_leaves_messages_behind_wakes_the_next(self):
        workers = self.workers(3)
        self.in_hand(workers[0])
        self.new_ticket()
        self.assertEqual(self.woken(self.Dispatcher._wake_next), workers[1])

    def test_who_leaves_nothing_behind_wakes_nobody(self):
        self.in_hand(self.workers(3)[0])
        self.assertFalse(self.woken(self.Dispatcher._wake_next))

    def test_what_waits_for_the_message_in_hand_wakes_nobody(self):
        entry = self.in_hand(self.workers(3)[0])
        entry.ticket_id.user_id = self.agent  # a line below a first message that is on its way
        self.assertFalse(self.woken(self.Dispatcher._wake_next))

    def test_a_single_dispatcher_asks_nobody(self):
        self.in_hand(self.workers(1))
        self.new_ticket()
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.Dispatcher._wake_next()

    def test_who_runs_out_of_time_is_woken_again_itself(self):
        second = self.workers(2)[1]
        model = self.Dispatcher.with_context(cron_id=second.id)
        self.assertEqual(self.woken(model._reschedule), second)

    # -- together ----------------------------------------------------------------------------------------------------

    def test_the_run_of_one_calls_the_others(self):
        workers = self.workers(2)
        for _number in range(2):
            self.new_ticket()
        self.settle()
        with self.capture_triggers() as captured, self.enter_registry_test_mode():
            workers[0].method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(captured.records.cron_id, workers[1])
        self.assertEqual(len(self.slack.messages), 2)

    def test_an_idle_run_of_one_of_many_is_over_at_once(self):
        second = self.workers(2)[1]
        self.env.flush_all()
        with patch("time.sleep") as sleep, self.enter_registry_test_mode():
            second.method_direct_trigger()
        sleep.assert_not_called()
