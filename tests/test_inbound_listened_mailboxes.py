"""Which mailboxes the listener waits at, and how it logs in."""

import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from ..listener.database import Database, NotListening
from ..listener.login import LoginRefused
from .common import BridgeCase


class Client:
    """The part of an IMAPClient that logs in."""

    Error = RuntimeError

    def __init__(self, refusal=None):
        self.calls, self.refusal = [], refusal

    def login(self, *arguments):
        self.calls.append(("login", *arguments))
        if self.refusal:
            raise self.refusal

    def sasl_login(self, mechanism, answer):
        self.calls.append((mechanism, answer(b"")))


@tagged("post_install", "-at_install")
class TestListenedMailboxes(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["fetchmail.server"].search([]).action_archive()
        cls.mailbox = cls._new_mailbox()
        cls.database = Database(cls.env.cr.dbname)

    @classmethod
    def _new_mailbox(cls, **values):
        defaults = {"name": "Support", "server_type": "imap", "server": "mail.example.com", "port": 993, "is_ssl": True}
        login = {"user": "support@example.com", "password": "s3cr3t", "helpdesk_team_id": cls.team.id, "state": "done"}
        return cls.env["fetchmail.server"].create({**defaults, **login, **values})

    @contextmanager
    def in_database(self):
        """The listener's own transactions happen inside the test's."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            yield
        self.env.invalidate_all()

    def listened(self):
        with self.in_database():
            return self.database.mailboxes()

    def test_a_confirmed_mailbox_of_a_team_is_listened_to(self):
        found = self.listened()[self.mailbox.id]
        self.assertEqual((found.host, found.port, found.is_ssl), ("mail.example.com", 993, True))
        self.assertEqual((found.folder, str(found)), ("INBOX", f"mailbox {self.mailbox.id} (Support)"))

    def test_mailboxes_that_odoo_does_not_fetch_for_a_team_are_left_alone(self):
        self._new_mailbox(name="Not confirmed", state="draft")
        self._new_mailbox(name="Archived", active=False)
        self._new_mailbox(name="POP", server_type="pop")
        self._new_mailbox(name="No team", helpdesk_team_id=False)
        self.assertEqual(list(self.listened()), [self.mailbox.id])

    def test_an_oauth_mailbox_is_imap_too(self):
        gmail = self._new_mailbox(server_type="gmail", password=False)
        outlook = self._new_mailbox(server_type="outlook", password=False)
        self.assertEqual(set(self.listened()), {self.mailbox.id, gmail.id, outlook.id})

    def test_a_change_of_place_or_password_makes_it_another_one_a_fetch_does_not(self):
        before = self.listened()[self.mailbox.id]
        self.mailbox.write({"date": "2026-01-01 10:00:00", "imap_waiting": 7, "imap_begin": "1:2", "priority": 9})
        self.assertEqual(self.listened()[self.mailbox.id], before)
        for change in ({"imap_folder": "Support"}, {"password": "new"}, {"server": "other.example.com"}):
            self.mailbox.write(change)
            before, now = self.listened()[self.mailbox.id], before
            self.assertNotEqual(before, now, change)

    def test_a_neutralized_database_is_left_alone(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        with self.assertRaisesRegex(NotListening, "neutralized"):
            self.listened()

    def test_a_database_without_the_addon_says_so(self):
        with patch.dict(self.registry.models):
            del self.registry.models["fetchmail.server"]
            with self.assertRaisesRegex(NotListening, "not installed"):
                self.listened()

    def test_a_wake_up_is_a_trigger_of_the_fetch(self):
        cron = self.env.ref("mail.ir_cron_mail_gateway_action")
        cron.active = True
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        with self.in_database():
            self.database.wake([self.mailbox.id])
            self.database.wake([self.mailbox.id, 0])
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 2)
        # Twice the same mailbox, and one that is no more
        self.assertEqual(self.env["helpdesk.fetch.request"].search([]).mailbox_id, self.mailbox)
        self.assertEqual(self.env["helpdesk.fetch.request"].search_count([]), 1)

    # Logging in

    def login(self, mailbox):
        with self.in_database():
            return self.database.login(mailbox)

    def test_a_password_is_used_as_odoo_uses_it(self):
        client = Client()
        self.login(self.mailbox).perform(client)
        self.assertEqual(client.calls, [("login", "support@example.com", "s3cr3t")])

    def test_gmail_logs_in_with_its_token(self):
        gmail = self._new_mailbox(server_type="gmail", password=False)
        gmail.write({"google_gmail_access_token": "t0ken", "google_gmail_access_token_expiration": time.time() + 3600})
        client = Client()
        self.login(gmail).perform(client)
        self.assertEqual(client.calls, [("XOAUTH2", "user=support@example.com\1auth=Bearer t0ken\1\1")])

    def test_an_expired_token_is_renewed_and_kept_before_anybody_logs_in(self):
        gmail = self._new_mailbox(server_type="gmail", password=False)
        gmail.write({"google_gmail_access_token": "old", "google_gmail_access_token_expiration": 1})
        with patch.object(
            type(gmail), "_fetch_gmail_access_token", lambda *_arguments: ("new", int(time.time()) + 3600)
        ):
            login = self.login(gmail)
        self.assertEqual(gmail.google_gmail_access_token, "new")
        client = Client()
        login.perform(client)
        self.assertIn("Bearer new", client.calls[0][1])

    def test_a_refusal_keeps_the_secret(self):
        quoting = Client(refusal=RuntimeError("BAD what is: LOGIN support s3cr3t"))
        with self.assertRaises(LoginRefused) as refused:
            self.login(self.mailbox).perform(quoting)
        self.assertEqual(str(refused.exception), "BAD what is: LOGIN support ***")
        unsendable = Client(refusal=UnicodeEncodeError("ascii", "s3cr€t", 4, 5, "no"))
        with self.assertRaises(LoginRefused) as refused:
            self.login(self.mailbox).perform(unsendable)
        self.assertNotIn("€", str(refused.exception))

    def test_no_secret_is_shown_by_accident(self):
        found = self.listened()[self.mailbox.id]
        self.assertNotIn("s3cr3t", f"{found!r} {found} {self.login(self.mailbox)!r}")
