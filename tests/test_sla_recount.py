"""Calendars and policies change: open tickets are counted anew by the cron, in portions."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.sla import helpdesk_sla_recount
from .common import new_test_user
from .sla_recount_case import RecountCase


@tagged("post_install", "-at_install")
class TestSlaRecount(RecountCase):
    def test_whatever_changes_working_time_moves_what_is_due(self):
        """(what changes, response due, resolution due)"""
        attendance = self.office.attendance_ids
        leaves = self.env["resource.calendar.leaves"]
        other = self.office.copy({"name": "Early", "tz": "Europe/London"})
        tuesday = {"date_from": "2026-06-02 00:00:00", "date_to": "2026-06-02 22:00:00", "name": "Off"}
        monday = {**tuesday, "date_from": "2026-06-01 00:00:00", "date_to": "2026-06-01 22:00:00"}
        mine = {"calendar_id": self.office.id}
        for name, change, start, resolution in (
            ("nothing", lambda: self.office.write({"name": "Office"}), "06-01 14:00", "06-02 10:00"),
            ("the zone", lambda: self.office.write({"tz": "Europe/London"}), "06-01 14:00", "06-02 10:00"),
            ("hours", lambda: attendance.write({"hour_to": 18}), "06-01 14:00", "06-02 09:00"),
            (
                "hours, by the calendar",
                lambda: self.office.write({"attendance_ids": [(1, line.id, {"hour_to": 18}) for line in attendance]}),
                "06-01 14:00",
                "06-02 09:00",
            ),
            (
                "a day less",
                lambda: attendance.filtered(lambda line: line.dayofweek == "1").unlink(),
                "06-01 14:00",
                "06-03 10:00",
            ),
            (
                "flexible hours",
                lambda: self.office.write({"schedule_type": "flexible", "flexible_hours": True}),
                "06-01 14:00",
                "06-01 18:00",
            ),
            ("a holiday", lambda: leaves.create({**tuesday, **mine}), "06-01 14:00", "06-03 10:00"),
            ("a holiday of today", lambda: leaves.create({**monday, **mine}), "06-02 11:00", "06-02 15:00"),
            ("of all calendars", lambda: leaves.create(tuesday), "06-01 14:00", "06-03 10:00"),
            (
                "of one person",
                lambda: leaves.create({**tuesday, **mine, "resource_id": self.person().id}),
                "06-01 14:00",
                "06-02 10:00",
            ),
            (
                "training",
                lambda: leaves.create({**tuesday, **mine, "time_type": "other"}),
                "06-01 14:00",
                "06-02 10:00",
            ),
            (
                "of another calendar",
                lambda: leaves.create({**tuesday, "calendar_id": other.id}),
                "06-01 14:00",
                "06-02 10:00",
            ),
            (
                "of another company",
                lambda: leaves.with_company(self.elsewhere()).create(tuesday),
                "06-01 14:00",
                "06-02 10:00",
            ),
            (
                "other hours of the policy",
                lambda: self.policy.write({"start_hours": 1, "resolution_hours": 2}),
                "06-01 11:00",
                "06-01 12:00",
            ),
            (
                "other working hours of the policy",
                lambda: self.policy.write({"calendar_id": other.id}),
                "06-01 14:00",
                "06-02 10:00",
            ),
            ("none", lambda: self.policy.write({"calendar_id": False}), "06-01 14:00", "06-01 18:00"),
            (
                "a row by priority",
                lambda: self.policy.write(
                    {"target_ids": [(0, 0, {"priority": "1", "start_hours": 2, "resolution_hours": 3})]}
                ),
                "06-01 12:00",
                "06-01 13:00",
            ),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                ticket = self.ticket_at("06-01 10:00", priority="1")  # noon in Prague: five hours are left
                with self.at("06-01 10:10"):
                    change()
                self.recount("06-01 10:11")
                self.assertEqual((self.due(ticket, "start"), self.due(ticket)), (start, resolution))
                self.assertFalse(self.Recount.search([]))
                savepoint.rollback()
            self.env.registry.clear_cache()

    def test_a_row_that_is_given_to_another_policy_changes_the_tickets_of_both(self):
        elsewhere = self.elsewhere()
        policies = self.Policy.search([("company_id", "in", (self.company + elsewhere).ids)])
        here = policies.filtered(lambda policy: policy.company_id == self.company)[:1]
        there = policies.filtered(lambda policy: policy.company_id == elsewhere)[:1]
        row = self.env["helpdesk.sla.target"].create({"policy_id": here.id, "priority": "1", "start_hours": 2})
        self.Recount.search([]).unlink()
        row.write({"policy_id": there.id, "start_hours": 3})
        self.assertEqual(self.Recount.search([]).company_id, self.company + elsewhere)

    def test_what_was_counted_from_the_start_of_the_day_in_another_zone(self):
        ticket = self.ticket_at("06-01 07:00")
        self.assertEqual(self.due(ticket, "start"), "06-01 11:00")
        self.change("06-01 08:30", self.office, tz="America/New_York")
        self.recount("06-01 08:31")
        # Nine o'clock in New York is 13:00 UTC.
        self.assertEqual(self.due(ticket, "start"), "06-01 17:00")
        self.assertIn(
            "changed (the working hours Nine to five have changed): due Mon, Jun 1, 2026, 1:00",
            ticket.sla_history,
        )

    def test_time_spent_paused_before_stays_a_pause(self):
        ticket = self.ticket_at("06-01 07:00")
        self.move("06-01 08:00", ticket, "awaiting")
        self.move("06-01 10:00", ticket, "new")
        self.assertEqual(self.due(ticket, "start"), "06-01 13:00")
        self.holiday("06-01 10:30", "06-02")
        self.office.attendance_ids.hour_to = 14  # until 12:00 UTC
        self.recount("06-01 10:31")
        # One hour before the pause, two after it, one on Wednesday.
        self.assertEqual(self.due(ticket, "start"), "06-03 08:00")

    def test_a_ticket_that_waits_is_counted_anew_as_well(self):
        ticket = self.ticket_at("06-01 07:00")
        self.move("06-01 08:00", ticket, "awaiting")
        self.holiday("06-01 09:00", "06-02")
        self.recount("06-01 09:01")
        self.assertEqual((self.clock(ticket).state, ticket.sla_status), ("paused", "paused"))
        self.move("06-03 07:00", ticket, "new")
        self.assertEqual(self.due(ticket), "06-03 14:00")

    def test_what_is_over_stays_as_it_was(self):
        ticket = self.late()
        self.move("06-01 12:00", ticket, "done")
        before = self.history(ticket), self.history(ticket, "start"), self.tags(ticket), self.notes(ticket)
        self.holiday("06-02 08:00")
        self.policy.write({"start_hours": 20, "resolution_hours": 40})
        self.recount("06-02 08:01")
        after = self.history(ticket), self.history(ticket, "start"), self.tags(ticket), self.notes(ticket)
        self.assertEqual(after, before)
        self.assertEqual(ticket.sla_status, "breached")

    def test_a_closed_ticket_is_not_even_looked_at(self):
        self.late()
        closed = self.ticket_at("06-01 07:00", stage_id=self.stages["new"].id)
        self.move("06-01 07:30", closed, "awaiting")
        self.policy.start_hours = 5
        closed._sla_set_past({"stage_id": self.stages["done"].id})
        self.holiday("06-01 12:00")
        for row in self.Recount.search([]):
            with self.subTest(row.reason):
                found = self.env["helpdesk.ticket"].search(row._tickets_domain())
                self.assertTrue(found)
                self.assertNotIn(closed, found)

    def test_a_first_response_that_is_over_stays_while_the_resolution_moves(self):
        ticket = self.late()
        self.answer("06-01 11:30", ticket)
        self.holiday("06-02 06:00")
        self.recount("06-02 06:01")
        self.assertEqual(self.clock(ticket, "start").state, "missed")
        self.assertEqual((self.due(ticket), self.tags(ticket)), ("06-02 15:00", ["SLA_START_BREACH"]))

    def test_only_the_company_of_a_holiday_is_concerned(self):
        office = self.office.copy({"name": "Shared", "company_id": False})
        elsewhere = self.elsewhere()
        theirs = self.Policy._default_of(elsewhere)
        (self.policy | theirs).write({"calendar_id": office.id, "applies_from": "2020-01-01 00:00:00"})
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": elsewhere.id})
        here = self.ticket_at("06-01 07:00")
        there = self.ticket_at("06-01 07:00", team_id=team.id, company_id=elsewhere.id)
        self.recount("06-01 07:01")
        self.holiday("06-01 08:00", calendar_id=False)
        self.recount("06-01 08:01")
        self.assertEqual((self.due(here, "start"), self.due(there, "start")), ("06-02 11:00", "06-01 11:00"))
        self.change("06-01 08:30", office, tz="Europe/London")
        self.recount("06-01 08:31")
        self.assertEqual((self.due(here, "start"), self.due(there, "start")), ("06-02 12:00", "06-01 12:00"))

    def test_who_saves_a_calendar_needs_no_right_to_sla(self):
        ticket = self.ticket_at("06-01 07:00")
        user = new_test_user(self.env, "hr", groups="base.group_system", company_id=self.company.id)
        with self.at("06-01 08:00"):
            self.office.with_user(user).tz = "Europe/London"
        self.recount("06-01 08:01")
        self.assertEqual(self.due(ticket, "start"), "06-01 12:00")

    # ------------------------------------------------------------
    # Many tickets
    # ------------------------------------------------------------

    def test_many_tickets_come_in_portions_and_after_a_kill_it_goes_on(self):
        tickets = [self.ticket_at("06-01 07:00") for _number in range(5)]
        self.holiday("06-01 08:00")
        with self.at("06-01 08:01"):
            self.assertEqual(self.Recount._recount_next(2), 2)
            self.env.invalidate_all()
            [row] = self.Recount.search([])
            self.assertEqual(row.after_id, tickets[1].id)
            self.assertEqual(
                [self.due(ticket, "start") for ticket in tickets], ["06-02 11:00"] * 2 + ["06-01 11:00"] * 3
            )
        self.assertEqual(self.recount("06-01 08:02", limit=2), [2, 1])
        self.assertEqual({self.due(ticket, "start") for ticket in tickets}, {"06-02 11:00"})
        self.assertEqual({len(self.history(ticket, "start")) for ticket in tickets}, {2})

    def test_a_change_while_the_cron_is_at_work_begins_anew(self):
        tickets = [self.ticket_at("06-01 07:00") for _number in range(3)]
        self.holiday("06-01 08:00")
        with self.at("06-01 08:01"):
            self.Recount._recount_next(2)
        self.holiday("06-01 08:02", "06-02")
        self.recount("06-01 08:03", limit=2)
        self.assertEqual({self.due(ticket, "start") for ticket in tickets}, {"06-03 11:00"})

    def test_one_save_makes_one_row(self):
        self.ticket_at("06-01 07:00")
        self.office.write({"attendance_ids": [(1, line.id, {"hour_to": 18}) for line in self.office.attendance_ids]})
        self.assertEqual(len(self.Recount.search([])), 1)

    def test_the_cron_counts_before_it_finds_late(self):
        ticket = self.ticket_at("06-01 07:00")
        self.holiday("06-01 08:00")
        with self.at("06-01 11:30"), self.enter_registry_test_mode():
            self.env.ref("helpdesk_bridge.ir_cron_sla_tick").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((self.due(ticket, "start"), ticket.sla_status), ("06-02 11:00", "on_track"))
        self.assertFalse(self.Recount.search([]))

    def test_a_ticket_that_cannot_be_counted_keeps_no_other_from_it(self):
        spoilt, sound = self.ticket_at("06-01 07:00"), self.ticket_at("06-01 07:00")
        self.holiday("06-01 08:00")
        with self.refusing("_sla_recount", spoilt):
            self.recount("06-01 08:01")
        self.assertEqual((self.due(spoilt, "start"), self.due(sound, "start")), ("06-01 11:00", "06-02 11:00"))

    def test_a_row_that_fails_keeps_no_other_from_its_turn(self):
        ticket = self.ticket_at("06-01 07:00")
        self.holiday("06-01 08:00")
        self.holiday("06-01 08:00", calendar_id=False)
        first, second = self.Recount.search([])
        portion = type(first)._recount_portion

        def failing(row, limit):
            if row == first:
                raise ValueError("not this one")
            return portion(row, limit)

        with patch.object(type(first), "_recount_portion", failing), mute_logger(helpdesk_sla_recount.__name__):
            self.recount("06-01 08:01")
        self.assertEqual(self.due(ticket, "start"), "06-02 11:00")
        self.assertEqual((first.exists(), second.exists()), (first, second.browse()))

    @contextmanager
    def refusing(self, method, ticket):
        """As another addon may: this raises for one ticket."""
        owner = type(self.env["helpdesk.ticket"])
        original = getattr(owner, method)

        def refuse(tickets, *args, **kwargs):
            if ticket in tickets:
                raise ValueError("not this one")
            return original(tickets, *args, **kwargs)

        with patch.object(owner, method, refuse), mute_logger(helpdesk_sla_recount.__name__):
            yield
