"""An email that was taken for a stranger's joins the ticket it names as soon as somebody vouches for it."""

import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import InboundCase, new_test_user

JANE, EVE, ANNA = "Jane Doe <jane@customer.example>", "Eve <eve@evil.example>", "Anna Agent <anna@example.com>"


@tagged("post_install", "-at_install")
class TestAccept(InboundCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.receive(JANE).ticket_id

    def test_a_strangers_words_move_and_the_stranger_is_on_the_ticket_from_now_on(self):
        row = self.receive(EVE, self.answering(self.ticket), body="I am her sister.")
        opened = row.ticket_id
        self.assertEqual(opened.claimed_reference, self.ticket.mail_reference)
        opened.with_user(self.agent).action_accept_mail()
        self.assertRecordValues(row, [{"verdict": "replied", "ticket_id": self.ticket.id}])
        self.assertIn("accepted by Anna Agent", row.reason)
        self.assertEqual(self.words(self.ticket)[-1], ("public", "I am her sister."))
        self.assertEqual((opened.active, opened.duplicate_id), (False, self.ticket))
        again = self.receive(EVE, self.answering(self.ticket))
        self.assertEqual((again.verdict, again.ticket_id), ("replied", self.ticket))

    def test_the_thread_of_what_was_moved_says_where_it_went(self):
        opened = self.receive(EVE, self.answering(self.ticket)).ticket_id
        self.deliver()
        opened.with_user(self.agent).action_accept_mail()
        self.deliver()
        self.assertEqual(self.lines(opened)[-1], f"Anna Agent merged it into {self.ticket.mail_reference}")

    def test_an_answer_to_the_ticket_that_was_merged_goes_on_in_the_other(self):
        row = self.receive(EVE, self.answering(self.ticket))
        opened = row.ticket_id
        quoted = self.answering(opened)
        row.with_user(self.agent).action_accept()
        self.assertEqual(self.receive(EVE, quoted).ticket_id, self.ticket)

    def test_an_agents_email_is_posted_as_that_agent_once_they_vouch_for_it(self):
        row = self.receive(ANNA, self.answering(self.ticket), body="It is repaired.")
        self.assertEqual(row.agent_id, self.agent)
        row.with_user(self.agent).action_accept()
        message = self.said_last(self.ticket)
        self.assertEqual((message.author_id, message.preview), (self.agent.partner_id, "It is repaired."))
        self.assertEqual(message.notified_partner_ids, self.ticket.partner_id)
        self.assertNotIn("anna@example.com", self.ticket.email_cc or "")

    def test_whom_an_agents_email_has_reached_gets_it_no_second_time(self):
        ticket = self.receive("jane@customer.example").ticket_id
        ticket.email_cc = "bob@else.example"
        reply_all = "To: support@example.com, jane@customer.example"
        entry = self.receive(ANNA, reply_all, self.answering(ticket))
        self.assertNotEqual(entry.ticket_id, ticket, "nobody vouches for it")
        entry.with_user(self.agent).action_accept()
        answer = self.said_last(ticket)
        people = answer.notification_ids.mapped(lambda one: one.res_partner_id.email or one.mail_email_address)
        self.assertIn("bob@else.example", people)
        self.assertNotIn("jane@customer.example", people)

    def test_nobody_vouches_for_another_agent_but_a_manager(self):
        other = new_test_user(self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user")
        row = self.receive(ANNA, self.answering(self.ticket))
        with self.assertRaisesRegex(AccessError, "Only Anna Agent"):
            row.with_user(other).action_accept()
        row.with_user(self.manager).action_accept()
        self.assertEqual(row.verdict, "replied")

    def test_only_whoever_may_write_both_tickets_may_accept(self):
        other = new_test_user(self.env, "otto", groups="helpdesk_mgmt.group_helpdesk_user_own")
        row = self.receive(EVE, self.answering(self.ticket))
        self.ticket.user_id = self.agent
        row.ticket_id.user_id = other
        with self.assertRaises(AccessError):
            row.ticket_id.with_user(other).action_accept_mail()

    def test_there_is_nothing_to_accept_on_an_ordinary_ticket(self):
        self.assertFalse(self.ticket.claim_id)
        with self.assertRaisesRegex(UserError, "refers to another ticket"):
            self.ticket.inbound_mail_ids.action_accept()

    def test_an_exported_ticket_has_no_technical_words_where_there_is_nothing(self):
        ticket = self.new_ticket()
        names = [name for name, field in ticket._fields.items() if field.type in ("char", "text", "html")]
        self.assertTrue({"claim_title", "offer_title", "offer_words"} <= set(names))
        [row] = ticket.export_data(names)["datas"]
        # An empty recordset that is taken for a text.
        found = {name for name, value in zip(names, row, strict=True) if re.search(r"^[\w.]+\(.*\)$", str(value))}
        self.assertFalse(found)
