"""What Odoo's fetchmail is told to expect from an IMAP folder, and what is read there without need."""

import base64
import imaplib
from functools import partial
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.inbound import imap_mailbox
from ..tools.inbound import sanitize
from ..tools.inbound.patience import COMMAND, SHORT, Patience
from . import imap_case
from .imap_case import SUPPORT, ImapFake, ImapMailboxCase

QUIET = ("odoo.addons.helpdesk_bridge", "odoo.addons.mail.models.fetchmail")
LOGGER = "odoo.addons.helpdesk_bridge.models.inbound.helpdesk_inbound_mail"


@tagged("post_install", "-at_install")
class TestImapMailbox(ImapMailboxCase):
    def test_an_email_that_went_away_meanwhile_leaves_nothing_to_do(self):
        imap = ImapFake([self.a_mail(1), self.a_mail(2)])
        imap.expunged = {1}
        left, _woken = self.fetch(imap)
        self.assertEqual(left, 0)
        self.assertEqual(self.rows().mapped("verdict"), ["created"])
        self.assertEqual(imap.flagged, {2}, "it may only have seemed so")

    def test_email_for_others_is_no_work_that_is_left(self):
        self.mailbox.imap_recipient = SUPPORT.decode()
        imap = ImapFake([self.a_mail(1, b"not-" + SUPPORT), self.a_mail(2)])
        left, _woken = self.fetch(imap)
        self.assertEqual(left, 0)
        self.assertEqual(imap.flagged, {2})
        self.assertEqual(self.mailbox.imap_waiting, 0)

    def test_email_for_others_is_looked_at_once_and_never_in_full(self):
        self.mailbox.imap_recipient = SUPPORT.decode()
        imap = ImapFake([self.a_mail(1, b"not-" + SUPPORT), self.a_mail(2)])
        self.fetch(imap)
        headers = "(BODY.PEEK[HEADER.FIELDS (TO CC DELIVERED-TO X-ORIGINAL-TO)])"
        self.assertEqual(imap.fetched, [("1,2", headers), ("2", "(RFC822.SIZE)"), ("2", "(BODY.PEEK[])")])
        imap.fetched.clear()
        self.fetch(imap)
        self.assertFalse(imap.fetched)

    def test_another_recipient_is_another_question(self):
        self.mailbox.imap_recipient = SUPPORT.decode()
        imap = ImapFake([self.a_mail(1, b"not-" + SUPPORT)])
        self.fetch(imap)
        self.assertFalse(imap.flagged)
        self.mailbox.imap_recipient = "not-" + SUPPORT.decode()
        self.fetch(imap)
        self.assertEqual(imap.flagged, {1})

    def test_fifty_emails_for_others_do_not_stand_in_the_way(self):
        self.mailbox.imap_recipient = SUPPORT.decode()
        imap = ImapFake([*(self.a_mail(number, b"not-" + SUPPORT) for number in range(3)), self.a_mail(4)])
        self.fetch(imap, batch_limit=2)
        self.assertEqual(imap.flagged, {4})

    def test_emails_that_the_server_does_not_hand_out_do_not_stand_in_the_way(self):
        imap = ImapFake([self.a_mail(number) for number in range(3)])
        imap.expunged = {1, 2}
        self.fetch(imap, batch_limit=2)
        self.assertFalse(imap.flagged)
        self.fetch(imap, batch_limit=2)
        self.assertEqual(imap.flagged, {3})
        imap.expunged = set()
        self.fetch(imap, batch_limit=2)
        self.assertEqual(imap.flagged, {1, 2, 3}, "they are asked for again")

    def hang_up(self, imap, error):
        """Let a server end the connection whenever it is asked for email 1 or 3; returns what it is asked for."""
        fetch, asked = imap._fetch, []

        def fetch_or_hang_up(uids, items):
            asked.append(uids)
            if uids in ("1", "3"):
                raise error
            return fetch(uids, items)

        imap._fetch = fetch_or_hang_up
        return asked

    def test_an_email_that_ends_the_connection_each_time_does_not_disable_its_mailbox(self):
        for error in (imaplib.IMAP4.abort("socket error: EOF"), TimeoutError("timed out")):
            imap_mailbox.UNFLAGGED.clear()
            self.mailbox.inbound_mail_ids.unlink()
            imap = ImapFake([self.a_mail(number) for number in range(4)])
            asked = self.hang_up(imap, error)
            with self.subTest(repr(error)), mute_logger(LOGGER, *QUIET):
                self.fetch(imap)
                self.assertTrue(self.mailbox.error_date, "it may be the server")
                self.fetch(imap)
                self.assertEqual(imap.flagged, {2})
                seen = []
                for _look in range(4):
                    imap.mails[len(imap.mails) + 1] = self.a_mail(10 + len(imap.mails))
                    asked.clear()
                    left, _woken = self.fetch(imap)
                    seen.append((asked[-1], bool(self.mailbox.error_date), self.mailbox.helpdesk_left_count, left))
                self.assertEqual(seen, [("1", False, 1, 0), ("3", False, 1, 0)] * 2, "each has its turn")
                self.assertIn(str(error), self.mailbox.helpdesk_left_reason)
                self.assertEqual(imap.flagged, set(imap.mails) - {1, 3})

    def test_an_email_behind_one_that_ends_the_connection_is_not_kept_from_its_turn(self):
        imap = ImapFake([self.a_mail(number) for number in range(2)])
        fetch, fine = imap._fetch, set()

        def fetch_or_hang_up(uids, items):
            if uids == "1":
                raise imaplib.IMAP4.abort("socket error: EOF")
            return fetch(uids, items) if "SIZE" in items or uids in fine else ("NO", [b"later"])

        imap._fetch = fetch_or_hang_up
        with mute_logger(LOGGER, *QUIET):
            for _look in range(3):
                self.fetch(imap)
            fine.add("2")
            for _look in range(2):
                self.fetch(imap)
        self.assertEqual(imap.flagged, {2})

    def test_what_failed_before_gets_little_time(self):
        imap, times, waiting = ImapFake([self.a_mail(number) for number in range(2)]), [], Patience()
        imap.expunged = {1}
        self.fetch(imap)
        imap.mails[3] = self.a_mail(3)
        fetch = imap._fetch

        def fetch_in_time(uids, items):
            times.append((uids, waiting.command))
            return fetch(uids, items)

        imap._fetch = fetch_in_time
        with patch.object(imap_case, "ImapMailbox", partial(imap_mailbox.ImapMailbox, patience=waiting)):
            self.fetch(imap)
        self.assertEqual(times, [("3,1", COMMAND), ("3", COMMAND), ("1", SHORT)])

    def test_the_form_shows_what_still_waits_after_a_batch(self):
        imap = ImapFake([self.a_mail(number) for number in range(5)])
        waiting = []
        for _batch in range(3):
            _left, woken = self.fetch(imap, batch_limit=2)
            waiting.append((self.mailbox.imap_waiting, "mail.ir_cron_mail_gateway_action" in woken))
        self.assertEqual(waiting, [(3, True), (1, True), (0, False)])

    def test_a_folder_where_nothing_gets_done_is_not_looked_into_without_end(self):
        imap = ImapFake([self.a_mail(1), self.a_mail(2)])
        with patch.object(imap, "_fetch", lambda uids, items: ("NO", [b"broken"])):
            _left, woken = self.fetch(imap)
        self.assertFalse(woken)
        self.assertEqual(self.mailbox.imap_waiting, 2)

    def test_an_email_that_cannot_even_be_looked_at_is_kept_after_three_attempts_and_stops_no_other(self):
        imap = ImapFake([b"X-Bomb: x\r\n\r\nx", self.a_mail(2)])
        original = sanitize.sanitize

        def no_memory(raw, *arguments):
            if raw.startswith(b"X-Bomb"):
                raise MemoryError
            return original(raw, *arguments)

        with patch.object(sanitize, "sanitize", no_memory), mute_logger(LOGGER):
            self.fetch(imap)
            self.assertEqual(imap.flagged, {2})
            self.fetch(imap)
            self.fetch(imap)
        self.assertEqual(imap.flagged, {1, 2})
        [failed] = self.rows().filtered(lambda entry: entry.verdict == "failed")
        self.assertEqual(failed.attempts, 3)
        self.assertIn("MemoryError", failed.reason)
        self.assertEqual(base64.b64decode(failed.raw), imap.mails[1])
