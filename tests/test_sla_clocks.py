"""Clocks follow what happens to a ticket."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.common import ir_cron
from .common import new_test_user, without_our_write
from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaClocks(SlaCase):
    def test_a_new_ticket_has_its_sla_targets(self):
        ticket = self.ticket_at("06-01 10:00")
        self.assertEqual(ticket.sla_policy_id, self.policy)
        self.assertEqual((self.due(ticket, "start"), self.due(ticket)), ("06-01 14:00", "06-02 10:00"))
        self.assertEqual(
            (ticket.sla_start_due, ticket.sla_resolution_due), tuple(ticket.sla_clock_ids.mapped("due_at"))
        )
        self.assertEqual((ticket.sla_due, ticket.sla_status), (ticket.sla_start_due, "on_track"))
        self.assertEqual(self.history(ticket), ["06-01 10:00 started"])

    def test_tickets_of_one_transaction_have_their_sla_targets_each(self):
        with self.at("06-01 10:00"):
            tickets = self.env["helpdesk.ticket"].create(
                [
                    {"name": str(number), "description": "x", "team_id": self.team.id, "priority": str(number)}
                    for number in range(3)
                ]
            )
        self.assertEqual([len(ticket.sla_clock_ids) for ticket in tickets], [2, 2, 2])

    # ------------------------------------------------------------
    # Start
    # ------------------------------------------------------------

    def test_a_public_comment_of_an_agent_is_the_start(self):
        ticket = self.ticket_at("06-01 10:00")
        self.answer("06-01 11:00", ticket)
        self.assertEqual(self.states(ticket), ("met", "running"))
        self.assertEqual(ticket.sla_due, ticket.sla_resolution_due)

    def test_a_note_is_not_the_start(self):
        ticket = self.ticket_at("06-01 10:00")
        self.answer("06-01 11:00", ticket, subtype_xmlid="mail.mt_note")
        self.assertEqual(self.states(ticket), ("running", "running"))

    def test_a_comment_of_the_customer_is_not_the_start(self):
        customer = new_test_user(self.env, "customer", groups="base.group_portal")
        ticket = self.ticket_at("06-01 10:00", partner_id=customer.partner_id.id)
        with self.at("06-01 11:00"):
            ticket.sudo().with_user(customer).sudo().message_post(
                body="?", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual(self.states(ticket), ("running", "running"))

    def test_a_comment_of_odoobot_is_not_the_start(self):
        ticket = self.ticket_at("06-01 10:00")
        with self.at("06-01 11:00"):
            ticket.sudo().message_post(
                body="We have received your mail.", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual(self.states(ticket), ("running", "running"))

    def test_a_comment_that_a_cron_posts_is_not_the_start(self):
        ticket = self.ticket_at("06-01 10:00")
        self.answer("06-01 11:00", ticket.with_context(**{ir_cron.AT_WORK_KEY: ir_cron.AT_WORK}))
        self.assertEqual(self.states(ticket), ("running", "running"))

    def test_a_move_out_of_new_by_an_agent_is_the_start(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "in_progress")
        self.assertEqual(self.states(ticket), ("met", "running"))

    def test_a_move_by_a_cron_or_odoobot_is_not(self):
        for mover in (self.env.ref("base.user_root"), None):
            ticket = self.ticket_at("06-01 10:00")
            if mover:
                self.move("06-01 11:00", ticket, "in_progress", mover)
            else:
                self.move("06-01 11:00", ticket.with_context(**{ir_cron.AT_WORK_KEY: ir_cron.AT_WORK}), "in_progress")
            self.assertEqual(self.states(ticket), ("running", "running"))

    def test_assigning_is_not_the_start(self):
        ticket = self.ticket_at("06-01 10:00")
        with self.at("06-01 11:00"):
            self.by_agent(ticket).user_id = self.agent
        self.assertEqual(self.states(ticket), ("running", "running"))

    def test_a_move_to_waiting_is_not_the_start_and_pauses_both(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "awaiting")
        self.assertEqual(self.states(ticket), ("paused", "paused"))
        self.assertFalse(ticket.sla_due)

    def test_closing_straight_from_new_is_the_start_and_the_end(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "done")
        self.assertEqual(self.states(ticket), ("met", "met"))
        self.assertEqual(ticket.sla_status, "met")

    def test_a_customer_who_closes_their_ticket_meets_no_first_response(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket.sudo(), "done", self.env.ref("base.user_root"))
        self.assertEqual(self.states(ticket), ("canceled", "met"))

    def test_the_start_is_any_persons_move_to_where_somebody_works_on_it(self):
        assigned = self.env["helpdesk.ticket.stage"].create({"name": "Assigned", "sequence": 2})
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "awaiting")
        self.move("06-01 12:00", ticket, "in_progress")
        self.assertEqual(self.states(ticket), ("met", "running"), "by way of a stage that waits")
        ticket = self.ticket_at("06-01 10:00")
        with self.at("06-01 11:00"):
            ticket.with_context(**{ir_cron.AT_WORK_KEY: ir_cron.AT_WORK}).stage_id = assigned
        self.assertEqual(self.states(ticket), ("running", "running"))
        self.move("06-01 12:00", ticket, "in_progress")
        self.assertEqual(self.states(ticket), ("met", "running"), "after a cron's move")
        ticket = self.ticket_at("06-01 10:00", stage_id=self.stages["in_progress"].id)
        self.move("06-01 11:00", ticket, "new")
        self.assertEqual(self.states(ticket), ("running", "running"), "where nobody does")

    def test_who_closes_a_ticket_has_begun_it_wherever_it_was(self):
        ticket = self.ticket_at("06-01 10:00", stage_id=self.stages["in_progress"].id)
        self.move("06-01 11:00", ticket, "done")
        self.assertEqual(self.states(ticket), ("met", "met"))
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "awaiting")
        self.move("06-01 20:00", ticket, "done")
        self.assertEqual(self.states(ticket), ("met", "met"))

    def test_a_ticket_that_a_customer_had_closed_is_begun_by_whoever_takes_it_up_again(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket.sudo(), "done", self.env.ref("base.user_root"))
        self.assertEqual(self.states(ticket), ("canceled", "met"))
        self.move("06-01 20:00", ticket, "in_progress")
        self.assertEqual(self.states(ticket), ("met", "running"))
        self.assertEqual(
            self.history(ticket, "start")[-2:], ["06-01 20:00 reopened due 06-01 23:00", "06-01 20:00 met"]
        )

    def test_handing_a_ticket_to_a_team_with_other_stages_is_not_the_start(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Research", "user_ids": self.agent.ids})
        stages = self.env["helpdesk.ticket.stage"]
        self.stages["new"].team_ids = self.team
        theirs = stages.create({"name": "Theirs", "sequence": -1, "team_ids": other.ids})
        for values in ({"team_id": other.id}, {"team_id": other.id, "stage_id": theirs.id}):
            ticket = self.ticket_at("06-01 10:00")
            with self.at("06-01 11:00"):
                self.by_agent(ticket).write(values)
            self.assertEqual(ticket.stage_id, theirs)
            self.assertEqual(self.states(ticket), ("running", "running"))
            self.move("06-01 12:00", ticket, "in_progress")
            self.assertEqual(self.states(ticket), ("met", "running"))

    # ------------------------------------------------------------
    # Resolution
    # ------------------------------------------------------------

    def test_a_pause_is_counted_in_working_time(self):
        self.policy.write({"calendar_id": self.office.id, "resolution_hours": 8})
        ticket = self.ticket_at("06-05 12:00")  # Friday, 14:00 in Prague
        self.assertEqual(self.due(ticket), "06-08 12:00")
        self.move("06-05 13:00", ticket, "awaiting")
        self.move("06-08 08:00", ticket, "in_progress")  # Monday, 10:00: two hours of Friday, one of Monday
        self.assertEqual(self.due(ticket), "06-08 15:00")
        self.assertEqual(
            self.history(ticket), ["06-05 12:00 started", "06-05 13:00 paused", "06-08 08:00 resumed due 06-08 15:00"]
        )
        self.assertEqual(self.clock(ticket).line_ids[1].stage_id, self.stages["awaiting"])

    def test_closed_straight_from_waiting_is_kept(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "awaiting")
        self.move("06-10 11:00", ticket, "done")
        self.assertEqual(self.clock(ticket).state, "met")
        self.assertEqual(self.clock(ticket).spent_minutes, 60)

    def test_a_canceling_stage_cancels(self):
        for stage in ("cancelled", "rejected"):
            ticket = self.ticket_at("06-01 10:00")
            self.move("06-01 11:00", ticket, stage)
            self.assertEqual(self.states(ticket), ("canceled", "canceled"))
            self.assertEqual((ticket.sla_due, ticket.sla_status), (False, "none"))

    def test_a_duplicate_and_an_archived_ticket_have_no_running_clock(self):
        original = self.ticket_at("06-01 10:00")
        for values in ({"duplicate_id": original.id}, {"active": False}):
            ticket = self.ticket_at("06-01 10:00")
            self.change("06-01 11:00", ticket, **values)
            self.assertEqual(self.states(ticket), ("canceled", "canceled"))

    def test_a_ticket_that_is_brought_back_goes_on(self):
        ticket = self.ticket_at("06-01 10:00")
        self.change("06-01 11:00", ticket, active=False)
        self.change("06-02 11:00", ticket, active=True)
        self.assertEqual(self.states(ticket), ("running", "running"))
        self.assertEqual(self.due(ticket), "06-03 10:00")

    def test_a_ticket_solved_late_before_anybody_looked_is_a_breach(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-03 10:00", ticket, "done")
        self.assertEqual(self.history(ticket)[1:], ["06-02 10:00 breached", "06-03 10:00 missed"])
        self.assertEqual(set(ticket.tag_ids.mapped("name")), {"SLA_START_BREACH", "SLA_RESOLUTION_BREACH"})
        self.assertEqual(ticket.sla_status, "breached")

    # ------------------------------------------------------------
    # Reopening
    # ------------------------------------------------------------

    def test_time_spent_closed_is_a_pause(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 20:00", ticket, "done")
        self.move("06-05 20:00", ticket, "in_progress")
        self.assertEqual(self.due(ticket), "06-06 10:00")
        self.assertEqual(self.history(ticket)[1:], ["06-01 20:00 met", "06-05 20:00 reopened due 06-06 10:00"])
        self.assertEqual(self.clock(ticket, "start").state, "missed", "what was the start stays the start")

    def test_a_late_ticket_is_not_late_again_when_it_is_reopened(self):
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-02 10:00")
        self.move("06-02 20:00", ticket, "done")
        notes = len(ticket.message_ids)
        self.move("06-03 20:00", ticket, "in_progress")
        self.tick("06-03 21:00")
        self.assertEqual([line for line in self.history(ticket) if "breached" in line], ["06-02 10:00 breached"])
        self.assertEqual(len(ticket.message_ids), notes)

    # ------------------------------------------------------------
    # Changed targets
    # ------------------------------------------------------------

    def test_another_priority_is_another_target_from_the_same_start(self):
        self.policy.target_ids = [(0, 0, {"priority": "3", "start_hours": 1, "resolution_hours": 8})]
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 10:30", ticket, "awaiting")
        self.move("06-01 12:30", ticket, "in_progress")
        self.change("06-01 13:00", ticket, priority="3")
        self.assertEqual(self.due(ticket), "06-01 20:00")
        self.assertEqual(self.history(ticket)[-1], "06-01 13:00 retargeted due 06-01 20:00")
        self.assertIn("priority Very High", self.clock(ticket).line_ids[-1]._words())

    def test_a_target_moved_into_the_past_is_breached_at_that_moment(self):
        self.policy.target_ids = [(0, 0, {"priority": "3", "start_hours": 1, "resolution_hours": 2})]
        ticket = self.ticket_at("06-01 10:00")
        self.change("06-01 13:00", ticket, priority="3")
        clock = self.clock(ticket)
        self.assertEqual((self.due(ticket), str(clock.breached_at)), ("06-01 12:00", "2026-06-01 13:00:00"))

    def test_a_breach_stays_when_more_time_is_given_and_a_second_needs_a_new_due_moment(self):
        self.policy.target_ids = [(0, 0, {"priority": "0", "start_hours": 4, "resolution_hours": 48})]
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-02 10:00")
        self.change("06-02 12:00", ticket, priority="0")
        clock = self.clock(ticket)
        self.assertEqual((clock.state, str(clock.breached_at)), ("running", "2026-06-02 10:00:00"))
        self.assertEqual(ticket.sla_status, "breached")
        self.tick("06-03 10:00")
        self.assertEqual(
            self.history(ticket)[-3:],
            ["06-02 10:00 breached", "06-02 12:00 retargeted due 06-03 10:00", "06-03 10:00 breached"],
        )

    def test_team_category_and_tag_choose_the_policy_and_our_own_tags_never(self):
        vip = self.env["helpdesk.ticket.tag"].create({"name": "VIP"})
        tagged_policy = self.Policy.create(
            {"name": "VIP", "tag_ids": vip.ids, "resolution_hours": 12, "applies_from": "2020-01-01"}
        )
        ours = self.env["helpdesk.sla.clock"]._tag("resolution")
        self.Policy.create(
            {"name": "Late", "tag_ids": ours.ids, "team_ids": self.team.copy().ids, "applies_from": "2020-01-01"}
        )
        ticket = self.ticket_at("06-01 10:00")
        self.change("06-01 11:00", ticket, tag_ids=[(4, vip.id)])
        self.assertEqual((ticket.sla_policy_id, self.due(ticket)), (tagged_policy, "06-01 22:00"))
        self.change("06-01 12:00", ticket, tag_ids=[(3, vip.id)])
        self.assertEqual((ticket.sla_policy_id, self.due(ticket)), (self.policy, "06-02 10:00"))
        lines = len(self.clock(ticket).line_ids)
        self.change("06-01 13:00", ticket, tag_ids=[(4, ours.id)])
        self.assertEqual(len(self.clock(ticket).line_ids), lines)

    def test_a_team_without_sla_withdraws_the_targets_and_the_former_team_sets_them_again(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Research"})
        self.Policy.create(
            {
                "name": "None",
                "team_ids": other.ids,
                "start_hours": 0,
                "resolution_hours": 0,
                "applies_from": "2020-01-01",
            }
        )
        ticket = self.ticket_at("06-01 10:00")
        self.change("06-01 11:00", ticket, team_id=other.id)
        self.assertEqual(self.states(ticket), ("canceled", "canceled"))
        self.change("06-01 12:00", ticket, team_id=self.team.id)
        self.assertEqual(self.states(ticket), ("running", "running"))
        self.assertEqual(self.due(ticket), "06-02 11:00", "the hour without an SLA does not count")

    def test_a_change_of_a_policy_leaves_older_tickets_alone(self):
        ticket = self.ticket_at("06-01 10:00")
        self.policy.resolution_hours = 1
        self.move("06-01 11:00", ticket, "awaiting")
        self.move("06-01 11:30", ticket, "in_progress")
        self.assertEqual(self.due(ticket), "06-02 10:30")

    # ------------------------------------------------------------
    # What it costs and shows
    # ------------------------------------------------------------

    def test_a_write_that_concerns_no_sla_costs_no_query(self):
        ticket = self.ticket_at("06-01 10:00")

        def queries(number):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            ticket.write({"email_cc": f"{number}@example.com"})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(0)  # caches fill once, not with each write
        with without_our_write(ticket):
            plain = queries(1)
        self.assertEqual(queries(2), plain)

    def test_the_history_is_not_rewritten(self):
        ticket = self.ticket_at("06-01 10:00")
        with self.assertRaises(AccessError):
            self.clock(ticket).line_ids.sudo().reason = "It was not me"

    def test_no_user_writes_the_sla_status(self):
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.tick("06-03 10:00")
        for values in ({"sla_status": "met"}, {"sla_due": False}, {"sla_since": False}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.by_agent(ticket).write(values)
        with self.at("06-03 10:00"):
            mine = {"name": "x", "description": "x", "team_id": self.team.id, "sla_status": "met", "sla_since": False}
            with self.assertRaises(AccessError):
                self.env["helpdesk.ticket"].with_user(self.agent).create(mine)

    def test_each_reader_has_the_reason_of_a_change_in_their_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        ticket = self.ticket_at("06-01 10:00")
        label = self.env.ref("helpdesk_mgmt.selection__helpdesk_ticket__priority__3")
        label.with_context(lang="de_DE").name = "Sehr hoch"
        clock = self.clock(ticket)
        line = {"clock_id": clock.id, "at": clock.started_at, "kind": "canceled", "reason": "Default", "priority": "3"}
        line = self.env["helpdesk.sla.clock.line"].sudo().create(line)
        self.assertIn("Very High", line._words())
        self.assertIn("Sehr hoch", line.with_context(lang="de_DE")._words())

    def test_a_human_can_check_the_thread_by_hand(self):
        self.policy.write({"calendar_id": self.office.id, "resolution_hours": 8})
        ticket = self.ticket_at("06-05 12:00")
        self.move("06-05 13:00", ticket, "awaiting")
        self.move("06-08 08:00", ticket, "in_progress")
        self.move("06-08 14:20", ticket, "done")
        story = " ".join(self.by_agent(ticket).sla_history.replace("&nbsp;", " ").split())
        for words in (
            "Resolution: target 8 h, Met",
            "Fri, Jun 5, 2026, 2:00 PM (Europe/Prague)",
            "started, due Mon, Jun 8, 2026, 2:00 PM (Europe/Prague)",
            "paused for “Awaiting”",
            "resumed after 3 h of working time, due Mon, Jun 8, 2026, 5:00 PM (Europe/Prague)",
            "met, 40 min before it was due",
        ):
            self.assertIn(words, story)
