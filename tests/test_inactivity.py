"""Whose turn it is, for who closes tickets of silent customers: what keeps a ticket from being closed."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .outbound_case import GREYLISTED, UNKNOWN, OutboundCase


@tagged("post_install", "-at_install")
class TestInactivity(OutboundCase):
    def setUp(self):
        super().setUp()
        jane = self.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})
        self.ticket = self.new_ticket(partner_id=jane.id, user_id=self.agent.id)
        self.comment(self.ticket, "Does it burn?", author=jane)
        self.ticket.with_user(self.agent).stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        self.env["mail.mail"].search([]).unlink()

    def snooze(self):
        self.ticket.with_user(self.agent)._bridge_snooze(fields.Datetime.now() + timedelta(days=40))
        self.env.cr.flush()  # the chatter notes it then

    def test_an_answer_that_has_not_left_waits_for_no_customer(self):
        """Table: what the mail server said to the answer, and whether it is still the turn of the team."""
        self.assertTrue(self.ticket._bridge_is_owed())
        for name, faults, is_owed in (
            ("refused for good", [UNKNOWN], True),
            ("refused for now", [GREYLISTED], True),
            ("taken", [], False),
        ):
            with self.subTest(name):
                self.comment(self.ticket, "Unplug it.", user=self.agent)
                self.send(*faults)
                self.assertEqual(self.ticket._bridge_is_owed(), is_owed)

    def test_sent_again_it_waits_for_the_customer(self):
        self.comment(self.ticket, "Unplug it.", user=self.agent)
        self.send(UNKNOWN)
        self.ticket.action_retry_mails()
        self.send()
        self.assertFalse(self.ticket._bridge_is_owed())

    def test_a_snoozed_ticket_waits_for_its_agent_and_afterwards_there_is_time(self):
        self.comment(self.ticket, "We come back to it in January.", user=self.agent)
        self.send()
        ago = fields.Datetime.now() - timedelta(days=100)
        self.ticket._bridge_said().date = self.ticket.last_stage_update = ago
        self.assertFalse(self.ticket._bridge_is_owed())
        self.assertEqual(self.ticket._bridge_last_activity(), ago)
        self.snooze()
        self.assertTrue(self.ticket._bridge_is_owed())
        self.ticket.snoozed_until = "2000-01-01"
        self.exhaust(self.env["helpdesk.ticket"]._bridge_wake_next)
        self.env.cr.flush()
        self.assertFalse(self.ticket._bridge_is_owed())
        self.assertGreater(self.ticket._bridge_last_activity(), ago)
