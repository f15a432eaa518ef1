"""A ticket that is archived as the duplicate of another one goes on there, whoever merges it."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestMerging(SlaCase):
    def merge(self, moment, ticket, target, **values):
        with self.at(moment):
            self.by_agent(ticket).write({"active": False, "duplicate_id": target.id, **values})

    def merged_lines(self, ticket):
        self.deliver()
        return [line for line in self.lines(ticket) if "erged" in line]

    def test_the_thread_says_once_where_the_ticket_went(self):
        ticket, target = self.new_ticket(), self.new_ticket()
        self.deliver()
        for name, values, expected in (
            ("a duplicate that is still worked on", {"duplicate_id": target.id}, 0),
            ("archived as well", {"active": False}, 1),
            ("the same again", {"active": False, "duplicate_id": target.id}, 1),
        ):
            with self.subTest(name):
                self.by_agent(ticket).write(values)
                self.assertEqual(len(self.merged_lines(ticket)), expected)
        self.assertEqual(self.merged_lines(ticket), [f"Anna Agent merged it into {target.mail_reference}"])
        self.assertEqual(self.merged_lines(target), [])

    def test_an_archived_ticket_without_an_original_went_nowhere(self):
        ticket = self.new_ticket()
        self.deliver()
        self.by_agent(ticket).active = False
        self.assertEqual(self.merged_lines(ticket), [])

    def test_the_thread_leads_to_where_a_chain_of_merges_ends(self):
        first, second, third = (self.new_ticket() for _number in range(3))
        self.deliver()
        second.write({"active": False, "duplicate_id": third.id})
        first.write({"active": False, "duplicate_id": second.id})
        self.assertEqual(self.merged_lines(first), [f"Merged into {third.mail_reference}"])

    def test_whose_clock_counts(self):
        for name, mine, theirs, prepare, expected in (
            ("the merged one waited longer", "06-01 12:00", "06-01 10:00", None, ("06-01 14:00", "06-02 10:00")),
            ("the merged one is younger", "06-01 10:00", "06-01 12:00", None, ("06-01 14:00", "06-02 10:00")),
            ("the other one was answered", "06-01 12:00", "06-01 10:00", "mine", ("06-01 16:00", "06-02 10:00")),
            ("the merged one was answered", "06-01 12:00", "06-01 10:00", "theirs", ("06-01 16:00", "06-02 10:00")),
        ):
            with self.subTest(name):
                target, ticket = self.ticket_at(mine), self.ticket_at(theirs)
                if prepare:
                    self.answer("06-01 12:30", {"mine": target, "theirs": ticket}[prepare])
                self.merge("06-01 13:00", ticket, target)
                self.assertEqual((self.due(target, "start"), self.due(target)), expected)

    def test_what_the_customer_wrote_waits_for_an_agent_in_the_ticket_that_goes_on(self):
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        for stage, is_shown in (("in_progress", True), ("awaiting", True), ("done", False)):
            with self.subTest(stage):
                ticket, target = (self.new_ticket(partner_id=jane.id) for _number in range(2))
                self.by_agent(target).stage_id = self.stages[stage]
                self.comment(ticket, "It burns", author=jane)
                self.assertTrue(ticket.customer_replied)
                self.by_agent(ticket).write({"active": False, "duplicate_id": target.id})
                self.assertEqual((ticket.customer_replied, target.customer_replied), (False, is_shown))
                self.assertEqual(target.stage_id, self.stages[stage])

    def test_what_nobody_has_answered_ends_the_snooze_of_the_ticket_that_goes_on(self):
        """Table: the merged ticket, and whether the other one stays out of sight."""
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        for name, stage, asks, is_snoozed in (
            ("a new one, which nobody has looked at", "new", False, False),
            ("its customer wrote", "in_progress", True, False),
            ("answered", "in_progress", False, True),
            ("closed", "done", False, True),
        ):
            with self.subTest(name):
                ticket, target = (self.new_ticket(partner_id=jane.id) for _number in range(2))
                self.by_agent(target).stage_id = self.stages["awaiting"]
                self.by_agent(target)._bridge_snooze(fields.Datetime.now() + timedelta(days=5))
                self.by_agent(ticket).stage_id = self.stages[stage]
                if asks:
                    self.comment(ticket, "It burns", author=jane)
                self.by_agent(ticket).write({"active": False, "duplicate_id": target.id})
                self.assertEqual(bool(target.snoozed_until), is_snoozed)
                self.assertFalse(ticket.snoozed_until)

    def test_a_merge_is_a_line_of_the_history_and_late_at_that_moment(self):
        target, ticket = self.ticket_at("06-01 12:00"), self.ticket_at("05-30 10:00")
        self.merge("06-01 13:00", ticket, target)
        self.assertEqual(
            self.history(target),
            ["06-01 12:00 started", "06-01 13:00 retargeted due 05-31 10:00", "06-01 13:00 breached"],
        )
        self.assertEqual(target.sla_status, "breached")
        self.assertIn(f"merged with {ticket.mail_reference}", target.sla_history)

    def test_waiting_stays_waiting(self):
        target, ticket = self.ticket_at("06-01 12:00"), self.ticket_at("06-01 10:00")
        self.move("06-01 12:30", target, "awaiting")
        self.merge("06-01 13:00", ticket, target)
        self.assertEqual(self.clock(target).state, "paused")
        self.move("06-01 14:30", target, "in_progress")
        self.assertEqual(self.due(target), "06-02 12:00")

    def test_another_companys_clock_stays_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        target = self.ticket_at("06-01 12:00")
        ticket = self.ticket_at("06-01 10:00", company_id=other.id, team_id=False)
        due = self.due(target)
        with self.at("06-01 13:00"):
            ticket.write({"active": False, "duplicate_id": target.id})
        self.assertEqual(self.due(target), due)
