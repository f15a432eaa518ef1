"""An email in a mailbox with a team becomes a ticket of that team, and Slack hears of it."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.common import inbound_context
from .common import BridgeCase, FakeConnection


@tagged("post_install", "-at_install")
class TestInboundNewTicket(BridgeCase, CronMixinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailbox = cls.env["fetchmail.server"].create(
            {
                "name": "Support mailbox",
                "server_type": "imap",
                "server": "127.0.0.1",
                "user": "support@example.com",
                "password": "x",
                "helpdesk_team_id": cls.team.id,
                "helpdesk_address_name": "Acme Support",
            }
        )

    def receive(self, name, mailbox=None, **values):
        """What Odoo's fetchmail does with a fetched email."""
        mailbox = mailbox or self.mailbox
        gateway = self.env["mail.thread"].with_context(default_fetchmail_server_id=mailbox.id)
        thread_id = gateway.message_process(mailbox.object_id.model, self.mail(name, **values))
        return self.env["helpdesk.ticket"].browse(thread_id)

    def test_the_ticket_belongs_to_the_team_of_the_mailbox_and_to_nobody_yet(self):
        ticket = self.receive("new_ticket.eml")
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Printer is on fire",
                    "team_id": self.team.id,
                    "company_id": self.team.company_id.id,
                    "channel_id": self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email").id,
                    "user_id": False,
                }
            ],
        )

    def test_the_ticket_is_told_with_the_customers_words(self):
        self.receive("new_ticket.eml")
        self.deliver()
        text = str(self.slack.messages[0])
        self.assertIn("Jane Doe (jane@customer.example)", text)
        self.assertIn("smoke comes out of it", text)
        self.assertNotIn("Sent from my phone", text)

    def test_a_batch_of_emails_wakes_slack_at_its_beginning_and_at_its_end(self):
        mail = self.mail("new_ticket.eml")
        connection = FakeConnection(mail.replace(b"fire-1", f"fire-{number}".encode()) for number in range(10))
        self.env["fetchmail.server"].search([("id", "!=", self.mailbox.id)]).action_archive()
        self.mailbox.state = "done"
        tickets = self.env["helpdesk.ticket"].search_count([("team_id", "=", self.team.id)])
        self.env.flush_all()
        with (
            self.capture_triggers("helpdesk_bridge.ir_cron_slack_outbox") as captured,
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(inbound_context, "WAKE_EVERY", 60),
            patch.object(type(self.mailbox), "_connect__", lambda server, allow_archived=False: connection),
        ):
            self.mailbox.with_env(self.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()
        self.assertFalse(connection.mails)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([("team_id", "=", self.team.id)]) - tickets, 10)
        self.assertEqual(len(captured.records), 2)

    def test_the_ticket_has_the_company_of_the_team_not_of_the_cron(self):
        other = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": other.id})
        self.mailbox.helpdesk_team_id = team
        self.assertEqual(self.receive("new_ticket.eml").company_id, other)

    def test_an_email_from_a_colleague_is_not_assigned_to_them(self):
        self.agent.partner_id.email = "jane@customer.example"
        self.team.user_ids = self.agent
        self.assertFalse(self.receive("new_ticket.eml").user_id)

    def test_who_makes_a_team_gets_no_email_of_its_tickets_unasked(self):
        admin = self.env.ref("base.user_admin")
        team = self.env["helpdesk.ticket.team"].with_user(admin).create({"name": "Second Line"})
        self.assertNotIn(admin.partner_id, team.message_partner_ids)
        self.assertNotIn(admin.partner_id, self.new_ticket(team_id=team.id).message_partner_ids)
        team.message_subscribe(admin.partner_id.ids)
        self.assertIn(admin.partner_id, self.new_ticket(team_id=team.id).message_partner_ids, "who wants it, follows")

    def test_an_email_through_an_alias_keeps_the_team_of_the_alias(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Alias"})
        ticket = (
            self.env["helpdesk.ticket"]
            .with_context(default_fetchmail_server_id=self.mailbox.id)
            .message_new({"subject": "x", "body": "x", "from": "a@b.example"}, {"team_id": other.id})
        )
        self.assertEqual(ticket.team_id, other)

    def test_a_mailbox_that_feeds_other_records_is_untouched(self):
        plain = self.env["fetchmail.server"].create(
            {
                "name": "Plain",
                "server_type": "imap",
                "server": "127.0.0.1",
                "user": "plain",
                "password": "x",
                "object_id": self.env["ir.model"]._get("helpdesk.ticket").id,
            }
        )
        self.assertFalse(self.receive("new_ticket.eml", plain).team_id)
        self.assertFalse(plain.helpdesk_address)

    def test_a_mailbox_with_a_team_makes_tickets_without_being_told_twice(self):
        self.assertEqual(self.mailbox.object_id.model, "helpdesk.ticket")
        self.assertEqual(self.mailbox.helpdesk_address, "support@example.com")

    def test_a_mailbox_cannot_make_tickets_and_something_else(self):
        with self.assertRaisesRegex(ValidationError, "either a helpdesk team"):
            self.mailbox.object_id = self.env["ir.model"]._get("res.partner")

    def test_an_address_that_is_none_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "not an email address"):
            self.mailbox.helpdesk_address = "support"

    def test_the_address_typed_by_a_person_stays(self):
        self.mailbox.user = "suport@example.com"
        self.assertEqual(self.mailbox.helpdesk_address, "suport@example.com")
        self.mailbox.user = "support@example.com"
        self.assertEqual(self.mailbox.helpdesk_address, "support@example.com", "a typo in the login does not stay")
        self.mailbox.helpdesk_address = "Support <Help@Example.com>"
        self.mailbox.user = "other@example.com"
        self.assertEqual(self.mailbox.helpdesk_address, "help@example.com")

    def test_a_missing_email_channel_is_no_reason_to_lose_an_email(self):
        self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email").unlink()
        self.assertTrue(self.receive("new_ticket.eml"))

    def test_a_form_asks_no_words_of_an_email_that_has_none(self):
        self.assertFalse(self.receive("attachment_only.eml").description)
        view = self.env["helpdesk.ticket"].get_view(self.env.ref("helpdesk_mgmt.ticket_view_form").id, "form")
        [required] = etree.fromstring(view["arch"]).xpath("//field[@name='description']/@required")
        for number, expected in ((1, False), (False, True)):
            self.assertEqual(bool(safe_eval(required, {"id": number})), expected)
