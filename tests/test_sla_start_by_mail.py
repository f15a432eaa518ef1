"""An answer by email is the start when the mail server vouches that an agent wrote it."""

from odoo.tests import tagged

from .common import InboundCase

JANE, ANNA = "Jane Doe <jane@customer.example>", "Anna Agent <anna@example.com>"


@tagged("post_install", "-at_install")
class TestSlaStartByMail(InboundCase):
    def setUp(self):
        super().setUp()
        self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        self.ticket = self.receive(JANE).ticket_id
        self.start = self.ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "start")
        self.assertEqual(self.start.state, "running")

    def test_a_vouched_answer_of_an_agent_is_the_start(self):
        row = self.receive(ANNA, self.vouched("anna@example.com"), self.answering(self.ticket))
        self.assertEqual(row.ticket_id, self.ticket)
        self.assertEqual(self.start.state, "met")

    def test_a_forged_answer_is_not(self):
        self.receive(ANNA, self.answering(self.ticket))
        self.assertEqual(self.start.state, "running")

    def test_a_vouched_answer_of_the_customer_is_not(self):
        row = self.receive(JANE, self.vouched("jane@customer.example"), self.answering(self.ticket))
        self.assertEqual(row.ticket_id, self.ticket)
        self.assertEqual(self.start.state, "running")

    def test_an_agents_answer_that_a_machine_sent_is_not(self):
        vacation = (self.vouched("anna@example.com"), self.answering(self.ticket), "Auto-Submitted: auto-replied")
        self.receive(ANNA, *vacation)
        self.assertEqual(self.start.state, "running")

    def test_an_answer_that_its_agent_vouches_for_later_is(self):
        row = self.receive(ANNA, self.answering(self.ticket), body="It is repaired.")
        self.assertNotEqual(row.ticket_id, self.ticket)
        row.with_user(self.agent).action_accept()
        self.assertEqual(self.start.state, "met")

    def test_what_a_customer_wrote_is_not_when_an_agent_vouches_for_it(self):
        row = self.receive("Eve <eve@evil.example>", self.answering(self.ticket))
        row.with_user(self.agent).action_accept()
        self.assertEqual(row.ticket_id, self.ticket)
        self.assertEqual(self.start.state, "running")

    def test_a_customers_word_that_reopens_when_an_agent_vouches_for_it_is_not(self):
        root = self.env.ref("base.user_root")
        self.ticket.with_user(root).stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.assertEqual(self.start.state, "canceled")
        self.team.reopen_stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        row = self.receive("Eve <eve@evil.example>", self.answering(self.ticket))
        row.with_user(self.agent).action_accept()
        self.assertEqual((self.ticket.stage_id, self.start.state), (self.team.reopen_stage_id, "running"))

    def test_a_ticket_with_a_reply_by_email_gets_no_first_response_target(self):
        self.assertFalse(self.ticket._sla_was_responded())
        self.receive(ANNA, self.vouched("anna@example.com"), self.answering(self.ticket))
        self.assertTrue(self.ticket._sla_was_responded())
