"""Each mailbox has its own turn, whatever becomes of the others."""

import socket
import time
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.models import fetchmail

from ..models.inbound import fetchmail_server_turns as turns
from ..models.inbound.mailbox_sockets import opened_with
from ..tools.common import crons
from ..tools.inbound import patience
from ..tools.inbound.patience import Patience
from .imap_case import ImapFake, ImapMailboxCase
from .turns_case import TurnsCase

QUIET = ("odoo.addons.mail.models.fetchmail", turns.__name__)

#: (what is wrong with a mail server, what its connection does)
BROKEN = [
    ("it is silent", TimeoutError("timed out")),
    ("it refuses connections", ConnectionRefusedError()),
    ("it has no such host", socket.gaierror()),
    ("it refuses the password", fetchmail.IMAP4.error("AUTHENTICATIONFAILED")),
    ("it hangs up", fetchmail.IMAP4.abort("socket error: EOF")),
    ("it speaks another protocol", ValueError("what?")),
    ("it fills the memory", MemoryError()),
]


@tagged("post_install", "-at_install")
class TestTurns(TurnsCase):
    def test_a_broken_server_stops_no_other_and_comes_last(self):
        for title, error in BROKEN:
            with self.subTest(title), mute_logger(*QUIET):
                for mailbox in self.mailboxes:
                    self.looked(mailbox, timedelta(minutes=1))
                self.trouble = {"First": error}
                self.assertEqual(self.names(), ["First", "Second", "Last"])
                self.assertTrue(self.first.error_date)
                self.looked(self.first, timedelta(minutes=1), failing=timedelta(minutes=1))
                self.assertEqual(self.names(), ["Second", "Last", "First"])

    def test_the_time_it_costs_ends_the_run_and_the_next_begins_with_the_others(self):
        self.trouble = {"First": TimeoutError()}
        with mute_logger(*QUIET):
            self.assertEqual(self.run_cron(spent=20), (["First"], True))
            self.assertEqual(self.names(), ["Second", "Last"])
            self.assertEqual(self.names(), ["Second", "Last"], "it waits before it is tried again")

    def test_a_run_whose_time_is_over_leaves_the_rest_to_the_next(self):
        """Odoo repeats a run that reports a rest, up to ten times, with no time for more than one email each."""
        for title, spent, is_reported in (("its time is over", 20, False), ("it has time", 0, True)):
            with self.subTest(title), patch.object(type(self.env["ir.cron"]), "_commit_progress") as reported:
                for mailbox in self.mailboxes:
                    self.looked(mailbox, timedelta(minutes=1))
                with patch.object(type(self.mailbox), "_remaining_of_turn", lambda mailbox: 7):
                    self.run_cron(spent=spent)
                self.assertEqual(reported.call_args.kwargs["remaining"] > 0, is_reported)

    def test_what_is_raised_beside_a_mailbox_concerns_only_its_turn(self):
        lock = type(self.mailbox).try_lock_for_update

        def conflicting(server, **options):
            if server.name == "First":
                raise psycopg2.errors.SerializationFailure
            return lock(server, **options)

        with patch.object(type(self.mailbox), "try_lock_for_update", conflicting), mute_logger(*QUIET):
            self.assertEqual(self.names(), ["Second", "Last"])

    def test_who_waited_longest_comes_first(self):
        self.looked(self.first, timedelta(seconds=5))
        self.looked(self.second, timedelta(seconds=30))
        self.looked(self.last, timedelta(seconds=60))
        self.assertEqual(self.names(spent=11), ["Last"])
        self.assertEqual(self.names(spent=11), ["Second"])
        self.assertEqual(self.names(spent=11), ["First"])

    def test_one_failing_mailbox_is_tried_in_each_run_even_if_the_others_are_busy(self):
        self.looked(self.first, timedelta(minutes=3), failing=timedelta(minutes=9))
        self.looked(self.second, timedelta(minutes=2), failing=timedelta(minutes=9))
        self.assertEqual(self.run_cron(spent=11), (["Last", "First"], True))
        self.assertFalse(self.first.error_date, "it works again, and nobody had to do anything")
        self.assertEqual(self.run_cron(), (["Last", "First", "Second"], False))

    def test_when_a_failing_mailbox_is_tried_again_and_how_long_it_may_take(self):
        minute, hour = timedelta(minutes=1), timedelta(hours=1)
        table = [
            ("it has just failed", minute / 2, minute / 2, None),
            ("a minute ago", minute, minute, patience.SHORT),
            ("for half an hour, and two minutes ago", 30 * minute, 2 * minute, None),
            ("for half an hour, and five minutes ago", 30 * minute, 5 * minute, patience.SHORT),
            ("for two days, and nine minutes ago", 48.5 * hour, 9 * minute, None),
            ("for two days, and ten minutes ago", 48.5 * hour, 10 * minute, patience.SHORT),
            ("for an hour by now", hour + 3 * minute, 8 * minute, patience.COMMAND),
            ("its only date is the one of its failure", minute, None, patience.SHORT),
            ("the clock was set back", -minute, -minute, None),
            ("the clock was set back by an hour", -hour, -hour, patience.SHORT),
        ]
        for title, failing, last, waits in table:
            with self.subTest(title), mute_logger(*QUIET):
                self.looked(self.first, last or timedelta(0), failing)
                self.first.date = self.first.date if last else False
                self.trouble = {"First": TimeoutError()}
                self.run_cron()
                self.assertEqual(dict(self.asked).get("First"), waits)

    def test_a_slow_server_gets_its_time_also_while_it_fails(self):
        self.looked(self.first, timedelta(minutes=1), failing=timedelta(minutes=1))
        self.first.helpdesk_opening_seconds = 18
        self.run_cron()
        self.assertEqual(dict(self.asked)["First"], 36)

    def test_while_one_has_just_begun_to_fail_the_others_get_little_time_for_opening(self):
        self.looked(self.first, timedelta(seconds=5), failing=timedelta(seconds=5))
        self.run_cron()
        self.assertEqual(self.asked, [("Second", patience.SHORT), ("Last", patience.SHORT)])
        self.looked(self.first, timedelta(seconds=5), failing=timedelta(minutes=3))
        self.run_cron()
        self.assertEqual(self.asked, [("Second", patience.OPENING), ("Last", patience.OPENING)])

    def test_if_all_fail_each_is_tried_at_once_and_with_time(self):
        for mailbox in self.mailboxes:
            self.looked(mailbox, timedelta(seconds=1), failing=timedelta(hours=2))
        self.run_cron()
        self.assertEqual(self.asked, [(name, patience.OPENING) for name in ("First", "Second", "Last")])
        self.assertFalse(any(self.mailboxes.mapped("error_date")))

    def test_only_a_check_with_success_is_stamped_as_one(self):
        self.trouble = {"First": TimeoutError()}
        with mute_logger(*QUIET):
            self.run_cron()
        self.assertFalse(self.first.helpdesk_checked_date)
        self.assertTrue(self.first.date, "Odoo's own date does not tell")
        self.assertTrue(self.second.helpdesk_checked_date)
        self.second.helpdesk_checked_date = "2020-01-01"
        self.trouble = {"Second": TimeoutError()}
        with mute_logger(*QUIET):
            self.run_cron()
        self.assertEqual(str(self.second.helpdesk_checked_date), "2020-01-01 00:00:00")

    def test_a_plain_mailbox_has_its_turn_and_stops_no_other(self):
        self.first.helpdesk_team_id = False
        self.trouble = {"First": TimeoutError()}
        with mute_logger(*QUIET):
            self.assertEqual(self.names(spent=20), ["First"])
            self.assertEqual(self.names(), ["Second", "Last"])

    def test_a_confirmed_login_ends_the_pause(self):
        self.looked(self.first, timedelta(seconds=1), failing=timedelta(days=2))
        with patch.object(type(self.mailbox), "_connect__", lambda server, allow_archived: None):
            self.first.button_confirm_login()
        self.assertFalse(self.first.error_date)
        self.assertTrue(self.first.helpdesk_checked_date)
        self.assertIn("First", self.names())


@tagged("post_install", "-at_install")
class TestConfirmBesideAFetch(ImapMailboxCase):
    def confirm(self):
        def log_in(server, connection):
            self.assertTrue(server)

        with (
            patch.object(fetchmail, "OdooIMAP4", return_value=ImapFake([])),
            patch.object(type(self.mailbox), "_imap_login__", log_in),
        ):
            self.mailbox.button_confirm_login()

    def test_a_conflict_stays_one_so_that_odoo_repeats_the_request(self):
        write = type(self.mailbox).write
        for conflict in (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected):

            def conflicting(server, vals, conflict=conflict):
                if "state" in vals:
                    raise conflict
                return write(server, vals)

            with (
                self.subTest(conflict.__name__),
                patch.object(type(self.mailbox), "write", conflicting),
                mute_logger("odoo.addons.mail.models.fetchmail"),
                self.assertRaises(conflict),
            ):
                self.confirm()

    def test_it_locks_and_changes_neither_the_cron_nor_the_mailbox_if_nothing_changes(self):
        self.mailbox.helpdesk_checked_date = fields.Datetime.now()
        self.env.ref(crons.FETCH).active = True
        self.env.flush_all()
        with (
            patch.object(type(self.env["ir.cron"]), "toggle", side_effect=psycopg2.errors.SerializationFailure),
            patch.object(type(self.mailbox), "_write_multi") as written,
        ):
            self.env.invalidate_all()
            self.confirm()
            self.env.flush_all()
        written.assert_not_called()

    def test_the_cron_is_switched_on_with_the_first_mailbox_and_off_after_the_last(self):
        cron = self.env.ref(crons.FETCH)
        self.mailbox.set_draft()
        self.assertFalse(cron.active)
        self.confirm()
        self.assertTrue(cron.active)


@tagged("post_install", "-at_install")
class TestSilentServer(ImapMailboxCase):
    """With real sockets: a server that accepts connections and says nothing, or drips bytes."""

    def test_each_kind_of_connection_gives_up(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            for name in ("OdooIMAP4", "OdooIMAP4_SSL", "OdooPOP3", "OdooPOP3_SSL"):
                with self.subTest(name):
                    waits = Patience(is_short=True)
                    waits._deadline = time.monotonic() + 0.3
                    began = time.monotonic()
                    with opened_with(waits), self.assertRaises(OSError):
                        getattr(fetchmail, name)("127.0.0.1", port, timeout=60)
                    self.assertLess(time.monotonic() - began, 5)
