"""What Odoo stores of a workspace's socket, and what the listener reads and writes there."""

from contextlib import contextmanager

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..listener.database import Database, NotListening
from ..tools.slack.socket_state import CONNECTED, OFF, REFUSED
from .slack_inbound_case import SlackInboundCase


@tagged("post_install", "-at_install")
class TestSocketsInOdoo(SlackInboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = Database(cls.env.cr.dbname)
        cls.workspace.app_token = "xapp-1-right"

    @contextmanager
    def in_database(self):
        """The listener's own transactions happen inside the test's."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            yield
        self.env.invalidate_all()

    def test_the_workspaces_with_a_token_have_a_socket(self):
        with self.in_database():
            [(place, renewals)] = self.database.sockets().items()
        self.assertEqual((place.id, place.name, renewals), (self.workspace.id, self.workspace.name, 0))
        self.assertEqual((place.connection.url, place.connection.token), (self.slack.url, "xapp-1-right"))
        self.assertNotIn("xapp", repr(place))
        self.workspace.app_token = "xapp-1-other"
        with self.in_database():
            self.assertNotEqual(self.database.sockets(), {place: 0})
        for values in ({"active": False}, {"active": True, "app_token": False}):
            self.workspace.write(values)
            with self.in_database():
                self.assertEqual(self.database.sockets(), {})

    def test_what_comes_in_is_in_the_inbox(self):
        with self.in_database():
            delivery = self.database.receive(self.workspace.id, self.reply("By socket"))
        self.assertEqual(len(delivery.rows), 1)
        [row] = self.Inbox.search([])
        self.assertEqual((row.source, row.state), ("socket", "pending"))

    def test_a_copy_takes_nothing(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "1")
        with self.in_database(), self.assertRaises(NotListening):
            self.database.receive(self.workspace.id, self.reply("Not here"))
        self.assertFalse(self.Inbox.search([]))

    def test_how_it_is_stands_on_the_workspace(self):
        with self.in_database():
            self.database.report("one", {self.workspace.id: (REFUSED, "invalid_auth", "", None)})
        self.assertEqual(self.workspace.socket_state, REFUSED)
        self.assertIn("connections:write", self.workspace.socket_error)
        with self.in_database():
            self.database.report("one", {self.workspace.id: (CONNECTED, "", "", 5.0)})
        self.assertEqual((self.workspace.socket_state, self.workspace.socket_error), (CONNECTED, False))
        self.assertTrue(self.workspace.last_heard)

    def test_another_token_is_another_socket(self):
        self.workspace._report_sockets("one", {self.workspace.id: (CONNECTED, "", "", None)})
        self.workspace.app_token = "xapp-1-other"
        self.assertEqual((self.workspace.socket_state, self.workspace.socket_owner), (OFF, False))

    def test_after_a_change_of_address_it_must_be_entered_anew(self):
        self.workspace.api_url = self.slack.url
        self.assertTrue(self.workspace.app_token)
        self.workspace.api_url = "https://gateway.example/api/"
        self.assertFalse(self.workspace.app_token)

    def test_only_an_app_level_token_is_taken(self):
        for token in ("xoxb-bot", "xoxp-user", "8f742231b10e8888abcd99aaabbb85a5", "hello", "xapp-1 2", "xapp-ü"):
            with self.subTest(token), self.assertRaises(ValidationError) as refused:
                self.workspace.app_token_entry = token
            self.assertNotIn(token, str(refused.exception))
        self.workspace.app_token_entry = " xapp-1-new\n"
        self.assertEqual(self.workspace.app_token, "xapp-1-new")
