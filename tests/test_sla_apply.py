"""Tickets from before come under the policies only when somebody asks for it, and sees first what that changes."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..wizards import helpdesk_sla_apply
from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaApply(SlaCase):
    def setUp(self):
        super().setUp()
        self.env["helpdesk.ticket"].search([]).active = False

    def from_before(self, moment, **values):
        """A ticket that existed before the addon was installed."""
        ticket = self.ticket_at(moment, **values)
        ticket.sla_clock_ids.unlink()
        ticket._sla_set({"sla_since": False, "sla_policy_id": False, "sla_due": False, "sla_status": False})
        return ticket

    def apply(self, moment, **values):
        with self.at(moment):
            wizard = self.env["helpdesk.sla.apply"].with_user(self.manager).create(values)
            lines = [
                (
                    line.ticket_id,
                    line.policy_before_id,
                    line.policy_id,
                    fields.Datetime.to_string(line.resolution_due)[5:16] if line.resolution_due else "",
                    line.is_late,
                )
                for line in wizard.line_ids
            ]
            wizard.action_apply()
        return lines

    def test_a_ticket_from_before_has_no_promises_whatever_happens_to_it(self):
        ticket = self.from_before("06-01 10:00")
        self.change("06-01 11:00", ticket, priority="3", team_id=self.team.copy().id)
        self.move("06-01 12:00", ticket, "in_progress")
        self.tick("06-10 12:00")
        self.assertFalse(ticket.sla_clock_ids)
        self.assertFalse(ticket.sla_status)

    def test_it_is_counted_from_its_creation_and_the_past_is_recorded_silently(self):
        ticket = self.from_before("06-01 10:00", user_id=self.agent.id)
        notes = len(ticket.message_ids)
        none = self.Policy
        self.assertEqual(self.apply("06-03 10:00"), [(ticket, none, self.policy, "06-02 10:00", True)])
        self.assertEqual(self.history(ticket), ["06-01 10:00 started", "06-02 10:00 breached"])
        self.assertEqual(ticket.sla_status, "breached")
        self.tick("06-03 10:01")
        self.assertEqual(len(ticket.message_ids), notes)
        self.assertFalse(ticket.activity_ids)

    def test_a_ticket_that_was_taken_up_before_is_promised_no_start(self):
        answered = self.from_before("06-01 10:00")
        self.answer("06-01 11:00", answered)
        moved = self.from_before("06-01 10:00")
        self.move("06-01 11:00", moved, "in_progress")
        self.apply("06-01 12:00")
        for ticket in (answered, moved):
            self.assertEqual(ticket.sla_clock_ids.mapped("metric"), ["resolution"])

    def test_a_changed_policy_applies_to_older_tickets_on_request(self):
        ticket = self.ticket_at("06-01 10:00")
        self.policy.resolution_hours = 48
        self.assertEqual(self.apply("06-01 12:00"), [(ticket, self.policy, self.policy, "06-03 10:00", False)])
        self.assertEqual(self.history(ticket)[-1], "06-01 12:00 retargeted due 06-03 10:00")

    def test_a_changed_calendar_counts_for_older_tickets_on_request(self):
        self.policy.calendar_id = self.office
        ticket = self.ticket_at("06-01 10:00")
        holiday = {"calendar_id": self.office.id, "date_from": "2026-06-02 00:00:00", "date_to": "2026-06-03 00:00:00"}
        self.env["resource.calendar.leaves"].create({"name": "Holiday", **holiday})
        self.assertEqual(self.apply("06-01 12:00"), [(ticket, self.policy, self.policy, "06-05 10:00", False)])
        self.assertEqual(self.history(ticket)[-1], "06-01 12:00 retargeted due 06-05 10:00")
        self.assertEqual(self.apply("06-01 12:30"), [])
        self.assertEqual(len(self.history(ticket)), 2)

    def test_what_stays_as_it_is_is_not_shown(self):
        self.ticket_at("06-01 10:00")
        self.assertEqual(self.apply("06-01 12:00"), [])

    def test_closed_tickets_and_other_teams_are_left_alone(self):
        self.from_before("06-01 10:00", stage_id=self.stages["done"].id)
        other = self.env["helpdesk.ticket.team"].create({"name": "Research"})
        self.from_before("06-01 10:00", team_id=other.id)
        self.assertEqual(self.apply("06-01 12:00", team_ids=self.team.ids), [])

    def test_a_preview_changes_nothing(self):
        ticket = self.from_before("06-01 10:00")
        with self.at("06-01 12:00"):
            self.assertEqual(self.env["helpdesk.sla.apply"].create({}).ticket_count, 1)
        self.assertFalse(ticket.sla_clock_ids)

    def test_it_is_a_managers_to_do(self):
        with self.assertRaises(AccessError):
            self.env["helpdesk.sla.apply"].with_user(self.agent).create({})

    def test_the_tickets_that_are_too_many_for_one_time_come_with_the_next_press(self):
        tickets = self.env["helpdesk.ticket"].union(*(self.from_before("06-01 10:00") for _each in range(3)))
        with self.at("06-01 11:00"), patch.object(helpdesk_sla_apply, "AT_ONCE", 2):
            wizard = self.env["helpdesk.sla.apply"].with_user(self.manager).create({})
            self.assertEqual((wizard.ticket_count, wizard.left_count), (2, 1))
            action = wizard.action_apply()
            self.assertEqual((action["res_id"], action["target"]), (wizard.id, "new"))
            self.assertEqual(tickets.filtered("sla_policy_id"), tickets[:2])
            self.assertEqual((wizard.line_ids.ticket_id, wizard.left_count), (tickets[2], 0))
            self.assertEqual(wizard.action_apply()["type"], "ir.actions.act_window_close")
        self.assertEqual(tickets.filtered("sla_policy_id"), tickets)
