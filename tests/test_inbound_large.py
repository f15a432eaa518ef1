"""Emails over the limit are not fetched; a person learns of them, and an administrator can fetch them all the same."""

import imaplib
import poplib
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.common import inbound_context
from ..models.inbound.helpdesk_inbound_mail import LARGEST
from ..models.inbound.mailbox_connection import MailboxConnection
from ..tools.inbound import sanitize
from .imap_case import ImapFake, ImapMailboxCase

LARGE = sanitize.MAX_BYTES + 1
#: What is never asked for of an email that is too large.
WHOLE = "(BODY.PEEK[])"


@tagged("post_install", "-at_install")
class TestLarge(ImapMailboxCase):
    def imap(self, *sizes):
        """Emails of these sizes, as the server says."""
        imap = ImapFake([self.a_mail(number) for number in range(len(sizes))])
        imap.sizes = dict(enumerate(sizes, start=1))
        return imap

    def whole(self, imap):
        return [int(uids) for uids, items in imap.fetched if items == WHOLE]

    def notes(self, ticket):
        return " ".join(ticket.message_ids.filtered(lambda one: one.message_type == "notification").mapped("body"))

    def test_the_size_is_asked_before_the_email(self):
        for title, size, expected in (
            ("it is as large as is allowed", sanitize.MAX_BYTES, [1]),
            ("it is one byte larger", LARGE, []),
            ("it is larger than the log can say", 10**12, []),
            ("the server does not say", None, [1]),
        ):
            with self.subTest(title):
                self.env["helpdesk.inbound.mail"].search([]).unlink()
                imap = self.imap(size)
                self.fetch(imap)
                self.assertEqual(self.whole(imap), expected)
                [row] = self.rows()
                self.assertEqual((row.verdict, row.left_size), ("created", 0 if expected else min(size, LARGEST)))
                self.assertEqual(imap.flagged, {1})
                row.ticket_id.unlink()

    def test_many_sizes_are_asked_at_once(self):
        imap = self.imap(*[100] * 20)
        self.fetch(imap)
        self.assertEqual(len([items for _uids, items in imap.fetched if "SIZE" in items]), 1)

    def test_it_opens_a_ticket_that_says_so_and_stops_no_other(self):
        imap = self.imap(LARGE, 100)
        left, _woken = self.fetch(imap)
        self.assertEqual((left, self.whole(imap), imap.flagged), (0, [2], {1, 2}))
        large, small = self.rows().sorted("id")
        ticket = large.ticket_id
        self.assertTrue(ticket)
        self.assertEqual((ticket.name, ticket.partner_email), (small.ticket_id.name, small.ticket_id.partner_email))
        self.assertIn(
            "was not fetched, because the email has 50,000,001 bytes, more than 50,000,000", self.notes(ticket)
        )
        self.assertIn("An administrator can fetch it", self.notes(ticket))
        self.assertNotIn("not fetched", self.notes(small.ticket_id))
        self.assertFalse(ticket.message_ids.attachment_ids)

    def test_one_whose_flag_is_lost_is_known_again(self):
        imap = self.imap(LARGE)
        self.fetch(imap)
        imap.flags.clear()
        self.fetch(imap)
        self.assertEqual(len(self.rows()), 1)
        self.assertEqual((self.whole(imap), imap.flagged), ([], {1}))

    def test_a_filter_and_a_program_are_heeded(self):
        imap = self.imap(LARGE)
        imap.mails[1] = imap.mails[1].replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:", 1)
        self.fetch(imap)
        [row] = self.rows()
        self.assertEqual((row.verdict, row.ticket_id.ids), ("machine", []))
        self.assertFalse(row.can_fetch_left)

    # -- all the same ------------------------------------------------------------------------------------------------

    def test_an_administrator_fetches_it_all_the_same(self):
        imap = self.imap(LARGE)
        self.fetch(imap)
        [row] = self.rows()
        row.action_fetch_left()
        self.assertEqual(self.env["helpdesk.fetch.request"].search([]).mailbox_id, self.mailbox)
        self.assertFalse(row.can_fetch_left)
        self.fetch(imap)
        [file] = row.ticket_id.message_ids.attachment_ids
        self.assertEqual((file.name, file.raw, self.whole(imap)), ("original.eml", imap.mails[1], [1]))
        self.assertEqual((file.res_model, file.res_id), ("helpdesk.ticket", row.ticket_id.id))
        self.assertEqual((row.left_size, row.is_wanted), (0, False))
        self.fetch(imap)
        self.assertEqual(self.whole(imap), [1], "once")

    def test_one_that_is_gone_meanwhile_is_said(self):
        for title, act in (
            ("deleted", lambda imap, row: imap.expunged.add(1)),
            ("the server has renumbered its emails", lambda imap, row: row.write({"place": "6:1"})),
        ):
            with self.subTest(title):
                self.env["helpdesk.inbound.mail"].search([]).unlink()
                imap = self.imap(LARGE)
                self.fetch(imap)
                [row] = self.rows()
                row.action_fetch_left()
                act(imap, row)
                self.fetch(imap)
                self.assertIn("no longer in the mailbox", self.notes(row.ticket_id))
                self.assertFalse(row.is_wanted)
                row.ticket_id.unlink()

    def test_one_in_each_run(self):
        imap = self.imap(LARGE, LARGE)
        self.fetch(imap)
        self.rows().action_fetch_left()
        self.fetch(imap)
        self.assertEqual(len(self.whole(imap)), 1)
        self.assertEqual(self.rows().mapped("is_wanted").count(True), 1)
        self.fetch(imap)
        self.assertEqual(sorted(self.whole(imap)), [1, 2])

    def test_an_error_of_the_server_is_said_and_concerns_no_other_email(self):
        for title, outcome in (
            ("it refuses", ("NO", [b"[SERVERBUG]"])),
            ("it hangs up", imaplib.IMAP4.abort("socket error: EOF")),
        ):
            with self.subTest(title):
                self.env["helpdesk.inbound.mail"].search([]).unlink()
                imap = self.imap(LARGE)
                self.fetch(imap)
                [row] = self.rows()
                row.action_fetch_left()
                imap.mails[2] = self.a_mail(2)
                fetch = imap._fetch

                def broken(uids, items):
                    if (uids, items) != ("1", WHOLE):
                        return fetch(uids, items)  # noqa: B023 (called in this turn)
                    if isinstance(outcome, Exception):  # noqa: B023
                        raise outcome  # noqa: B023
                    return outcome  # noqa: B023

                imap._fetch = broken
                with mute_logger("odoo.addons.helpdesk_bridge.models.inbound.imap_mailbox"):
                    self.fetch(imap)
                self.assertEqual((imap.flagged, self.mailbox.error_date), ({1, 2}, False))
                self.assertIn("could not be fetched: ", self.notes(row.ticket_id))
                self.assertEqual((row.is_wanted, row.can_fetch_left), (False, True), "to be tried again by hand")
                self.rows().ticket_id.unlink()

    def test_only_an_administrator_may(self):
        self.fetch(self.imap(LARGE))
        [row] = self.rows()
        for user in (self.agent, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                row.with_user(user).action_fetch_left()

    def test_where_nothing_is_left_the_button_says_so(self):
        self.fetch(self.imap(100))
        with self.assertRaisesRegex(UserError, "nothing to fetch"):
            self.rows().action_fetch_left()


class PopFake(poplib.POP3):
    """A POP3 server with emails of these sizes, as Odoo's connection shows it."""

    def __init__(self, mails, sizes):
        self.mails, self.sizes, self.asked, self.deleted = mails, sizes, [], []

    def check_unread_messages(self):
        self._unread_messages = list(range(len(self.mails), 0, -1))
        return len(self.mails)

    def retrieve_unread_messages(self):
        while self._unread_messages:
            number = self._unread_messages.pop()
            self.asked.append(number)
            yield number, self.mails[number - 1]

    def list(self, which=None):
        return b"+OK", [b"%d %d" % (number, size) for number, size in enumerate(self.sizes, start=1)], 0

    def top(self, which, howmuch):
        return b"+OK", self.mails[which - 1].partition(b"\n\n")[0].splitlines(), 0

    def handled_message(self, number):
        self.deleted.append(number)

    def disconnect(self):
        """Nothing to end."""


@tagged("post_install", "-at_install")
class TestLargeByPop(ImapMailboxCase):
    def test_it_stays_in_the_mailbox(self):
        self.mailbox.server_type = "pop"
        self.mailbox.state = "done"
        mails = [self.a_mail(number) for number in range(3)]
        pop = PopFake(mails, [100, LARGE, 100])

        def connect(server, allow_archived=False):
            return MailboxConnection(pop, server, inbound_context.current(server.env))

        for _run in range(2):
            self.env.flush_all()
            with (
                self.enter_registry_test_mode(),
                self.registry.cursor() as cr,
                patch.object(type(self.mailbox), "_connect__", connect),
            ):
                self.mailbox.with_env(self.env(cr=cr))._fetch_mail()
            self.env.invalidate_all()
        self.assertEqual(set(pop.asked), {1, 3})
        self.assertEqual(set(pop.deleted), {1, 3})
        rows = self.rows().sorted("id")
        self.assertEqual(rows.mapped("verdict"), ["created"] * 3, "once each")
        self.assertIn("Open it with an email program", " ".join(rows[1].ticket_id.message_ids.mapped("body")))
        self.assertFalse(rows[1].can_fetch_left)
