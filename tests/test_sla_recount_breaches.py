"""What becomes of breaches when calendars and policies change: taken back, explained, and nobody is mentioned."""

from odoo.tests import tagged

from .sla_recount_case import RecountCase


@tagged("post_install", "-at_install")
class TestSlaRecountBreaches(RecountCase):
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
