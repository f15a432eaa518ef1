"""A clock that pauses says so: on the badge, in lists and filters, and in Slack."""

from odoo.tests import tagged

from ..tools.slack import root_message
from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaPaused(SlaCase):
    def stand(self, ticket):
        return ticket.sla_status, ticket.sla_paused

    def test_the_badge_says_paused_while_the_ticket_waits(self):
        """(what happened before it waits, what it says while it waits, and after)"""
        for name, before, begin, waiting, after in (
            ("nothing", None, "06-01 11:00", "paused", "on_track"),
            ("a first response", "answer 06-01 10:30", "06-01 11:00", "paused", "on_track"),
            ("a warning", "tick 06-01 13:00", "06-01 13:10", "paused", "at_risk"),
            ("a breach", "tick 06-01 14:00", "06-01 14:10", "breached", "breached"),
            ("two breaches", "tick 06-02 10:00", "06-02 10:10", "breached", "breached"),
        ):
            with self.subTest(name):
                ticket = self.ticket_at("06-01 10:00")
                if before:
                    what, moment = before.split(" ", 1)
                    self.tick(moment) if what == "tick" else self.answer(moment, ticket)
                self.move(begin, ticket, "awaiting")
                self.assertEqual(self.stand(ticket), (waiting, True))
                self.assertFalse(ticket.sla_due)
                self.assertIn(ticket, ticket.search([("sla_paused", "=", True)]))
                self.tick("06-20 10:00")
                self.assertEqual(self.stand(ticket), (waiting, True), "three weeks later, too")
                self.move("06-20 10:00", ticket, "new")
                self.assertEqual(self.stand(ticket), (after, False))

    def test_what_is_over_or_never_was_is_not_paused(self):
        closed, rejected, met = (self.ticket_at("06-01 10:00") for _number in range(3))
        self.move("06-01 11:00", closed, "awaiting")
        self.move("06-01 12:00", closed, "done")
        self.move("06-01 11:00", rejected, "awaiting")
        self.move("06-01 12:00", rejected, "rejected")
        self.assertEqual((self.stand(closed), self.stand(rejected)), (("met", False), ("none", False)))
        self.policy.resolution_hours = 0
        self.change("06-01 13:00", met, priority="3")
        self.answer("06-01 13:30", met)
        self.move("06-01 14:00", met, "awaiting")
        self.assertEqual(self.stand(met), ("met", False), "nothing is left that could pause")

    def test_a_new_ticket_in_a_waiting_stage_is_paused(self):
        ticket = self.ticket_at("06-01 10:00", stage_id=self.stages["awaiting"].id)
        self.assertEqual(self.stand(ticket), ("paused", True))

    def test_a_stage_that_becomes_a_waiting_one_pauses(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 10:30", ticket, "in_progress")
        self.change("06-01 11:00", self.policy, waiting_stage_ids=[(4, self.stages["in_progress"].id)])
        with self.at("06-01 11:01"):
            self.Policy._move_tickets()
        self.assertEqual(self.stand(ticket), ("paused", True))

    def test_slack_says_paused_where_it_said_what_is_due(self):
        ticket = self.ticket_at("06-01 10:00")
        for late in (False, True):
            with self.subTest(late=late):
                if late:
                    self.move("06-01 11:20", ticket, "new", agent=self.manager)
                    self.tick("06-03 14:00")
                self.move("06-03 14:10" if late else "06-01 11:10", ticket, "awaiting")
                shown = root_message.root(ticket._slack_root())
                [fields] = [block["fields"] for block in shown["blocks"] if "fields" in block]
                self.assertIn("*Due*\nPaused", [field["text"] for field in fields])
        self.move("06-03 15:00", ticket, "done")
        self.assertNotIn("Paused", str(root_message.root(ticket._slack_root())))

    def test_pausing_edits_the_first_message_in_slack(self):
        ticket = self.ticket_at("06-01 10:00")
        before = len(self.entries(ticket))
        self.move("06-01 11:00", ticket, "awaiting")
        self.assertIn("update", self.entries(ticket).sorted("id")[before:].mapped("kind"))

    def test_lists_cards_and_filters_know_it(self):
        views = self.env["helpdesk.ticket"].with_user(self.agent).get_views([(False, "list"), (False, "search")])
        self.assertIn("decoration-info=\"sla_status == 'paused' and not closed\"", views["views"]["list"]["arch"])
        self.assertIn("[('sla_paused', '=', True)]", views["views"]["search"]["arch"])
        before = self.paused_in_groups()
        self.ticket_at("06-01 10:00", stage_id=self.stages["awaiting"].id)
        self.assertEqual(self.paused_in_groups(), before + 1)

    def paused_in_groups(self):
        groups = self.env["helpdesk.ticket"].formatted_read_group([], ["sla_status"], ["__count"])
        return sum(group["__count"] for group in groups if group["sla_status"] == "paused")
