"""A fault that concerns one email, or the server for a moment, stops neither the mailbox nor the email for good."""

import base64
import builtins
import errno
import imaplib
import os
import poplib
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.inbound import imap_mailbox
from .common import InboundCase
from .imap_case import ImapFake, ImapMailboxCase
from .test_inbound_mailbox_kinds import pop3

QUIET = ("odoo.addons.helpdesk_bridge", "odoo.addons.mail.models.fetchmail", "odoo.addons.base.models.ir_attachment")
ATTACHMENT = b"""\
From: Jane <jane@customer.example>
To: support@example.com
Subject: With a file
Message-ID: <with-file@customer.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the file.
--b
Content-Type: application/octet-stream; name=data.bin
Content-Disposition: attachment; filename=data.bin
Content-Transfer-Encoding: base64

%s
--b--
"""


@contextmanager
def full_disk(bytes_left=10, code=errno.ENOSPC):
    """The filestore takes this many bytes of each file and then refuses; half a file stays behind."""
    original = builtins.open

    class Half:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            self.file.close()

        def write(self, content):  # pylint: disable=method-required-super
            self.file.write(content[:bytes_left])
            raise OSError(code, os.strerror(code))

    def open_(path, mode="r", *arguments, **options):
        file = original(path, mode, *arguments, **options)
        return Half(file) if mode == "wb" and "filestore" in str(path) else file

    with patch("builtins.open", open_):
        yield


@tagged("post_install", "-at_install")
class TestLeftInTheMailbox(ImapMailboxCase):
    def with_file(self, size=3000):
        return ATTACHMENT % base64.encodebytes(os.urandom(size))

    def assert_others_work(self, imap, bad=1):
        self.assertEqual(imap.flagged, set(imap.mails) - {bad})
        self.assertFalse(self.mailbox.error_date, "the mailbox works")

    def fails(self, subject=b"fire-1@"):
        """Processing raises for one email."""
        process = type(self.env["helpdesk.ticket"]).message_new

        def message_new(model, message, custom_values=None):
            if subject in message["message_id"].encode():
                raise ZeroDivisionError
            return process(model, message, custom_values)

        return patch.object(type(self.env["helpdesk.ticket"]), "message_new", message_new)

    def test_a_full_disk_while_an_attachment_is_stored(self):
        for code in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES):
            with self.subTest(os.strerror(code)):
                self.mailbox.inbound_mail_ids.unlink()
                mail = self.with_file().replace(b"with-file", b"with-file-%d" % code)
                imap = ImapFake([mail, self.a_mail(code)])
                with full_disk(code=code), mute_logger(*QUIET):
                    for _look in range(5):
                        self.fetch(imap)
                self.assert_others_work(imap)
                entry = self.rows().filtered(lambda row: not row.verdict)
                self.assertEqual(entry.attempts, 0, "it is not the email's fault")
                self.assertIn("stays in the mailbox", entry.reason)
                self.assertIn(os.strerror(code), entry.error)
                self.assertEqual(self.mailbox.helpdesk_left_count, 1)
                self.assertIn(os.strerror(code), self.mailbox.helpdesk_left_reason)
                self.fetch(imap)
                self.assertEqual(imap.flagged, {1, 2}, "once there is room, nobody has to do anything")
                self.assertEqual(entry.verdict, "created")
                self.assertNotIn("stays in the mailbox", entry.reason)
                self.assertEqual((self.mailbox.helpdesk_left_count, self.mailbox.helpdesk_left_reason), (0, False))

    def test_a_full_disk_while_the_original_of_a_failed_email_is_stored(self):
        imap = ImapFake([self.a_mail(1), self.a_mail(2)])
        with self.fails(), mute_logger(*QUIET):
            self.fetch(imap)
            self.fetch(imap)
            with full_disk():
                for _look in range(4):
                    self.fetch(imap)
            self.assert_others_work(imap)
            entry = self.rows().filtered(lambda row: not row.verdict)
            self.assertIn("stays in the mailbox", entry.reason)
            self.assertIn("ZeroDivisionError", entry.error)
            self.assertIn("No space left", entry.error)
            self.assertEqual(self.mailbox.helpdesk_left_count, 1)
            self.fetch(imap)
        self.assertEqual(entry.verdict, "failed")
        self.assertIn("ZeroDivisionError", entry.reason, "the true reason, not that it crashed the server")
        self.assertEqual(base64.b64decode(entry.raw), imap.mails[1])
        self.assertEqual(imap.flagged, {1, 2})

    def test_a_file_that_was_left_half_written_is_written_again(self):
        content = os.urandom(5000)
        attachments = self.env["ir.attachment"]
        path = attachments._full_path("{0:.2}/{0}".format(attachments._compute_checksum(content)))
        for half in (b"", content[:1], content[:-1]):
            with self.subTest(len(half)), mute_logger(*QUIET):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(half)
                stored = attachments.create({"name": "x", "raw": content})
                stored.invalidate_recordset()
                self.assertEqual(stored.raw, content)
        os.unlink(path)

    def test_a_full_disk_leaves_no_half_file(self):
        content = os.urandom(5000)
        attachments = self.env["ir.attachment"]
        path = attachments._full_path("{0:.2}/{0}".format(attachments._compute_checksum(content)))
        with full_disk(), self.assertRaises(OSError), mute_logger(*QUIET):
            attachments.create({"name": "x", "raw": content})
        self.assertFalse(os.path.exists(path))

    def test_another_file_with_the_same_name_is_no_half_file(self):
        content = os.urandom(5000)
        attachments = self.env["ir.attachment"]
        path = attachments._full_path("{0:.2}/{0}".format(attachments._compute_checksum(content)))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        for other in (b"other", content + b"more"):
            with open(path, "wb") as file:
                file.write(other)
            self.assertFalse(attachments._bridge_is_half(path, content))
        os.unlink(path)

    def test_whatever_the_log_raises_concerns_that_email_only(self):
        log = type(self.env["helpdesk.inbound.mail"])
        errors = [OSError(errno.ENOSPC, "full"), psycopg2.errors.DiskFull("full"), MemoryError(), ValueError("odd")]
        for method in ("_begin_in_transaction", "_finish_in_transaction", "_notify_administrator"):
            for error in errors:
                with self.subTest(f"{method}: {error!r}"), mute_logger(*QUIET, "odoo.sql_db"):
                    self.mailbox.inbound_mail_ids.unlink()
                    imap_mailbox.UNFLAGGED.clear()
                    number = 10 * len(self.env["helpdesk.ticket"].search([]))
                    imap = ImapFake([self.a_mail(number), self.a_mail(number + 1)])
                    original = getattr(log, method)

                    def breaking(model, *arguments, original=original, error=error, imap=imap):
                        raws = [getattr(value, "original", value) for value in arguments]
                        if not raws or any(isinstance(raw, bytes) and raw == imap.mails[1] for raw in raws):
                            raise error
                        return original(model, *arguments)

                    with self.fails(b"fire-%d@" % number), patch.object(log, method, breaking):
                        for _look in range(4):
                            self.fetch(imap)
                    if method == "_notify_administrator":
                        self.assertEqual(imap.flagged, {1, 2}, "it is kept, which matters more")
                        continue
                    self.assert_others_work(imap)
                    self.assertEqual(self.mailbox.helpdesk_left_count, 1)
                    self.fetch(imap)
                    self.assertEqual(imap.flagged, {1, 2})
                    self.assertEqual(set(self.rows().mapped("verdict")), {"created"})

    def test_an_email_that_cannot_be_fetched_comes_last(self):
        lost, refused = imaplib.IMAP4.abort("socket error: EOF"), imaplib.IMAP4.error("BAD")
        for error, at_once in ((lost, False), (TimeoutError(), False), (refused, True), (IndexError(), True)):
            with self.subTest(repr(error)), mute_logger(*QUIET):
                imap_mailbox.UNFLAGGED.clear()
                self.mailbox.inbound_mail_ids.unlink()
                imap = ImapFake([self.a_mail(1), self.a_mail(2)])
                fetch = imap._fetch

                def fetch_or_raise(uids, items, fetch=fetch, error=error):
                    if uids == "1":
                        raise error
                    return fetch(uids, items)

                imap._fetch = fetch_or_raise
                self.fetch(imap)
                self.assertEqual(imap.flagged, {2} if at_once else set())
                self.fetch(imap)
                self.assertEqual(imap.flagged, {2})

    def test_an_email_that_cannot_be_flagged_stops_no_other(self):
        imap = ImapFake([self.a_mail(1), self.a_mail(2)])
        store = imap._store

        def store_or_raise(uid, *arguments):
            if uid == "1":
                raise imaplib.IMAP4.error("BAD")
            return store(uid, *arguments)

        imap._store = store_or_raise
        with mute_logger(*QUIET):
            self.fetch(imap)
        self.assert_others_work(imap)
        self.assertEqual(self.rows().mapped("verdict"), ["created", "created"])

    def test_a_connection_that_does_not_end_properly_is_no_error(self):
        for error in (OSError(), imaplib.IMAP4.error("BAD"), ValueError()):
            imap = ImapFake([])
            with self.subTest(repr(error)), patch.object(imap, "logout", side_effect=error), mute_logger(*QUIET):
                self.fetch(imap)
            self.assertTrue(self.mailbox.helpdesk_checked_date)
            self.assertFalse(self.mailbox.error_date)


@tagged("post_install", "-at_install")
class TestLeftByPop3(InboundCase):
    def open(self, server):
        self.mailbox.write({"server_type": "pop", "port": server.server_address[1], "is_ssl": False})

    def look(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr, mute_logger(*QUIET):
            self.mailbox.with_env(self.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()

    def test_an_email_that_is_not_stored_is_not_deleted(self):
        broken = patch.object(type(self.Ticket), "message_new", side_effect=ZeroDivisionError)
        with pop3([self.mail("new_ticket.eml")]) as server, broken:
            self.open(server)
            with full_disk():
                for _look in range(5):
                    self.look()
            self.assertTrue(server.mails)
            self.assertEqual(self.mailbox.helpdesk_left_count, 1)
            self.assertFalse(self.mailbox.error_date)
            self.look()
            self.assertFalse(server.mails)
        self.assertEqual(self.rows().verdict, "failed")

    def test_an_email_that_the_server_does_not_hand_out_stops_no_other(self):
        original = poplib.POP3.retr

        def retr(connection, number):
            if number == 1:
                raise poplib.error_proto(b"-ERR unreadable")
            return original(connection, number)

        with pop3([self.mail("new_ticket.eml"), self.mail("html_only.eml")]) as server:
            self.open(server)
            with patch.object(poplib.POP3, "retr", retr):
                self.look()
            self.assertEqual(list(server.mails), [1])
            self.assertEqual(self.mailbox.helpdesk_left_count, 1)

    def test_a_server_that_does_not_confirm_the_deletions_is_failing(self):
        with pop3([]) as server, patch.object(poplib.POP3, "quit", side_effect=TimeoutError()):
            self.open(server)
            self.look()
        self.assertTrue(self.mailbox.error_date)
