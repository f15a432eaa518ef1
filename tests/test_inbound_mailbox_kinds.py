"""Gmail's and Outlook's mailboxes (OAuth) and POP3 become tickets like any other."""

import contextlib
import socketserver
import threading
from unittest.mock import patch

from odoo.tests import tagged

from .common import InboundCase
from .imap_case import ImapFake

FETCHMAIL = "odoo.addons.mail.models.fetchmail"


class Pop3(socketserver.StreamRequestHandler):
    """One maildrop (RFC 1939), which forgets what was deleted."""

    def handle(self):
        self.wfile.write(b"+OK\r\n")
        deleted = set()
        for line in self.rfile:
            command, _space, argument = line.strip().decode().partition(" ")
            mails = self.server.mails
            if command == "STAT":
                self.wfile.write(b"+OK %d 100\r\n" % len(mails))
            elif command == "LIST":
                self.wfile.write(b"+OK\r\n" + b"".join(b"%d 50\r\n" % number for number in mails) + b".\r\n")
            elif command == "RETR":
                self.wfile.write(b"+OK\r\n" + mails[int(argument)].replace(b"\n", b"\r\n") + b"\r\n.\r\n")
            else:
                deleted |= {int(argument)} if command == "DELE" else set()
                self.wfile.write(b"+OK\r\n")
            if command == "QUIT":
                self.server.mails = {number: mail for number, mail in mails.items() if number not in deleted}
                return


@contextlib.contextmanager
def pop3(mails):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Pop3) as server:
        server.mails = dict(enumerate(mails, start=1))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@tagged("post_install", "-at_install")
class TestMailboxKinds(InboundCase):
    def run_fetchmail(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            error = self.mailbox.with_env(self.env(cr=cr))._fetch_mail()
        self.assertFalse(error)
        self.env.invalidate_all()

    def assert_oauth(self, server_type):
        imap = ImapFake([self.mail("new_ticket.eml")])
        server = {"server_type": server_type, "is_ssl": True, "server": "imap.example.com", "imap_folder": "Support"}
        owner = {"gmail": "google_gmail", "outlook": "microsoft_outlook"}[server_type]
        token = {"refresh_token": "refresh", "access_token": "access", "access_token_expiration": 2**31 - 1}
        self.mailbox.write({**server, **{f"{owner}_{name}": value for name, value in token.items()}})
        with patch(f"{FETCHMAIL}.OdooIMAP4_SSL", return_value=imap):
            self.mailbox.button_confirm_login()
            self.assertIsNone(imap.login, "logged out again")
            self.assertEqual(self.mailbox.imap_begin, "7:2")
            self.mailbox.imap_begin = "7:1"
            with patch.object(imap, "logout"):
                self.run_fetchmail()
        self.assertEqual(imap.login[0], "XOAUTH2")
        self.assertIn("user=support@example.com", imap.login[1])
        self.assertEqual(imap.flags, {1: ('"Support"', r"(\Seen X-HELPDESK)")})
        self.assertEqual(self.rows().mapped("verdict"), ["created"])

    def test_a_gmail_mailbox(self):
        self.assert_oauth("gmail")

    def test_an_outlook_mailbox(self):
        self.assert_oauth("outlook")

    def test_a_pop3_mailbox(self):
        with pop3([self.mail("new_ticket.eml"), self.mail("html_only.eml")]) as server:
            port = server.server_address[1]
            self.mailbox.write({"server_type": "pop", "server": "127.0.0.1", "port": port, "is_ssl": False})
            self.mailbox.button_confirm_login()
            self.run_fetchmail()
            self.assertFalse(server.mails, "deleted, because they are tickets")
        self.assertEqual(self.rows().mapped("verdict"), ["created", "created"])

    def test_a_pop3_email_that_fails_is_deleted_only_when_it_is_kept_here(self):
        broken = patch.object(type(self.Ticket), "message_new", side_effect=ZeroDivisionError)
        with pop3([self.mail("new_ticket.eml")]) as server, broken:
            port = server.server_address[1]
            self.mailbox.write({"server_type": "pop", "server": "127.0.0.1", "port": port, "is_ssl": False})
            for left in (1, 1, 0):
                if not left:
                    with self.assertLogs("odoo.addons.helpdesk_bridge", "WARNING"):
                        self.run_fetchmail()
                else:
                    self.run_fetchmail()
                self.assertEqual(len(server.mails), left)
        self.assertEqual(self.rows().verdict, "failed")
        self.assertTrue(self.rows().raw)
