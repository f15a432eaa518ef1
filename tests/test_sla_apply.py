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

    def test_a_ticket_from_before_has_no_sla_whatever_happens_to_it(self):
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

    def test_a_ticket_with_a_response_gets_no_first_response_target(self):
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

    def test_a_ticket_in_another_waiting_stage_pauses_and_one_that_waits_no_more_goes_on(self):
        works, waits = self.ticket_at("06-01 10:00"), self.ticket_at("06-01 10:00")
        self.move("06-01 10:10", works, "in_progress")
        self.move("06-01 10:10", waits, "awaiting")
        self.Policy.create(
            {
                "name": "New",
                "sequence": 1,
                "applies_from": "2026-06-01 10:30:00",
                "waiting_stage_ids": self.stages["in_progress"].ids,
            }
        )
        self.apply("06-01 11:10")
        self.assertEqual((self.clock(works).state, self.history(works)[-1]), ("paused", "06-01 11:10 paused"))
        self.assertEqual((self.states(waits), self.due(waits)), (("running", "running"), "06-02 11:00"))

    # ------------------------------------------------------------
    # What is shown is what is done
    # ------------------------------------------------------------

    def shapes(self):
        """Tickets in everything that can have happened to them, by a word for it."""
        yield "new", self.ticket_at("06-01 10:00")
        yield "from before", self.from_before("06-01 10:00")
        answered = self.from_before("06-01 10:00")
        self.answer("06-01 10:30", answered)
        yield "from before and answered", answered
        yield "from before and waiting", self.from_before("06-01 10:00", stage_id=self.stages["awaiting"].id)
        for stage in ("in_progress", "awaiting", "rejected", "done"):
            ticket = self.ticket_at("06-01 10:00")
            self.move("06-01 10:30", ticket, stage)
            yield stage, ticket
        reopened = self.ticket_at("06-01 10:00")
        self.move("06-01 10:30", reopened, "done")
        self.move("06-01 11:30", reopened, "in_progress")
        yield "reopened", reopened
        none = self.env["helpdesk.ticket.team"].create({"name": "None"})
        nothing = {"team_ids": none.ids, "start_hours": 0, "resolution_hours": 0, "applies_from": "2020-01-01"}
        self.Policy.create({"name": "None", **nothing})
        for stage in ("new", "awaiting"):
            ticket = self.ticket_at("06-01 10:00")
            self.change("06-01 10:30", ticket, team_id=none.id)
            self.move("06-01 10:45", ticket, stage)
            self.change("06-01 11:00", ticket, category_id=self.category.id)
            yield f"withdrawn in {stage}", ticket
        urgent = self.ticket_at("06-01 10:00", team_id=none.id, category_id=self.category.id)
        yield "never had an SLA", urgent
        late = self.ticket_at("06-01 04:00")
        self.tick("06-01 11:30")
        yield "late", late

    def test_the_preview_shows_what_is_done_then(self):
        self.category = self.env["helpdesk.ticket.category"].create({"name": "Hardware"})
        stages = self.stages
        variants = [
            {"start_hours": 1, "resolution_hours": 1},
            {"start_hours": 40, "resolution_hours": 40, "waiting_stage_ids": stages["in_progress"].ids},
            {"start_hours": 0, "resolution_hours": 0},
            {"start_hours": 8, "resolution_hours": 1, "waiting_stage_ids": (stages["new"] | stages["awaiting"]).ids},
            {"start_hours": 3, "resolution_hours": 16, "calendar_id": self.office.id},
        ]
        for values in variants:
            with self.env.cr.savepoint() as savepoint:
                self.shown_is_done(dict(self.shapes()), values)
                savepoint.rollback()
            self.env.registry.clear_cache()

    def shown_is_done(self, tickets, values):
        self.Policy.create({"name": "New", "sequence": 1, "applies_from": "2026-06-01 11:45:00", **values})
        with self.at("06-01 12:00"):
            wizard = self.env["helpdesk.sla.apply"].create({})
            shown = {line.ticket_id: line for line in wizard.line_ids}
            before = {ticket: self.standing(ticket) for ticket in tickets.values()}
            expected = {
                ticket: (line.policy_id, line.start_due, line.resolution_due, line.is_late)
                for ticket, line in shown.items()
            }
            wizard.action_apply()
        for name, ticket in tickets.items():
            with self.subTest(name, **values):
                self.assertEqual(self.standing(ticket), expected.get(ticket, before[ticket]))

    def standing(self, ticket):
        clocks = {clock.metric: clock for clock in ticket.sla_clock_ids if clock.state != "canceled"}
        dues = [clocks[metric].due_at if metric in clocks else False for metric in ("start", "resolution")]
        return ticket.sla_policy_id, *dues, any(clock.breached_at for clock in clocks.values())
