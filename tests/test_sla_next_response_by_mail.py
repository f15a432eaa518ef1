"""The next response by email: a person's email asks, an email that is proved an agent's answers."""

from odoo.tests import tagged

from .common import InboundCase

JANE, ANNA = "Jane Doe <jane@customer.example>", "Anna Agent <anna@example.com>"
VACATION = "Auto-Submitted: auto-replied"


@tagged("post_install", "-at_install")
class TestSlaNextResponseByMail(InboundCase):
    def setUp(self):
        super().setUp()
        policies = self.env["helpdesk.sla.policy"]
        policies.search([("is_default", "=", False)]).active = False
        policies._ensure_default(self.company).next_response_hours = 2
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        self.ticket = self.receive(JANE).ticket_id
        self.receive(ANNA, self.vouched("anna@example.com"), self.answering(self.ticket))

    def states(self):
        clocks = self.ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "next_response")
        return clocks.sorted("id").mapped("state")

    def test_the_first_email_asks_nothing_more_and_its_answer_is_the_first_response(self):
        self.assertEqual(self.states(), [])

    def test_a_reply_of_the_customer_asks(self):
        self.receive(JANE, self.answering(self.ticket))
        self.assertEqual(self.states(), ["running"])
        self.receive(JANE, self.answering(self.ticket))
        self.assertEqual(self.states(), ["running"])

    def test_a_machine_asks_nothing(self):
        shapes = {
            "vacation": [VACATION],
            "newsletter program": ["Auto-Submitted: auto-generated"],
            "reaction": ["Content-Type: text/vnd.google.email-reaction+json"],
        }
        for name, headers in shapes.items():
            body = '{"emoji": "👍", "version": 1}' if name == "reaction" else "I am away."
            with self.subTest(name):
                row = self.receive(JANE, *headers, self.answering(self.ticket), body=body)
                self.assertEqual((row.ticket_id, self.states()), (self.ticket, []))

    def test_what_answers(self):
        shapes = {
            "a proved reply of an agent": (ANNA, [self.vouched("anna@example.com")], "met"),
            "a forged one": (ANNA, [], "running"),
            "an agent's vacation": (ANNA, [self.vouched("anna@example.com"), VACATION], "running"),
            "the customer's own email": (JANE, [self.vouched("jane@customer.example")], "running"),
        }
        for name, (sender, headers, state) in shapes.items():
            with self.subTest(name):
                self.receive(JANE, self.answering(self.ticket))
                self.receive(sender, *headers, self.answering(self.ticket))
                self.assertEqual(self.states()[-1], state)
                # Who waits is answered before the next shape.
                self.ticket._sla_on_response(self.ticket.create_date)

    def test_an_answer_that_its_agent_vouches_for_later_answers(self):
        self.receive(JANE, self.answering(self.ticket))
        row = self.receive(ANNA, self.answering(self.ticket), body="It is repaired.")
        row.with_user(self.agent).action_accept()
        self.assertEqual(self.states(), ["met"])

    def test_a_strangers_email_asks_when_an_agent_accepts_it(self):
        row = self.receive("Eve <eve@evil.example>", self.answering(self.ticket))
        self.assertEqual(self.states(), [])
        row.with_user(self.agent).action_accept()
        self.assertEqual((row.ticket_id, self.states()), (self.ticket, ["running"]))
