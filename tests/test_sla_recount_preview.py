"""Before it is saved, the form says how many open tickets a change moves; that is what saving does."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..models.sla import helpdesk_sla_recount_preview
from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaRecountPreview(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"calendar_id": cls.office.id, "start_hours": 4, "resolution_hours": 12})
        cls.env["helpdesk.sla.recount"].search([]).unlink()
        cls.env["helpdesk.ticket"].search([]).active = False

    def shapes(self):
        """Open tickets in several stands; a closed one and one of another calendar, which nothing concerns."""
        fresh, late, waiting, over, closed = (self.ticket_at("06-01 07:00") for _number in range(5))
        self.move("06-01 07:30", waiting, "awaiting")
        self.answer("06-01 08:00", over)
        self.move("06-01 08:30", closed, "done")
        self.tick("06-01 11:00")
        self.answer("06-01 11:10", fresh)
        return fresh | late | waiting | over | closed

    def changes(self):
        """(name, a function that changes an open form and returns it, the field of its preview)"""
        holiday = {"date_from": "2026-06-01 00:00:00", "date_to": "2026-06-01 22:00:00", "name": "Off"}

        def zone():
            form = Form(self.office)
            form.tz = "America/New_York"
            return form

        def hours():
            form = Form(self.office)
            for number in range(len(self.office.attendance_ids)):
                with form.attendance_ids.edit(number) as line:
                    line.hour_to = 12
            return form

        def leave():
            form = Form(self.env["resource.calendar.leaves"].with_context(default_calendar_id=self.office.id))
            form.name, form.date_from, form.date_to = holiday["name"], holiday["date_from"], holiday["date_to"]
            return form

        def moved_leave():
            stored = {**holiday, "date_from": "2026-05-01 00:00:00", "date_to": "2026-05-01 22:00:00"}
            record = self.env["resource.calendar.leaves"].create({**stored, "calendar_id": self.office.id})
            form = Form(record)
            form.date_to = holiday["date_to"]
            form.date_from = holiday["date_from"]
            return form

        def policy_hours():
            form = Form(self.policy)
            form.start_hours, form.resolution_hours = 1, 20
            return form

        def no_calendar():
            form = Form(self.policy)
            form.calendar_id = self.env["resource.calendar"]
            return form

        def settings():
            form = Form(self.env["res.config.settings"])
            form.helpdesk_sla_start_hours = 1
            return form

        yield settings.__name__, settings, "helpdesk_sla_preview"
        for change in (zone, hours, leave, moved_leave):
            yield change.__name__, change, "helpdesk_sla_preview"
        for change in (policy_hours, no_calendar):
            yield change.__name__, change, "recount_preview"

    def test_what_the_form_says_is_what_saving_does(self):
        for name, change, field in self.changes():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                tickets = self.shapes()
                self.env["helpdesk.sla.recount"].search([]).unlink()
                with self.at("06-01 12:00"):
                    form = change()
                    said = form[field]
                    before = {clock: self.stand(clock) for clock in tickets.sla_clock_ids}
                    record = form.save()
                    if record._name == "res.config.settings":
                        record.execute()
                    self.exhaust(lambda: self.env["helpdesk.sla.recount"]._recount_next() or 0)
                    self.env["helpdesk.sla.recount"]._recount_next()
                after = {clock: self.stand(clock) for clock in before}
                moved = {clock.ticket_id for clock in before if before[clock][:2] != after[clock][:2]}
                revoked = sum(bool(before[clock][2] and not after[clock][2]) for clock in before)
                late = sum(bool(after[clock][2] and not before[clock][2]) for clock in before)
                self.assertTrue(moved)
                self.assertEqual(
                    said,
                    f"Open tickets: 4. SLA moved: {len(moved)}. Breaches taken back: {revoked}. New breaches: {late}.",
                )
                savepoint.rollback()
            self.env.registry.clear_cache()

    def strict(self):
        """A policy that comes first, and has the tickets of the team."""
        values = {
            "name": "Strict",
            "sequence": 1,
            "start_hours": 1,
            "resolution_hours": 2,
            "applies_from": "2020-01-01",
        }
        policy = self.Policy.create({**values, "team_ids": self.team.ids})
        self.env["helpdesk.sla.recount"]._schedule(reason="policy", company_id=self.company)
        self.exhaust(lambda: self.env["helpdesk.sla.recount"]._recount_next() or 0)
        return policy

    def test_what_is_asked_before_archiving_or_another_order_is_what_that_does(self):
        ticket = self.ticket_at("06-01 07:00")
        self.move("06-01 07:10", ticket, "in_progress")
        with self.at("06-01 07:20"):
            strict = self.strict()
        self.tick("06-01 09:30")
        both = strict | self.policy
        moves = "Open tickets: 1. SLA moved: 1. Breaches taken back: {}. New breaches: {}."
        with self.at("06-01 10:00"):
            self.assertEqual((ticket.sla_policy_id, ticket.sla_status), (strict, "breached"))
            for name, asked, expected in (
                ("the order as it is", lambda: both.bridge_preview_order(), False),
                ("the other order", lambda: (self.policy | strict).bridge_preview_order(), moves.format(1, 0)),
                (
                    "another sequence",
                    lambda: strict.new({"sequence": 5000}, origin=strict).recount_preview,
                    moves.format(1, 0),
                ),
                ("one alone", lambda: strict.bridge_preview_order(), False),
                ("archive", lambda: strict.bridge_preview_archiving(), moves.format(1, 0)),
                ("archive what no ticket has", lambda: self.policy.bridge_preview_archiving(), False),
                ("archive both", lambda: both.bridge_preview_archiving(), moves.format(1, 0)),
                ("unarchive what is active", lambda: both.bridge_preview_archiving(True), False),
            ):
                with self.subTest(name):
                    self.assertEqual(asked(), expected)

    def test_only_who_may_change_policies_is_told_of_their_tickets(self):
        for ask in ("bridge_preview_order", "bridge_preview_archiving"):
            with self.assertRaises(AccessError):
                getattr(self.policy.with_user(self.agent), ask)()
            self.assertFalse(getattr(self.policy.with_user(self.manager), ask)())

    def stand(self, clock):
        return clock.due_at, clock.state, clock.breached_at

    def test_it_says_nothing_where_nothing_is_counted_anew(self):
        self.ticket_at("06-01 07:00")
        with self.at("06-01 08:00"):
            form = Form(self.office)
            self.assertFalse(form.helpdesk_sla_preview)
            form.name = "Other"
            self.assertFalse(form.helpdesk_sla_preview)
            form = Form(self.policy)
            form.name = "Other"
            self.assertFalse(form.recount_preview)
            form = Form(self.Policy)
            form.name = "New"
            self.assertFalse(form.recount_preview)
            form = Form(self.env["resource.calendar"])
            form.name = "New"
            self.assertFalse(form.helpdesk_sla_preview)
            person = self.env["resource.resource"].create({"name": "Jane", "calendar_id": self.office.id})
            leave = Form(self.env["resource.calendar.leaves"].with_context(default_resource_id=person.id))
            leave.date_from, leave.date_to = "2026-06-01 00:00:00", "2026-06-02 00:00:00"
            self.assertFalse(leave.helpdesk_sla_preview)

    def test_of_very_many_tickets_the_first_are_counted(self):
        for _number in range(3):
            self.ticket_at("06-01 07:00")
        with self.at("06-01 08:00"), patch.object(helpdesk_sla_recount_preview, "PREVIEWED", 2):
            form = Form(self.office)
            form.tz = "Europe/London"
            self.assertTrue(
                form.helpdesk_sla_preview.startswith("Of the first 2 open tickets, this moves the SLA of 2")
            )

    def test_a_preview_stores_nothing(self):
        ticket = self.ticket_at("06-01 07:00")
        with self.at("06-01 08:00"):
            Form(self.office).tz = "Europe/London"
            self.assertFalse(self.env["helpdesk.sla.recount"].search([]))
        self.assertEqual(self.due(ticket, "start"), "06-01 11:00")
