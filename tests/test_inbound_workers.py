"""Several workers fetch several mailboxes; each run fetches only what is requested."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..tools.common import crons
from .turns_case import TurnsCase


@tagged("post_install", "-at_install")
class TestWorkers(TurnsCase, CronMixinCase):
    def setUp(self):
        super().setUp()
        self.queue = self.env["helpdesk.fetch.request"]
        self.cron = self.env.ref(crons.FETCH)
        self.cron.active = True
        for ago, mailbox in enumerate(self.mailboxes):
            self.looked(mailbox, timedelta(minutes=9 - ago))

    def request(self, *mailboxes):
        self.queue._request(self.mailbox.browse([mailbox.id for mailbox in mailboxes]))

    def fetched(self, **options):
        """The mailboxes that one worker fetches when it is woken."""
        return self.names(run="_fetch_requested", **options)

    def requested(self):
        return self.queue.search([("taken_by", "=", 0)]).mailbox_id

    def workers(self, size):
        self.env["res.config.settings"].create({"helpdesk_fetch_workers": size}).execute()
        return self.queue._workers()

    # -- what a run fetches ------------------------------------------------------------------------------------------

    def test_a_wake_up_for_one_mailbox_looks_only_into_that_one(self):
        self.request(self.second)
        self.assertEqual(self.fetched(), ["Second"])
        self.assertEqual(self.fetched(), [], "and only once")

    def test_those_that_wait_longest_come_first(self):
        self.request(self.last, self.first)
        self.assertEqual(self.fetched(), ["First", "Last"])

    def test_the_interval_of_the_cron_fetches_those_that_were_not_fetched_since(self):
        for title, seconds, expected in (
            ("it is not time yet", 30, []),
            ("it is time", -1, ["First", "Second", "Last"]),
        ):
            with self.subTest(title):
                self.cron.nextcall = self.now + timedelta(seconds=seconds)
                self.assertEqual(self.names(run="_fetch_mails", cron_id=self.cron.id), expected)
        self.assertEqual(self.names(run="_fetch_mails", cron_id=self.cron.id), [], "Odoo repeats a run that did work")
        self.request(self.last)
        self.cron.nextcall = self.now + timedelta(seconds=30)
        self.assertEqual(self.names(run="_fetch_mails", cron_id=self.cron.id), ["Last"])

    def test_who_runs_or_triggers_odoos_cron_means_all_mailboxes(self):
        for title, act in (
            ("by its button", lambda: self.cron.method_direct_trigger()),
            ("by a trigger of somebody else", lambda: self.cron._trigger()),
        ):
            with self.subTest(title):
                self.queue.search([]).unlink()
                self.env.flush_all()
                with (
                    self.enter_registry_test_mode(),
                    patch.object(type(self.env["ir.cron"]), "_process_job", lambda *_arguments: None),
                ):
                    act()
                self.env.invalidate_all()
                self.assertEqual(self.requested(), self.mailboxes)

    def test_a_wake_up_of_ours_means_no_other_mailbox(self):
        self.env["ir.cron"]._bridge_wake(crons.FETCH)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertFalse(self.requested())

    def test_a_confirmed_mailbox_is_fetched_at_once_and_no_other(self):
        with patch.object(type(self.mailbox), "_connect__"):
            self.second.button_confirm_login()
        self.assertEqual(self.requested(), self.second)

    def test_email_that_comes_during_a_turn_gets_another_turn(self):
        self.request(self.first)

        def again(mailbox):
            mailbox.env["helpdesk.fetch.request"]._request(mailbox)

        self.assertEqual(self.fetched(meanwhile=again), ["First"])
        self.assertEqual(self.fetched(), ["First"])

    def test_what_a_turn_leaves_is_requested_again(self):
        self.request(self.first)
        with patch.object(type(self.mailbox), "_remaining_of_turn", lambda mailbox: 7):
            self.assertEqual(self.fetched(), ["First"])
        self.assertEqual(self.requested(), self.first)

    def test_a_mailbox_that_somebody_has_locked_is_fetched_later_and_nobody_spins(self):
        lock, taken = type(self.mailbox).try_lock_for_update, self.first

        def busy(records, **options):
            return records.browse() if records._name == taken._name and records == taken else lock(records, **options)

        self.request(self.first, self.second)
        with patch.object(type(self.mailbox), "try_lock_for_update", busy):
            self.assertEqual(self.run_cron(run="_fetch_requested"), (["Second"], False))
        self.assertEqual(self.requested(), self.first)
        self.assertEqual(self.fetched(), ["First"])

    def test_one_that_fails_is_left_to_its_pause_and_wakes_nobody(self):
        self.trouble = {"First": ConnectionRefusedError()}
        self.request(self.first, self.second)
        with mute_logger("odoo.addons.mail.models.fetchmail"):
            self.assertEqual(self.fetched(), ["First", "Second"])
            self.request(self.first)
            self.assertEqual(self.run_cron(run="_fetch_requested"), ([], False))
        self.looked(self.first, timedelta(minutes=1), failing=timedelta(minutes=1))
        self.trouble = {}
        self.assertEqual(self.fetched(), ["First"])

    # -- several workers ---------------------------------------------------------------------------------------------

    def test_one_worker_at_a_time_fetches_a_mailbox(self):
        other = self.workers(2)[1]
        self.request(self.first, self.second)
        self.queue.search([("mailbox_id", "=", self.first.id)]).taken_by = other.id
        self.assertEqual(self.fetched(), ["Second"])
        self.request(self.first)
        self.assertEqual(self.fetched(), [], "there may be new email, but that worker is still there")
        self.queue.search([("taken_by", "=", other.id)]).unlink()
        self.assertEqual(self.fetched(), ["First"])

    def test_what_a_killed_worker_had_taken_is_fetched_at_its_next_run(self):
        first, second = self.workers(2)
        self.request(self.first)
        self.queue.search([]).taken_by = second.id
        self.assertEqual(self.fetched(cron_id=first.id), [])
        self.assertEqual(self.fetched(cron_id=second.id), ["First"])
        self.assertFalse(self.queue.search([]))

    def test_what_a_killed_worker_had_taken_that_never_runs_again_is_fetched_by_another(self):
        for title, leave in (
            ("it was retired", lambda worker: self.workers(1)),
            ("it was deactivated", lambda worker: worker.write({"active": False})),
            ("it was deleted", lambda worker: worker.unlink()),
            ("it was no scheduled action", lambda worker: self.queue.search([]).write({"taken_by": -1})),
        ):
            with self.subTest(title):
                first, second = self.workers(2)
                self.queue.search([]).unlink()
                self.looked(self.first, timedelta(minutes=1))
                self.request(self.first)
                self.queue.search([]).taken_by = second.id
                leave(second)
                self.assertEqual(self.fetched(cron_id=first.id), ["First"])
                self.assertFalse(self.queue.search([]))

    def test_who_takes_one_of_several_wakes_another_worker(self):
        for title, size, mailboxes, expected in (
            ("several wait", 2, self.mailboxes, True),
            ("one waits", 2, self.first, False),
            ("there is nobody else", 1, self.mailboxes, False),
        ):
            with self.subTest(title):
                workers = self.workers(size)
                self.queue.search([]).unlink()
                self.request(*mailboxes)
                with patch.object(type(self.env["ir.cron"]), "_bridge_wake") as wake:
                    own = self.queue.with_context(cron_id=workers[0].id)
                    self.assertTrue(own._take_step(self.mailboxes))
                self.assertEqual(wake.called, expected)

    def test_an_idle_worker_is_woken(self):
        first, second = self.workers(2)
        self.assertEqual(self.queue._crons_to_wake(), first)
        self.request(self.first)
        self.queue.search([]).taken_by = first.id
        self.assertEqual(self.queue._crons_to_wake(), second)
        self.assertEqual(self.env["ir.cron"]._bridge_cron_to_wake(crons.FETCH), second)
        self.request(self.second)
        self.queue.search([("taken_by", "=", 0)]).taken_by = second.id
        self.assertEqual(self.queue._crons_to_wake(), first, "all are busy")

    def test_a_woken_worker_fetches(self):
        second = self.workers(2)[1]
        self.request(self.last)
        self.env.flush_all()
        opened = []
        with (
            self.enter_registry_test_mode(),
            patch.object(type(self.mailbox), "_fetch_turn", lambda mailbox, _limit: opened.append(mailbox.name)),
        ):
            second.method_direct_trigger()
        self.assertEqual(opened, ["Last"])

    # -- how many ----------------------------------------------------------------------------------------------------

    def test_there_is_one_until_somebody_wants_more(self):
        self.assertEqual(self.env["res.config.settings"].create({}).helpdesk_fetch_workers, 1)
        self.assertEqual(self.queue._workers(), self.cron)

    def test_each_further_one_is_a_cron_that_leaves_with_the_addon(self):
        workers = self.workers(3)
        self.assertEqual(workers[0], self.cron)
        self.assertEqual(
            sorted(workers[1:].get_external_id().values()), [f"{crons.FETCH_BESIDE}_2", f"{crons.FETCH_BESIDE}_3"]
        )
        self.assertEqual(workers[1:].mapped("model_id.model"), [self.queue._name])

    def test_one_too_many_retires_and_comes_back(self):
        second = self.workers(2)[1]
        self.workers(1)
        self.request(self.first)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            second.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(second.active)
        self.assertEqual(self.requested(), self.first, "it leaves the email to the others")
        self.assertEqual(self.workers(2)[1], second)
        self.assertTrue(second.active)

    def test_a_number_that_makes_no_sense_is_refused_in_plain_words(self):
        for size in (0, -1, 9):
            with self.subTest(size), self.assertRaisesRegex(ValidationError, "between 1 and 8"):
                self.workers(size)
