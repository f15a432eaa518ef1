"""Calendars and policies change: open tickets are counted anew by the cron, and breaches that never were go."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.sla import helpdesk_sla_recount
from .common import new_test_user
from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaRecount(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Recount = cls.env["helpdesk.sla.recount"]
        # 2026-06-01 is a Monday; 9:00 in Prague is 07:00 UTC.
        cls.policy.write({"calendar_id": cls.office.id, "start_hours": 4, "resolution_hours": 8})
        cls.Recount.search([]).unlink()

    def recount(self, moment, limit=50):
        """The cron counts anew at a moment; returns how many tickets each portion had."""
        with self.at(moment):
            failed, portions = set(), []
            while (done := self.Recount._recount_next(limit, failed)) is not None:
                portions.append(done)
                self.assertLess(len(portions), 30, "there is no end to it")
        return portions

    def holiday(self, moment, day="06-01", **values):
        with self.at(moment):
            return self.env["resource.calendar.leaves"].create(
                {
                    "name": "Off",
                    "calendar_id": self.office.id,
                    "date_from": f"2026-{day} 00:00:00",
                    "date_to": f"2026-{day} 22:00:00",
                    **values,
                }
            )

    def late(self, **values):
        """A ticket whose first response is overdue since Monday, 11:00 UTC."""
        ticket = self.ticket_at("06-01 07:00", **values)
        self.tick("06-01 11:00")
        self.assertEqual(self.clock(ticket, "start").state, "missed")
        return ticket

    def tags(self, ticket):
        return sorted(ticket.tag_ids.mapped("name"))

    def told(self, ticket):
        return [entry.event for entry in self.entries(ticket).sorted("id") if entry.kind == "reply"]

    def notes(self, ticket):
        return " ".join(filter(None, ((message.preview or "").strip() for message in ticket.message_ids.sorted("id"))))

    # ------------------------------------------------------------
    # What is counted anew
    # ------------------------------------------------------------

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

    def person(self):
        return self.env["resource.resource"].create({"name": "Jane", "calendar_id": self.office.id})

    def elsewhere(self):
        return self.env["res.company"].create({"name": "Elsewhere"})

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
    # Breaches
    # ------------------------------------------------------------

    def test_a_breach_that_never_was_leaves_nothing_but_its_history(self):
        self.team.user_id = self.manager
        ticket = self.late()
        self.assertEqual((self.tags(ticket), ticket.sla_status), (["SLA_START_BREACH"], "breached"))
        self.assertEqual(len(ticket.activity_ids), 1)
        total = self.breaches()
        self.holiday("06-01 12:00")
        self.assertEqual(self.tags(ticket), ["SLA_START_BREACH"], "saving it moves nothing yet")
        self.recount("06-01 12:01")
        self.assertEqual((self.tags(ticket), ticket.sla_status), ([], "on_track"))
        self.assertFalse(self.clock(ticket, "start").breached_at)
        self.assertFalse(ticket.activity_ids)
        self.assertEqual(
            self.history(ticket, "start")[1:],
            ["06-01 11:00 breached", "06-01 12:01 retargeted due 06-02 11:00", "06-01 12:01 revoked"],
        )
        self.assertIn(
            "The breach of the first response is taken back: the public holidays have changed.", self.notes(ticket)
        )
        self.assertIn("breach taken back (the public holidays have changed)", ticket.sla_history)
        line = self.entries(ticket).filtered(lambda entry: entry.event == "sla_revoked")
        self.assertIn("The first response is not overdue after all: it is due Tue, Jun 2, 2026", line.payload["text"])
        self.assertFalse({"mention", "mention_user", "broadcast"} & line.payload.keys())
        self.assertEqual(self.breaches(), total, "a monitor's total never falls")
        self.tick("06-02 11:00")
        self.assertEqual((self.tags(ticket), ticket.sla_status), (["SLA_START_BREACH"], "breached"))
        self.assertEqual(self.breaches(), total + 1)

    def breaches(self):
        return sum(self.env["helpdesk.sla.clock"]._totals()["breaches_forgotten"].values())

    def test_nobody_is_rung(self):
        ticket = self.late(user_id=self.agent.id)
        before = len(self.entries(ticket))
        self.holiday("06-01 12:00")
        self.recount("06-01 12:01")
        for entry in self.entries(ticket).sorted("id")[before:]:
            self.assertFalse({"mention", "mention_user"} & (entry.payload or {}).keys())
        self.assertFalse(ticket.message_ids.sorted("id")[-1:].notified_partner_ids)

    def test_a_breach_that_slack_was_not_told_of_is_not_taken_back_there(self):
        ticket = self.late()
        self.entries(ticket).filtered(lambda entry: entry.event == "sla_start_breached").unlink()
        self.holiday("06-01 12:00")
        self.recount("06-01 12:01")
        self.assertEqual(self.tags(ticket), [])
        self.assertNotIn("sla_revoked", self.told(ticket))

    def test_a_tag_of_before_stays(self):
        tag = self.env["helpdesk.sla.clock"]._tag("start")
        ticket = self.late(tag_ids=tag.ids)
        self.holiday("06-01 12:00")
        self.recount("06-01 12:01")
        self.assertEqual((self.tags(ticket), ticket.sla_status), (["SLA_START_BREACH"], "on_track"))

    def test_an_activity_that_is_done_stays_done(self):
        self.team.user_id = self.manager
        ticket = self.late()
        ticket.activity_ids.action_done()
        self.holiday("06-01 12:00")
        self.recount("06-01 12:01")
        self.assertEqual(self.tags(ticket), [])
        self.assertFalse(self.clock(ticket, "start").activity_id.filtered("active"))

    def test_a_breach_that_remains_is_explained(self):
        ticket = self.late()
        # Off until 11:00 in Prague: two hours later.
        self.holiday("06-01 14:00", date_to="2026-06-01 09:00:00")
        self.recount("06-01 14:01")
        self.assertEqual((self.tags(ticket), ticket.sla_status), (["SLA_START_BREACH"], "breached"))
        self.assertEqual(str(self.clock(ticket, "start").breached_at), "2026-06-01 13:00:00")
        self.assertIn(
            "The first response stays overdue: the public holidays have changed. It was due", self.notes(ticket)
        )
        self.assertNotIn("sla_revoked", self.told(ticket))

    def test_what_a_change_makes_late_is_explained_and_rings_nobody(self):
        ticket = self.ticket_at("06-01 07:00", user_id=self.agent.id)
        before = self.told(ticket)
        self.change("06-01 09:00", self.policy, start_hours=1)
        self.recount("06-01 09:01")
        self.assertEqual((self.tags(ticket), ticket.sla_status), (["SLA_START_BREACH"], "breached"))
        self.assertEqual(str(self.clock(ticket, "start").breached_at), "2026-06-01 09:01:00")
        self.assertIn(
            "The first response is overdue now: the policy Default has changed. It was due", self.notes(ticket)
        )
        self.assertEqual(self.told(ticket), before)
        self.assertFalse(ticket.activity_ids)
        self.change("06-01 09:05", self.policy, start_hours=4)
        self.recount("06-01 09:06")
        self.assertEqual((self.tags(ticket), ticket.sla_status), ([], "on_track"))

    def test_a_deleted_holiday_brings_the_breach_back(self):
        ticket = self.late()
        holiday = self.holiday("06-01 12:00")
        self.recount("06-01 12:01")
        self.assertEqual(self.tags(ticket), [])
        with self.at("06-01 12:30"):
            holiday.unlink()
        self.recount("06-01 12:31")
        self.assertEqual((self.tags(ticket), self.due(ticket, "start")), (["SLA_START_BREACH"], "06-01 11:00"))
        with self.at("06-01 12:40"):
            holiday = self.holiday("06-01 12:40", "06-05")
            holiday.write({"date_from": "2026-06-01 00:00:00", "date_to": "2026-06-01 22:00:00"})
        self.recount("06-01 12:41")
        self.assertEqual((self.tags(ticket), self.due(ticket, "start")), ([], "06-02 11:00"))
        with self.at("06-01 12:50"):
            holiday.resource_id = self.person()
        self.recount("06-01 12:51")
        self.assertEqual(self.due(ticket, "start"), "06-01 11:00", "of one person, from now on")

    # ------------------------------------------------------------
    # Policies
    # ------------------------------------------------------------

    def test_an_archived_policy_gives_way_to_the_next(self):
        first = self.Policy.create(
            {"name": "First", "sequence": 1, "applies_from": "2020-01-01", "start_hours": 1, "resolution_hours": 2}
        )
        ticket = self.ticket_at("06-01 07:00")
        self.assertEqual((ticket.sla_policy_id, self.due(ticket, "start")), (first, "06-01 08:00"))
        self.tick("06-01 08:00")
        self.change("06-01 08:10", first, active=False)
        self.recount("06-01 08:11")
        self.assertEqual((ticket.sla_policy_id, self.due(ticket, "start")), (self.policy, "06-01 11:00"))
        self.assertEqual((self.tags(ticket), self.clock(ticket).policy_id), ([], self.policy))
        self.assertEqual(self.clock(ticket).calendar_id, self.office)
        self.change("06-01 08:20", first, active=True)
        self.recount("06-01 08:21")
        self.assertEqual((ticket.sla_policy_id, self.tags(ticket)), (first, ["SLA_START_BREACH"]))

    def test_without_a_policy_there_is_no_sla_and_no_breach(self):
        ticket = self.late()
        self.change("06-01 12:00", self.policy, active=False)
        self.recount("06-01 12:01")
        self.assertEqual((self.states(ticket), ticket.sla_status, self.tags(ticket)), (("canceled",) * 2, "none", []))
        self.assertIn("taken back, without a target: the policy Default has changed.", self.notes(ticket))
        line = self.entries(ticket).filtered(lambda entry: entry.event == "sla_revoked")
        self.assertIn("there is no SLA target any more", line.payload["text"])

    def test_policies_by_priority_are_counted_by_theirs(self):
        urgent, usual = self.ticket_at("06-01 07:00", priority="3"), self.ticket_at("06-01 07:00", priority="1")
        row = {"priority": "3", "start_hours": 1, "resolution_hours": 2}
        self.change("06-01 07:10", self.policy, target_ids=[(0, 0, row)])
        self.recount("06-01 07:11")
        self.assertEqual((self.due(urgent, "start"), self.due(usual, "start")), ("06-01 08:00", "06-01 11:00"))
        self.change("06-01 07:20", self.policy.target_ids, start_hours=2)
        self.recount("06-01 07:21")
        self.assertEqual(self.due(urgent, "start"), "06-01 09:00")
        with self.at("06-01 07:30"):
            self.policy.target_ids.unlink()
        self.recount("06-01 07:31")
        self.assertEqual(self.due(urgent, "start"), "06-01 11:00")

    def test_a_policy_with_other_waiting_stages_pauses_there(self):
        first = self.Policy.create({"name": "First", "sequence": 1, "applies_from": "2020-01-01"})
        ticket = self.ticket_at("06-01 07:00")
        self.move("06-01 07:10", ticket, "awaiting")
        self.assertEqual((ticket.sla_policy_id, ticket.sla_status), (first, "on_track"))
        self.change("06-01 07:20", first, active=False)
        self.recount("06-01 07:21")
        self.assertEqual((ticket.sla_status, self.history(ticket)[-1]), ("paused", "06-01 07:21 paused"))

    def test_a_new_policy_is_not_for_older_tickets(self):
        ticket = self.ticket_at("06-01 07:00")
        with self.at("06-01 08:00"):
            self.Policy.create({"name": "New", "sequence": 1, "start_hours": 1})
        self.recount("06-01 08:01")
        self.assertEqual((ticket.sla_policy_id, self.due(ticket, "start")), (self.policy, "06-01 11:00"))

    def test_what_changes_no_target_counts_nothing(self):
        self.ticket_at("06-01 07:00")
        self.policy.write({"name": "Other", "start_hours": self.policy.start_hours})
        self.office.write({"name": "Other"})
        self.env["resource.calendar"].create({"name": "Unused"}).tz = "Europe/London"
        self.assertFalse(self.Recount.search([]))

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
