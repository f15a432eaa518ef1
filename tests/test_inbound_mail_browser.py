"""The log and the email filters in a real browser."""

import logging
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from ..models.common import inbound_context
from ..models.inbound.mailbox_connection import MailboxConnection
from .common import FIXTURES, FakeConnection

LOGGER = "odoo.addons.helpdesk_bridge.models.inbound.helpdesk_inbound_mail_failure"


@tagged("post_install", "-at_install")
class TestInboundMailBrowser(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.user_admin").group_ids += cls.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        cls.env["fetchmail.server"].search([]).action_archive()
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Support"})
        cls.mailbox = cls.env["fetchmail.server"].create(
            {
                "name": "Support",
                "server_type": "pop",
                "server": "127.0.0.1",
                "user": "support@example.com",
                "password": "x",
                "state": "done",
                "helpdesk_team_id": cls.team.id,
            }
        )

    def fetch(self, raw, times=1):
        """Let Odoo's fetchmail find this email in the mailbox, as often as it is told to; returns its row."""
        connection = FakeConnection([raw])

        def connect(server, allow_archived=False):
            return MailboxConnection(connection, server, inbound_context.current(server.env))

        self.env.flush_all()
        with patch.object(type(self.mailbox), "_connect__", connect):
            for _time in range(times):
                with self.registry.cursor() as cr:
                    self.mailbox.with_env(self.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()
        return self.env["helpdesk.inbound.mail"].search([("fetchmail_server_id", "=", self.mailbox.id)])

    def failed(self):
        """The row of an email that could not be processed, three times."""
        refused = ValidationError("The category is archived")
        with (
            patch.object(type(self.env["helpdesk.ticket"]), "message_new", side_effect=refused),
            self.assertLogs(LOGGER, logging.WARNING),
        ):
            row = self.fetch((FIXTURES / "mail" / "new_ticket.eml").read_bytes(), times=3)
        self.assertEqual(row.verdict, "failed")
        return row

    def tour(self, name):
        self.start_tour("/odoo", name, login="admin", timeout=120)

    def test_a_failed_email_is_found_understood_and_replayed(self):
        row = self.failed()
        self.tour("helpdesk_bridge_replay")
        self.assertRecordValues(row, [{"verdict": "created", "raw": False, "error": False}])
        self.assertEqual(row.ticket_id.team_id, self.team)
        self.assertEqual(row.ticket_id.name, "Printer is on fire")

    def test_a_failed_email_is_discarded_after_a_second_thought(self):
        row = self.failed()
        self.tour("helpdesk_bridge_discard")
        self.assertRecordValues(row, [{"verdict": "ignored", "raw": False}])
        self.assertFalse(row.ticket_id)

    def test_the_sender_of_an_email_is_filtered_where_the_email_is_seen(self):
        raw = (FIXTURES / "mail" / "new_ticket.eml").read_bytes()
        for old, new in (
            (b"jane@customer.example", b"news+47@shop.example"),
            (b"Printer is on fire", b"Our spring offers"),
        ):
            raw = raw.replace(old, new)
        self.assertEqual(self.fetch(raw).verdict, "created")
        self.tour("helpdesk_bridge_filter_sender")
        found = self.env["helpdesk.mail.filter"].sudo()._first_match("news+48@shop.example", self.env.company)
        self.assertRecordValues(
            found, [{"pattern": "*@shop.example", "action": "ignore", "company_id": self.env.company.id}]
        )
