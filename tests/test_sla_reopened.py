"""A ticket that was created closed and is reopened has SLA targets from its reopening."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaReopened(SlaCase):
    def closed(self, stage="done", **values):
        ticket = self.ticket_at("06-01 10:00", **{"stage_id": self.stages[stage].id, **values})
        self.assertEqual((ticket.sla_clock_ids.ids, ticket.sla_status), ([], False))
        return ticket

    def test_whatever_kept_it_from_an_sla_its_targets_count_from_the_end_of_that(self):
        original = self.ticket_at("06-01 09:00")
        for name, created, reopened in (
            ("closed", {"stage_id": self.stages["done"].id}, {"stage_id": self.stages["new"].id}),
            ("rejected", {"stage_id": self.stages["rejected"].id}, {"stage_id": self.stages["new"].id}),
            ("archived", {"active": False}, {"active": True}),
            ("a duplicate", {"duplicate_id": original.id}, {"duplicate_id": False}),
        ):
            with self.subTest(name):
                ticket = self.ticket_at("06-01 10:00", **created)
                self.assertFalse(ticket.sla_clock_ids)
                self.change("06-05 12:00", ticket, **reopened)
                self.assertEqual((self.due(ticket, "start"), self.due(ticket)), ("06-05 16:00", "06-06 12:00"))
                self.assertEqual((self.states(ticket), ticket.sla_status), (("running",) * 2, "on_track"))
                self.assertEqual(ticket.sla_policy_id, self.policy)
                self.assertEqual(str(self.clock(ticket).started_at), "2026-06-05 12:00:00")

    def test_what_a_solved_ticket_reached_stays_when_it_is_archived(self):
        """Table: when it was solved, and the result of its resolution."""
        for name, solved, state, status in (
            ("in time", "06-01 20:00", "met", "met"),
            ("late", "06-03 10:00", "missed", "breached"),
        ):
            with self.subTest(name):
                ticket = self.ticket_at("06-01 10:00")
                self.answer("06-01 11:00", ticket)
                self.move(solved, ticket, "done")
                history, satisfied = self.history(ticket), self.clock(ticket).satisfied_at
                for moment, active in (("06-05 12:00", False), ("06-06 12:00", True), ("06-07 12:00", False)):
                    self.change(moment, ticket, active=active)
                    self.assertEqual((self.states(ticket), ticket.sla_status), (("met", state), status))
                    self.assertEqual((self.history(ticket), self.clock(ticket).satisfied_at), (history, satisfied))

    def test_a_solved_ticket_that_was_archived_goes_on_when_it_is_reopened(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 20:00", ticket, "done")
        self.change("06-03 12:00", ticket, active=False)
        self.change("06-05 20:00", ticket, active=True, stage_id=self.stages["in_progress"].id)
        self.assertEqual(self.history(ticket)[1:], ["06-01 20:00 met", "06-05 20:00 reopened due 06-06 10:00"])

    def test_a_reopened_ticket_has_the_targets_of_what_it_is_now(self):
        """Table: what had changed by then; 24 hours, or 2, from the start. It was over from 11:00 to 13:00."""
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.Policy._ensure_default(other)
        theirs.write({"resolution_hours": 3, "applies_from": "2020-01-01 00:00:00"})
        fast = self.Policy.create({"name": "Fast", "team_ids": [(4, self.team.id)], "resolution_hours": 2})
        fast.write({"applies_from": "2020-01-01 00:00:00", "active": False})
        self.policy.target_ids = [(0, 0, {"priority": "3", "start_hours": 4, "resolution_hours": 2})]
        self.env.flush_all()
        for name, then, along, due, policy in (
            ("nothing", {}, {}, "06-02 12:00", self.policy),
            ("its priority", {"priority": "3"}, {}, "06-01 14:00", self.policy),
            ("its priority, as it is reopened", {}, {"priority": "3"}, "06-01 14:00", self.policy),
            ("its company", {"company_id": other.id, "team_id": False}, {}, "06-01 15:00", theirs),
            ("its company, as it is reopened", {}, {"company_id": other.id, "team_id": False}, "06-01 15:00", theirs),
            ("the hours of its policy", {self.policy: {"resolution_hours": 5}}, {}, "06-01 17:00", self.policy),
            ("which policy comes first", {fast: {"active": True}}, {}, "06-01 14:00", fast),
        ):
            for stage in ("done", "rejected", "archived"):
                with self.subTest(name, over=stage), self.at("06-01 10:00"), self.env.cr.savepoint() as savepoint:
                    ticket = self.new_ticket(user_id=False)
                    over, again = {"active": False}, {"active": True}
                    if stage != "archived":
                        over, again = {"stage_id": self.stages[stage].id}, {"stage_id": self.stages["new"].id}
                    self.change("06-01 11:00", ticket, **over)
                    for record, values in then.items():
                        if isinstance(record, str):
                            self.change("06-01 12:00", ticket, **{record: values})
                        else:
                            self.change("06-01 12:00", record, **values)
                    self.change("06-01 13:00", ticket, **again, **along)
                    self.assertEqual((self.due(ticket), ticket.sla_policy_id), (due, policy))
                    self.assertEqual(self.clock(ticket).policy_id, policy)
                    self.assertEqual((self.states(ticket)[1], ticket.sla_status), ("running", "on_track"))
                    savepoint.rollback()
                    self.env.invalidate_all()
                    self.env.registry.clear_cache()

    def test_what_was_no_solution_after_all_is_canceled(self):
        original = self.ticket_at("06-01 09:00")
        for name, values in (
            ("a duplicate", {"duplicate_id": original.id}),
            ("merged", {"duplicate_id": original.id, "active": False}),
            ("rejected", {"stage_id": self.stages["rejected"].id}),
            ("archived while it is open", {"active": False, "stage_id": self.stages["new"].id}),
        ):
            with self.subTest(name):
                ticket = self.ticket_at("06-01 10:00")
                self.answer("06-01 11:00", ticket)
                self.move("06-01 20:00", ticket, "done")
                self.change("06-02 12:00", ticket, **values)
                self.assertEqual(self.states(ticket), ("met", "canceled"))

    def test_a_customers_reply_reopens_it_with_targets(self):
        customer = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        ticket = self.closed(partner_id=customer.id)
        with self.at("06-02 12:00"):
            ticket.message_post(
                body="Again!", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=customer.id
            )
        self.assertFalse(ticket.closed)
        self.assertEqual((self.due(ticket, "start"), self.due(ticket)), ("06-02 16:00", "06-03 12:00"))
        self.answer("06-02 13:00", ticket)
        self.assertEqual(self.states(ticket), ("met", "running"))

    def test_an_agent_who_takes_it_up_has_responded(self):
        ticket = self.closed()
        self.move("06-02 12:00", ticket, "in_progress")
        self.assertEqual((self.states(ticket), self.due(ticket)), (("met", "running"), "06-03 12:00"))

    def test_an_answer_of_before_is_no_response_to_what_comes_now(self):
        ticket = self.closed()
        self.answer("06-01 11:00", ticket)
        self.move("06-02 12:00", ticket, "new")
        self.assertEqual(self.states(ticket), ("running", "running"))

    def test_reopened_to_wait_it_is_paused(self):
        ticket = self.closed()
        self.move("06-02 12:00", ticket, "awaiting")
        self.assertEqual((self.states(ticket), ticket.sla_status), (("paused", "paused"), "paused"))

    def test_a_target_that_comes_later_counts_from_the_reopening_as_well(self):
        self.policy.write(
            {"resolution_hours": 0, "target_ids": [(0, 0, {"priority": "3", "start_hours": 4, "resolution_hours": 8})]}
        )
        ticket = self.closed()
        self.move("06-02 12:00", ticket, "new")
        self.change("06-02 13:00", ticket, priority="3")
        self.assertEqual(self.due(ticket), "06-02 20:00")

    def test_closed_and_reopened_again_it_goes_on(self):
        ticket = self.closed()
        self.move("06-02 12:00", ticket, "new")
        self.move("06-02 13:00", ticket, "done")
        self.move("06-02 15:00", ticket, "in_progress")
        self.assertEqual(self.due(ticket), "06-03 14:00")
        self.assertEqual(str(ticket.sla_from), "2026-06-02 12:00:00")

    def test_the_hours_of_its_policy_count(self):
        self.policy.calendar_id = self.office
        ticket = self.closed()
        self.move("06-05 16:00", ticket, "new")  # Friday, after work
        self.assertEqual(self.due(ticket, "start"), "06-08 11:00")

    def test_without_a_policy_it_has_no_sla(self):
        self.policy.active = False
        ticket = self.closed()
        self.move("06-02 12:00", ticket, "new")
        self.assertEqual((ticket.sla_status, ticket.sla_clock_ids.ids), ("none", []))

    def test_a_change_that_reopens_nothing_starts_nothing(self):
        ticket = self.closed()
        self.change("06-02 12:00", ticket, priority="3", stage_id=self.stages["cancelled"].id)
        self.assertFalse(ticket.sla_clock_ids)
        older = self.ticket_at("06-01 10:00")
        older.sla_clock_ids.unlink()
        older._sla_set({"sla_since": False, "sla_policy_id": False, "sla_due": False, "sla_status": False})
        self.change("06-02 12:00", older, priority="3", stage_id=self.stages["in_progress"].id)
        self.assertFalse(older.sla_clock_ids, "an open ticket from before is for Apply to Open Tickets")

    def test_no_user_writes_from_when_it_counts(self):
        ticket = self.by_agent(self.ticket_at("06-01 10:00"))
        for values in ({"sla_from": False}, {"sla_paused": True}):
            with self.assertRaises(AccessError):
                ticket.write(values)
