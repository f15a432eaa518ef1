"""Odoo's mail gateway, called over RPC by a user without any role, makes and changes nothing of ours."""

import xmlrpc.client

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import InboundCase

RAW = """From: %s
To: support@example.com
Subject: Hello
Message-ID: <gateway-%s@attacker.example>

Hello
"""


@tagged("post_install", "-at_install")
class TestAccessGateway(InboundCase):
    def setUp(self):
        super().setUp()
        self.user = new_test_user(self.env, "attacker", groups="base.group_user")
        self.number = 0

    def process(self, model, user=None, wrap=str, **arguments):
        self.number += 1
        gateway = self.env["mail.thread"].with_user(user or self.user)
        raw = RAW % ("attacker@example.com", self.number)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            return gateway.message_process(model, wrap(raw), **arguments)

    def ours(self):
        """Every model of this addon that Odoo's gateway could write to."""
        for name, model in self.env.registry.items():
            if model._original_module == "helpdesk_bridge" and not model._abstract and hasattr(model, "message_new"):
                yield name

    def test_there_are_such_models(self):
        expected = {
            "helpdesk.slack.inbound",
            "helpdesk.slack.workspace",
            "helpdesk.slack.channel",
            "helpdesk.inbound.mail",
        }
        self.assertLessEqual(expected, set(self.ours()))

    def test_none_of_our_models_is_made_or_changed_by_an_email(self):
        values = {"name": "Mine", "api_url": "http://127.0.0.1:9/api/", "company_id": self.company.id}
        for name in self.ours():
            count = self.env[name].search_count([])
            some = self.env[name].search([], limit=1)
            for wrap in (str, str.encode, lambda raw: xmlrpc.client.Binary(raw.encode())):
                for arguments in ({}, {"custom_values": values}, {"thread_id": some.id}):
                    with self.subTest(f"{name} {arguments}"), self.assertRaises(AccessError):
                        self.process(name, wrap=wrap, **arguments)
            for refused in (
                lambda name=name: self.env[name].sudo().message_new({"subject": "x"}, values),
                lambda some=some: some.sudo().message_update({"subject": "x"}),
            ):
                with self.subTest(name), self.assertRaises(AccessError):
                    refused()
            self.assertEqual(self.env[name].search_count([]), count)

    def test_no_values_of_a_ticket_come_over_rpc(self):
        ticket = self.new_ticket()
        agent = self.agent
        for user in (self.user, agent):
            for arguments in (
                {"custom_values": {"sla_since": "2020-01-01 00:00:00"}},
                {"custom_values": {"team_id": self.team.id, "user_id": agent.id}},
                {"thread_id": ticket.id},
            ):
                with self.subTest(f"{user.login} {arguments}"), self.assertRaises(AccessError):
                    self.process("helpdesk.ticket", user, **arguments)
        self.assertEqual(len(ticket.message_ids), len(ticket.message_ids.exists()))

    def test_a_mail_servers_script_still_opens_tickets(self):
        for user in (self.user, self.env.ref("base.user_admin")):
            ticket = self.env["helpdesk.ticket"].browse(self.process("helpdesk.ticket", user))
            self.assertEqual(ticket.partner_email, "attacker@example.com")
            self.assertFalse(ticket.sla_since and ticket.sla_since.year < 2026)

    def test_a_reply_to_a_notice_about_slack_opens_a_ticket(self):
        notice = self.workspace.message_post(body="Paused", message_type="notification")
        entry = self.receive("jane@customer.example", f"References: {notice.message_id}")
        self.assertTrue(entry.ticket_id)
        self.assertEqual(entry.verdict, "created")
