"""A customer's word on a closed ticket reopens it, or makes a new one when it comes too late."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import InboundCase, new_test_user

JANE, EVE = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>"


@tagged("post_install", "-at_install")
class TestReopening(InboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id
        self.quoted = self.answering(self.ticket)
        self.new = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        self.done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.ticket.stage_id = self.done

    def closed_before(self, days):
        self.ticket.closed_date = fields.Datetime.now() - timedelta(days=days)

    def test_a_reply_reopens_into_the_first_open_stage(self):
        row = self.receive(JANE, self.quoted)
        self.assertEqual((row.verdict, row.ticket_id), ("replied", self.ticket))
        self.assertRecordValues(self.ticket, [{"stage_id": self.new.id, "closed_date": False}])

    def test_a_reply_reopens_into_the_stage_of_the_team(self):
        progress = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        self.team.reopen_stage_id = progress
        self.receive(JANE, self.quoted)
        self.assertEqual(self.ticket.stage_id, progress)

    def test_a_stranger_reopens_nothing(self):
        self.receive(EVE, self.quoted)
        self.assertEqual(self.ticket.stage_id, self.done)

    def test_an_automatic_reply_reopens_nothing(self):
        self.receive(JANE, self.quoted, "Auto-Submitted: auto-replied")
        self.assertEqual(self.ticket.stage_id, self.done)
        self.assertEqual(self.words(self.ticket)[-1][0], "note")

    def test_an_agents_comment_reopens_nothing(self):
        self.ticket.with_user(self.agent).message_post(body="Was easy", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.ticket.stage_id, self.done)

    def test_an_agents_email_reopens_nothing_however_late(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        self.company.helpdesk_reopen_days = "0"
        row = self.receive("anna@example.com", self.vouched("anna@example.com"), self.quoted)
        self.assertEqual((row.ticket_id, self.ticket.stage_id), (self.ticket, self.done))

    def test_a_comment_in_the_portal_reopens(self):
        portal = new_test_user(self.env, "jane", groups="base.group_portal", email="jane@customer.example")
        self.ticket.partner_id = portal.partner_id
        self.ticket.with_user(portal).message_post(
            body="Still burning", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.ticket.stage_id, self.new)

    def test_a_note_about_a_customer_reopens_nothing(self):
        self.ticket.message_post(body="She called", author_id=self.ticket.partner_id.id, message_type="comment")
        self.assertEqual(self.ticket.stage_id, self.done)

    def test_a_reply_in_time_reopens(self):
        self.team.reopen_days = "14"
        self.closed_before(13)
        self.receive(JANE, self.quoted)
        self.assertEqual(self.ticket.stage_id, self.new)

    def test_a_reply_that_comes_too_late_makes_a_new_ticket_that_is_linked(self):
        self.team.reopen_days = "14"
        self.closed_before(15)
        row = self.receive(JANE, self.quoted, subject="Re: Printer is on fire")
        self.assertEqual((row.verdict, self.ticket.stage_id), ("created", self.done))
        self.assertEqual(row.ticket_id.previous_ticket_id, self.ticket)
        self.assertEqual(row.ticket_id.name, "Printer is on fire")
        self.assertEqual(row.reason, "Reply by header, but that ticket is closed: new ticket")
        self.assertIn("Continues in", self.words(self.ticket)[-1][1])
        self.assertFalse(row.can_accept)

    def test_nought_days_never_reopens(self):
        self.company.helpdesk_reopen_days = "0"
        self.assertEqual(self.receive(JANE, self.quoted).verdict, "created")

    def test_a_team_decides_for_itself(self):
        self.company.helpdesk_reopen_days = "0"
        self.team.reopen_days = "30"
        self.assertEqual(self.receive(JANE, self.quoted).verdict, "replied")

    def test_a_portal_comment_that_comes_too_late_begins_a_new_ticket(self):
        self.company.helpdesk_reopen_days = "0"
        portal = new_test_user(self.env, "jane", groups="base.group_portal", email="jane@customer.example")
        self.ticket.partner_id = portal.partner_id
        self.ticket.with_user(portal).message_post(
            body="Still burning", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.ticket.stage_id, self.done)
        new = self.Ticket.search([("previous_ticket_id", "=", self.ticket.id)])
        self.assertEqual((new.partner_id, new.team_id), (portal.partner_id, self.team))
        self.assertIn("Still burning", new.description)

    def test_an_alert_about_something_closed_is_a_new_case(self):
        alert = self.receive("monitor@acme.example", "Auto-Submitted: auto-generated").ticket_id
        quoted = self.answering(alert)
        self.receive("monitor@acme.example", "Auto-Submitted: auto-generated", quoted)
        self.assertEqual(self.words(alert)[-1][0], "note")
        alert.stage_id = self.done
        row = self.receive("monitor@acme.example", "Auto-Submitted: auto-generated", quoted)
        self.assertEqual((row.verdict, row.ticket_id.previous_ticket_id), ("created", alert))
        self.assertTrue(row.ticket_id.mail_silent)

    def test_reopening_by_hand_forgets_when_it_was_closed(self):
        self.assertTrue(self.ticket.closed_date)
        self.ticket.with_user(self.agent).stage_id = self.new
        self.assertFalse(self.ticket.closed_date)

    def test_an_archived_ticket_comes_back(self):
        self.ticket.active = False
        self.receive(JANE, self.quoted)
        self.assertTrue(self.ticket.active)

    def test_what_is_no_number_of_days_is_refused(self):
        for days in ("-1", "two", "1.5", "٣"):
            with self.assertRaisesRegex(ValidationError, "not a number of days"), self.env.cr.savepoint():
                self.team.reopen_days = days

    def test_a_closed_stage_is_no_stage_to_reopen_into(self):
        with self.assertRaisesRegex(ValidationError, "closed stage"):
            self.team.reopen_stage_id = self.done
