"""The SLA targets of a ticket change: withdrawn, set again, set for the first time."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaChanges(SlaCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["helpdesk.ticket.team"].create({"name": "Research"})

    def new_policy(self, **values):
        return self.Policy.create({"name": "New", "applies_from": "2020-01-01", **values})

    def set_no_targets(self, **values):
        """A policy that has nothing for the tickets of the other team."""
        return self.new_policy(team_ids=self.other.ids, start_hours=0, resolution_hours=0, **values)

    def set_targets_by_priority(self, start=0, resolution=0):
        """Only the most urgent tickets have SLA targets."""
        target = {"priority": "3", "start_hours": start, "resolution_hours": resolution}
        self.policy.write({"start_hours": 0, "resolution_hours": 0, "target_ids": [(0, 0, target)]})

    # ------------------------------------------------------------
    # Taken back
    # ------------------------------------------------------------

    def stays_withdrawn(self):
        ticket = self.ticket_at("06-01 10:00")
        self.change("06-01 11:00", ticket, team_id=self.other.id)
        self.assertEqual(self.states(ticket), ("canceled", "canceled"))
        self.answer("06-01 11:30", ticket)
        self.move("06-01 12:00", ticket, "in_progress")
        self.tick("06-03 11:00")
        self.assertEqual(self.states(ticket), ("canceled", "canceled"))
        self.move("06-03 12:00", ticket, "done")
        self.assertEqual(self.states(ticket), ("canceled", "canceled"))
        self.assertEqual(ticket.sla_status, "none")
        self.assertFalse(ticket.tag_ids)

    def test_no_work_brings_back_targets_that_the_new_teams_policy_does_not_set(self):
        self.set_no_targets()
        self.stays_withdrawn()

    def test_no_work_brings_back_targets_that_no_policy_sets_any_more(self):
        self.policy.active = False
        self.new_policy(team_ids=self.team.ids)
        self.stays_withdrawn()

    def test_what_was_done_without_an_sla_needs_no_target_again(self):
        self.set_no_targets()
        for act in ("answer", "move"):
            with self.subTest(act):
                ticket = self.ticket_at("06-01 10:00")
                self.change("06-01 11:00", ticket, team_id=self.other.id)
                if act == "answer":
                    self.answer("06-01 11:30", ticket)
                else:
                    self.move("06-01 11:30", ticket, "in_progress")
                self.change("06-01 18:00", ticket, team_id=self.team.id)
                self.assertEqual(self.states(ticket), ("canceled", "running"))
                self.move("06-01 18:30", ticket, "awaiting")
                self.move("06-01 19:00", ticket, "in_progress")
                self.tick("06-01 23:00")
                self.assertEqual(self.states(ticket), ("canceled", "running"))
                self.assertEqual(ticket.sla_status, "on_track")
                start = [("ticket_id", "=", ticket.id), ("metric", "=", "start")]
                report = self.env["helpdesk.sla.clock.report"]
                [(average,)] = report._read_group(start, [], ["spent_hours:avg"])
                self.assertNotIsInstance(average, float, "no time of an SLA target")

    def test_a_canceled_ticket_that_comes_back_has_the_targets_of_its_team_of_then(self):
        self.new_policy(team_ids=self.other.ids, start_hours=4, resolution_hours=48)
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "rejected")
        self.change("06-01 12:00", ticket, team_id=self.other.id)
        self.assertEqual(self.states(ticket), ("canceled", "canceled"))
        self.move("06-01 13:00", ticket, "new")
        self.assertEqual(self.due(ticket), "06-03 12:00")

    # ------------------------------------------------------------
    # Given, when it is too late already
    # ------------------------------------------------------------

    def is_decided_now(self, ticket, moment, metric="resolution"):
        """The decision breaches it, at that moment, and mentions no one."""
        clock = self.clock(ticket, metric)
        self.assertEqual((clock.state, str(clock.breached_at)), ("missed", f"2026-{moment}:00"))
        moments = clock.line_ids.mapped("at")
        self.assertEqual(moments, sorted(moments), "history does not run backwards")
        lines = self.entries(ticket).filtered(lambda entry: entry.event.startswith("sla_"))
        self.assertEqual(len(lines), 2)
        for line in lines:
            self.assertFalse({"mention", "mention_user"} & line.payload.keys())

    def test_a_first_target_that_is_overdue_already_is_breached_by_the_decision(self):
        self.set_targets_by_priority(start=1, resolution=2)
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.change("06-01 15:00", ticket, priority="3")
        for metric in ("start", "resolution"):
            self.is_decided_now(ticket, "06-01 15:00", metric)
        self.tick("06-01 16:00")
        self.is_decided_now(ticket, "06-01 15:00")

    def test_so_is_one_that_is_given_again(self):
        self.set_no_targets()
        hasty = self.team.copy({"name": "Hasty"})
        self.new_policy(team_ids=hasty.ids, start_hours=0.5, resolution_hours=0.5)
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.change("06-01 11:00", ticket, team_id=self.other.id)
        self.change("06-01 15:00", ticket, team_id=hasty.id)
        for metric in ("start", "resolution"):
            self.is_decided_now(ticket, "06-01 15:00", metric)
        self.tick("06-01 16:00")
        self.is_decided_now(ticket, "06-01 15:00")

    def test_a_ticket_with_a_response_gets_no_first_response_target(self):
        self.set_targets_by_priority(start=1, resolution=2)
        answered, moved = self.ticket_at("06-01 10:00"), self.ticket_at("06-01 10:00")
        self.answer("06-01 10:30", answered)
        self.move("06-01 10:30", moved, "in_progress")
        for ticket in (answered, moved):
            self.change("06-01 11:30", ticket, priority="3")
            self.assertEqual(ticket.sla_clock_ids.mapped("metric"), ["resolution"])
            self.assertEqual(ticket.sla_status, "on_track")

    # ------------------------------------------------------------
    # Another policy has other waiting stages
    # ------------------------------------------------------------

    def test_under_another_policy_a_ticket_waits_where_that_one_says(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Hardware"})
        tag = self.env["helpdesk.ticket.tag"].create({"name": "VIP"})
        self.other.user_ids = self.agent
        for values, change in (
            ({"category_ids": category.ids}, {"category_id": category.id}),
            ({"tag_ids": tag.ids}, {"tag_ids": [(4, tag.id)]}),
            ({"team_ids": self.other.ids}, {"team_id": self.other.id}),
        ):
            with self.subTest(values):
                policy = self.new_policy(waiting_stage_ids=self.stages["in_progress"].ids, **values)
                works, waits = self.ticket_at("06-01 10:00"), self.ticket_at("06-01 10:00")
                self.move("06-01 11:00", works, "in_progress")
                self.move("06-01 11:00", waits, "awaiting")
                for ticket in (works, waits):
                    self.change("06-01 12:00", ticket, **change)
                    self.assertEqual(ticket.sla_policy_id, policy)
                self.assertEqual((self.clock(works).state, self.clock(waits).state), ("paused", "running"))
                self.assertEqual(self.due(waits), "06-02 11:00")
                policy.active = False

    # ------------------------------------------------------------
    # Nobody chooses a policy
    # ------------------------------------------------------------

    def test_the_policy_of_a_ticket_follows_the_rules_and_is_nobodys_to_choose(self):
        slow = self.new_policy(resolution_hours=72, sequence=2000)
        ticket = self.ticket_at("06-01 10:00", user_id=self.manager.id)
        mine = {"name": "x", "description": "x", "team_id": self.team.id, "sla_policy_id": slow.id}
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                ticket.with_user(user).sla_policy_id = slow
            with self.assertRaises(AccessError):
                ticket.with_user(user).create(mine)
        created = (
            ticket.with_user(self.agent)
            .with_context(default_sla_policy_id=slow.id)
            .create({"name": "x", "description": "x", "team_id": self.team.id})
        )
        self.assertEqual(created.sudo().sla_policy_id, self.policy)
        self.change("06-01 11:00", ticket, priority="3")
        self.assertEqual((ticket.sla_policy_id, self.due(ticket)), (self.policy, "06-02 10:00"))

    def test_a_copy_of_a_late_ticket_is_not_late(self):
        tag = self.env["helpdesk.ticket.tag"].create({"name": "VIP"})
        ticket = self.ticket_at("06-01 10:00", tag_ids=tag.ids)
        self.tick("06-03 10:00")
        self.assertEqual(len(ticket.tag_ids), 3)
        with self.at("06-03 11:00"):
            self.assertEqual(ticket.copy().tag_ids, tag)
