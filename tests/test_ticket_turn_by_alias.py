"""A reply through an alias of Odoo, without a mailbox of ours, wakes a ticket as any other does."""

import itertools

from odoo.tests import tagged

from .ticket_work_case import TicketWorkCase


@tagged("post_install", "-at_install")
class TestTicketTurnByAlias(TicketWorkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create({"name": "alias.example"})
        cls.team.write({"alias_name": "desk-of-alias", "user_ids": [(4, cls.agent.id)]})
        cls.numbers = itertools.count(1)

    def reply(self, ticket, sender="Jane Doe <jane@customer.example>", body="It still burns", headers=()):
        parent = ticket.message_ids.sorted("id")[-1:].message_id
        lines = [
            *headers,
            f"From: {sender}",
            "To: desk-of-alias@alias.example",
            f"Subject: Re: {ticket.mail_reference} Fire",
            f"Message-ID: <{next(self.numbers)}@alias.test>",
            f"In-Reply-To: {parent}",
        ]
        self.env["mail.thread"].message_process(False, "\r\n".join([*lines, "", body, ""]))
        self.env.flush_all()

    def test_who_wakes_it(self):
        """Table: who writes what, and whether that wakes a ticket that waits."""
        for name, values, is_woken in (
            ("the customer", {}, True),
            ("a person in Cc", {"sender": "rita@customer.example"}, True),
            ("thanks", {"body": "Thank you!"}, False),
            ("an absence notice", {"headers": ["Auto-Submitted: auto-replied"]}, False),
            ("a stranger", {"sender": "eve@evil.example"}, False),
            ("somebody with an agent's address", {"sender": "anna@example.com"}, False),
        ):
            with self.subTest(name):
                ticket = self.new(user_id=self.anna.id, email_cc="rita@customer.example")
                ticket.with_user(self.anna).stage_id = self.stages["awaiting"]
                self.reply(ticket, **values)
                self.assertEqual(ticket.customer_replied, is_woken)
                self.assertEqual(ticket.stage_id, self.stages["in_progress" if is_woken else "awaiting"])
