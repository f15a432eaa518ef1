"""helpdesk_mgmt_merge beside ours: a merged ticket's references, thread, clocks and people go along."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from odoo.addons.helpdesk_bridge.tests.outbound_case import JANE, OutboundCase


@tagged("post_install", "-at_install")
class TestMerge(OutboundCase):
    def setUp(self):
        super().setUp()
        self.team.user_ids = self.agent
        self.first = self.new_ticket(name="First", partner_name="Jane", partner_email="jane@customer.example")
        self.second = self.new_ticket(name="Second", partner_name="Bob", partner_email="bob@other.example")

    def merge(self, tickets, into=None, user=None, **values):
        """What an agent does in the wizard; returns the ticket that goes on."""
        wizards = self.env["helpdesk.ticket.merge"].with_user(user or self.agent).with_context(active_ids=tickets.ids)
        wizard = wizards.create({**values, **({"dst_ticket_id": into.id} if into else {})})
        wizard.merge_tickets()
        self.env.cr.flush()
        return wizard.dst_ticket_id.with_env(self.env)

    def started(self, ticket, hours):
        """Let the clocks of a ticket have started some hours ago; nothing of it is told."""
        clocks = ticket.sla_clock_ids
        for clock in clocks:
            clock.started_at -= timedelta(hours=hours)
            clock.due_at -= timedelta(hours=hours)
        return {clock.metric: clock.due_at for clock in clocks}

    def test_a_reply_to_the_merged_ticket_joins_the_other_one(self):
        reference, header = self.first.mail_reference, self.answering(self.first)
        self.merge(self.first | self.second, into=self.second)
        self.assertEqual((self.first.active, self.first.duplicate_id), (False, self.second))
        for name, row in (
            ("subject", self.receive(JANE, subject=f"Re: {reference} First")),
            ("header", self.receive(JANE, header)),
            ("its own reference", self.receive("bob@other.example", subject=self.second.mail_reference)),
        ):
            with self.subTest(name):
                self.assertEqual((row.verdict, row.ticket_id), ("replied", self.second))
        self.assertFalse(self.first.active)

    def test_a_stranger_joins_neither(self):
        reference = self.first.mail_reference
        self.merge(self.first | self.second, into=self.second)
        self.assertEqual(self.receive("eve@evil.example", subject=reference).verdict, "created")

    def test_the_customers_of_both_get_the_replies(self):
        self.first.email_cc = "cc@customer.example"
        self.merge(self.first | self.second, into=self.second)
        self.comment(self.second, "Solved.", user=self.agent)
        reached = {mail.email_to or mail.recipient_ids.email for mail in self.mails(self.second)}
        self.assertEqual(len(reached), 3)
        for address in ("jane@customer.example", "bob@other.example", "cc@customer.example"):
            self.assertTrue(any(address in one for one in reached), (address, reached))

    def test_a_merge_by_itself_emails_nobody_and_is_no_first_response(self):
        before = {ticket: self.words(ticket) for ticket in (self.first, self.second)}
        self.merge(self.first | self.second, into=self.second)
        self.write_letters()
        self.assertFalse(self.mails(self.first) | self.mails(self.second))
        self.assertEqual(self.second.sla_clock_ids.filtered(lambda one: one.metric == "start").state, "running")
        for ticket, words in before.items():
            [(kind, note)] = [one for one in self.words(ticket) if one not in sum(before.values(), [])]
            self.assertEqual((kind, note.startswith("Merged ")), ("note", True), words)

    def test_the_thread_says_where_the_ticket_went(self):
        self.deliver()
        self.merge(self.first | self.second, into=self.second)
        self.deliver()
        self.assertIn(f"Anna Agent merged it into {self.second.mail_reference}", self.lines(self.first))
        [line] = [one for one in self.slack.messages if "merged it into" in one["text"]]
        self.assertIn(f"|{self.second.mail_reference}>", line["blocks"][0]["text"]["text"])
        self.comment(self.second, "Solved.", user=self.agent)
        self.deliver()
        self.assertIn("Anna Agent replied: Solved.", self.lines(self.second))

    def test_who_has_waited_longer_goes_on_waiting_from_then(self):
        due = self.started(self.first, hours=2)
        self.merge(self.first | self.second, into=self.second)
        self.assertEqual({one.metric: one.due_at for one in self.second.sla_clock_ids}, due)
        self.assertEqual(self.second.sla_due, min(due.values()))
        self.assertEqual(set(self.first.sla_clock_ids.mapped("state")), {"canceled"})
        self.assertIn(f"merged with {self.first.mail_reference}", self.second.sla_history)

    def test_a_younger_ticket_changes_no_clock(self):
        due = self.started(self.second, hours=2)
        self.merge(self.first | self.second, into=self.second)
        self.assertEqual({one.metric: one.due_at for one in self.second.sla_clock_ids}, due)

    def test_an_answered_target_is_not_asked_for_again(self):
        self.comment(self.second, "On it.", user=self.agent)
        self.started(self.first, hours=2)
        before = {one.metric: one.started_at for one in self.second.sla_clock_ids}
        self.merge(self.first | self.second, into=self.second)
        after = {one.metric: one.started_at for one in self.second.sla_clock_ids}
        self.assertEqual(after["start"], before["start"])
        self.assertLess(after["resolution"], before["resolution"])

    def test_the_tag_of_a_breach_stays_with_the_breach(self):
        tag = self.env.ref("helpdesk_bridge.tag_sla_start_breach")
        own = self.env["helpdesk.ticket.tag"].create({"name": "VIP"})
        self.comment(self.second, "On it.", user=self.agent)
        self.first.tag_ids = tag | own
        self.merge(self.first | self.second, into=self.second)
        self.assertEqual(self.second.tag_ids, own)

    def test_a_late_target_comes_with_its_breach_and_calls_nobody(self):
        self.started(self.first, hours=100)
        self.exhaust(self.env["helpdesk.sla.clock"]._tick)
        self.deliver()
        said = len(self.slack.messages)
        self.merge(self.first | self.second, into=self.second)
        self.assertEqual(self.second.sla_status, "breached")
        self.assertIn(self.env.ref("helpdesk_bridge.tag_sla_start_breach"), self.second.tag_ids)
        self.deliver()
        self.assertIn("overdue", "".join(self.lines(self.second)))
        self.assertFalse([one for one in self.slack.messages[said:] if "<!" in one["text"] or "<@" in one["text"]])

    def test_a_new_ticket_has_the_customer_that_all_of_them_have(self):
        self.second.partner_email = "Jane Doe <jane@customer.example>"
        due = self.started(self.first, hours=2)
        new = self.merge(self.first | self.second, create_new_ticket=True, dst_ticket_name="Both")
        self.assertEqual((new.name, new.partner_email, new.email_cc or ""), ("Both", "jane@customer.example", ""))
        self.assertEqual({one.metric: one.due_at for one in new.sla_clock_ids}, due)
        self.assertEqual((self.first | self.second).mapped("duplicate_id"), new)

    def test_a_new_ticket_of_several_customers_has_all_of_them_in_cc(self):
        new = self.merge(self.first | self.second, create_new_ticket=True, dst_ticket_name="Both")
        self.assertFalse(new.partner_email)
        self.assertEqual(new.email_cc, "jane@customer.example, bob@other.example")

    def test_a_reply_follows_a_chain_of_merges(self):
        third = self.new_ticket(name="Third", partner_email="carol@third.example")
        self.merge(self.first | self.second, into=self.second)
        self.merge(self.second | third, into=third)
        row = self.receive(JANE, subject=self.first.mail_reference)
        self.assertEqual((row.verdict, row.ticket_id), ("replied", third))

    def test_a_ticket_that_comes_back_is_a_duplicate_no_more(self):
        self.merge(self.first | self.second, into=self.second)
        self.first.active = True
        self.merge(self.first | self.second, into=self.first)
        self.assertFalse(self.first.duplicate_id)
        self.assertEqual(self.receive("bob@other.example", subject=self.second.mail_reference).ticket_id, self.first)

    def test_a_merge_of_nothing_is_refused_and_loses_nothing(self):
        wizards = self.env["helpdesk.ticket.merge"].with_context(active_ids=(self.first | self.second).ids)
        for values in ({"dst_ticket_id": False}, {"ticket_ids": self.second.ids, "dst_ticket_id": self.second.id}):
            with self.subTest(values), self.assertRaises(UserError), self.env.cr.savepoint():
                wizards.create(values).merge_tickets()
        self.assertTrue(self.first.active and self.second.active)

    def test_nobody_merges_what_they_may_not_change(self):
        company = self.env["res.company"].create({"name": "Other"})
        foreign, own = self.new_ticket(team_id=False, company_id=company.id), self.second
        wizards = self.env["helpdesk.ticket.merge"].with_user(self.agent)
        for name, tickets, target in (
            ("another company's ticket", own | foreign, own),
            ("into another company's", own | foreign, foreign),
        ):
            # Not refused before it comes to the merge: as sudo, the wizard can be filled in.
            wizard = (
                wizards.sudo().with_context(active_ids=tickets.ids).create({"dst_ticket_id": target.id}).sudo(False)
            )
            wizard.env.invalidate_all()
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                wizard.merge_tickets()
        self.assertTrue(own.active and foreign.active)

    def test_a_closed_survivor_stays_closed(self):
        self.close(self.second)
        self.merge(self.first | self.second, into=self.second)
        self.assertTrue(self.second.closed)
        self.assertLess(self.second.closed_date, Datetime.now() + timedelta(minutes=1))
