"""Time passes: warnings and breaches come once, at the due time, and reach the person who has to act."""

from unittest.mock import patch

import psycopg2.errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.common import transactions
from .common import new_test_user
from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaTick(SlaCase):
    def notes(self, ticket):
        return [
            message.preview for message in ticket.message_ids.sorted("id") if "due" in (message.preview or "").lower()
        ]

    def test_warned_at_three_quarters_and_late_at_the_due_moment(self):
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 12:59")
        self.assertEqual((self.history(ticket, "start")[1:], ticket.sla_status), ([], "on_track"))
        self.tick("06-01 13:00")
        self.assertEqual((self.history(ticket, "start")[1:], ticket.sla_status), (["06-01 13:00 warned"], "at_risk"))
        self.tick("06-01 14:00")
        self.assertEqual(self.history(ticket, "start")[1:], ["06-01 13:00 warned", "06-01 14:00 breached"])
        self.assertEqual(ticket.sla_status, "breached")
        self.assertEqual(ticket.tag_ids.mapped("name"), ["SLA_START_BREACH"])
        self.assertEqual(len(self.notes(ticket)), 2)

    def test_a_conflict_with_somebody_at_work_costs_no_run(self):
        ticket = self.ticket_at("06-01 10:00")
        look = type(self.env["helpdesk.sla.clock"])._record_and_notify
        conflicts = [psycopg2.errors.SerializationFailure(), psycopg2.errors.LockNotAvailable()]

        def overtaken(clocks, now):
            if conflicts:
                raise conflicts.pop()
            return look(clocks, now)

        with (
            self.at("06-01 14:00"),
            patch.object(type(self.env["helpdesk.sla.clock"]), "_record_and_notify", overtaken),
            self.enter_registry_test_mode(),
        ):
            self.assertIs(self.env.ref("helpdesk_bridge.ir_cron_sla_tick").method_direct_trigger(), True)
        self.env.invalidate_all()
        self.assertFalse(conflicts)
        self.assertEqual(len(self.notes(ticket)), 1)

    def test_conflicts_without_end_are_raised_after_some_tries(self):
        tries = []

        def overtaken():
            tries.append(1)
            # Not a conflict: whoever tries for ever ends here, and fails.
            raise psycopg2.errors.SerializationFailure if len(tries) < 50 else AssertionError("tried for ever")

        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            self.assertRaises(psycopg2.errors.SerializationFailure),
        ):
            transactions.retried(cr, overtaken)
        self.assertEqual(len(tries), transactions.TRIES)

    def test_each_is_told_once(self):
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        for moment in ("06-01 13:00", "06-01 13:01", "06-01 14:00", "06-01 14:01", "06-01 15:00"):
            self.tick(moment)
        self.assertEqual(len(self.notes(ticket)), 2)
        self.assertEqual(len(ticket.activity_ids), 1)

    def test_after_a_downtime_the_due_time_is_noted(self):
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-05 08:00")
        self.assertEqual(self.history(ticket, "start")[1:], ["06-01 14:00 breached"])
        self.assertEqual(self.history(ticket)[1:], ["06-02 10:00 breached"])
        self.assertEqual(len(self.notes(ticket)), 1, "one line tells both")

    def test_a_warning_off_hours_waits_for_the_calendar(self):
        self.policy.write({"calendar_id": self.office.id, "start_hours": 0, "resolution_hours": 8})
        ticket = self.ticket_at("06-01 09:00")  # 11:00 in Prague; six hours later the day ends
        self.tick("06-01 15:00")
        self.tick("06-01 22:00")
        self.assertEqual(self.history(ticket)[1:], [])
        self.tick("06-02 07:00")
        self.assertEqual(self.history(ticket)[1:], ["06-02 07:00 warned"])

    def test_the_assignee_has_something_to_do(self):
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.tick("06-01 14:00")
        self.assertEqual(ticket.activity_ids.user_id, self.agent)
        self.assertIn("The first response is overdue: it was due Mon, Jun 1, 2026", ticket.activity_ids.summary)

    def test_without_an_assignee_the_team_leader_has(self):
        self.team.user_id = self.manager
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 14:00")
        self.assertEqual(ticket.activity_ids.user_id, self.manager)

    def test_who_has_left_is_not_called_but_who_leads_the_team(self):
        self.team.user_id = self.manager
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.agent.active = False
        self.tick("06-01 14:00")
        self.assertEqual(ticket.activity_ids.user_id, self.manager)
        line = self.entries(ticket).filtered(lambda entry: entry.event == "sla_start_breached")
        self.assertIn("mention", line.payload)
        self.assertNotIn("mention_user", line.payload)

    def test_a_leader_who_may_not_read_the_ticket_has_nothing_to_do_there(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        for name, group, values, reads in (
            ("an agent", "helpdesk_mgmt.group_helpdesk_user", {}, True),
            ("of both companies", "helpdesk_mgmt.group_helpdesk_user", {"company_ids": [(4, elsewhere.id)]}, True),
            ("own tickets only", "helpdesk_mgmt.group_helpdesk_user_own", {}, False),
            ("no agent", "base.group_user", {}, False),
            (
                "an agent of another company",
                "helpdesk_mgmt.group_helpdesk_user",
                {"company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)]},
                False,
            ),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                leader = new_test_user(self.env, "leader", groups=group, email="leader@example.com")
                leader.write(values)
                self.team.user_id = leader
                ticket = self.ticket_at("06-01 10:00")
                self.tick("06-01 14:00")
                self.assertEqual(ticket.activity_ids.user_id, leader if reads else leader.browse())
                # Odoo lets who has something to do follow the ticket, and read it because of that.
                self.assertEqual(leader.partner_id in ticket.message_partner_ids, reads)
                self.assertEqual(ticket.sla_status, "breached")
                savepoint.rollback()
            self.env.registry.clear_cache()

    def test_without_either_nobody_has(self):
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 14:00")
        self.assertFalse(ticket.activity_ids)
        self.assertEqual(ticket.sla_status, "breached")

    def test_the_customer_reads_nothing_of_it(self):
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 14:00")
        note = ticket.message_ids.sorted("id")[-1:]
        self.assertTrue(note.subtype_id.internal)
        self.assertFalse(note.notified_partner_ids)

    def test_a_deleted_tag_comes_back(self):
        self.env["helpdesk.sla.clock"]._tags().unlink()
        ticket = self.ticket_at("06-01 10:00")
        self.tick("06-01 14:00")
        self.assertEqual(ticket.tag_ids.mapped("name"), ["SLA_START_BREACH"])
        self.assertFalse(ticket.tag_ids.company_id)
        self.assertEqual(self.env.ref("helpdesk_bridge.tag_sla_start_breach"), ticket.tag_ids)

    def test_a_batch_leaves_the_rest_to_the_next(self):
        tickets = [self.ticket_at("06-01 10:00") for _number in range(3)]
        with self.at("06-01 14:00"):
            clocks = self.env["helpdesk.sla.clock"]
            self.assertEqual([clocks._tick(limit=2) for _number in range(3)], [2, 1, 0])
        self.assertEqual({ticket.sla_status for ticket in tickets}, {"breached"})

    def test_an_idle_tick_asks_three_times(self):
        self.ticket_at("06-01 10:00")
        self.env["helpdesk.sla.clock"]._tick()
        with self.at("06-01 12:00"), self.assertQueryCount(3):
            self.env["helpdesk.sla.clock"]._tick()

    def test_what_waits_is_never_late(self):
        ticket = self.ticket_at("06-01 10:00")
        self.move("06-01 11:00", ticket, "awaiting")
        self.tick("06-20 11:00")
        self.assertEqual((self.states(ticket), ticket.sla_status), (("paused", "paused"), "paused"))

    # ------------------------------------------------------------
    # Slack
    # ------------------------------------------------------------

    def lines(self, ticket):
        return [entry.event for entry in self.entries(ticket) if entry.kind == "reply"]

    def test_slack_hears_of_warning_and_breach_once(self):
        ticket = self.ticket_at("06-01 10:00")
        for moment in ("06-01 13:00", "06-01 13:01", "06-01 14:00", "06-01 14:01"):
            self.tick(moment)
        self.assertEqual(self.lines(ticket), ["sla_start_warned", "sla_start_breached"])
        line = self.entries(ticket).filtered(lambda entry: entry.event == "sla_start_breached")
        self.assertIn("was due Mon, Jun 1, 2026", line.payload["text"])
        self.assertIn("mention", line.payload, "the whole team is called while nobody has it")

    def test_a_breach_that_somebody_decided_calls_nobody(self):
        self.policy.target_ids = [(0, 0, {"priority": "3", "start_hours": 1, "resolution_hours": 24})]
        ticket = self.ticket_at("06-01 10:00")
        self.change("06-01 13:00", ticket, priority="3")
        line = self.entries(ticket).filtered(lambda entry: entry.event == "sla_start_breached")
        self.assertFalse({"mention", "mention_user"} & line.payload.keys())

    def test_the_first_message_shows_what_is_due_next(self):
        ticket = self.ticket_at("06-01 10:00")
        self.assertEqual(ticket._slack_root().due_text, "2026-06-01 14:00 UTC")
        self.answer("06-01 11:00", ticket)
        self.assertEqual(ticket._slack_root().due_text, "2026-06-02 10:00 UTC")
        self.assertTrue(self.entries(ticket).filtered(lambda entry: entry.kind == "update"))

    def test_a_new_ticket_queues_its_first_message_and_nothing_else(self):
        self.assertEqual(self.entries(self.ticket_at("06-01 10:00")).mapped("kind"), ["root"])

    # ------------------------------------------------------------
    # What goes wrong
    # ------------------------------------------------------------

    def test_a_ticket_that_cannot_be_told_of_keeps_no_other_from_being_found_late(self):
        spoilt, sound = self.ticket_at("06-01 10:00"), self.ticket_at("06-01 10:00")
        clocks = self.env["helpdesk.sla.clock"]
        with self.at("06-01 14:00"), self.refusing(spoilt), mute_logger("odoo.addons.helpdesk_bridge"):
            left_alone = set()
            self.exhaust(lambda: clocks._tick(failed=left_alone))
        self.assertEqual((sound.sla_status, self.lines(sound)), ("breached", ["sla_start_breached"]))
        self.assertEqual(spoilt.sla_status, "on_track")
        self.assertEqual(left_alone, set(self.clock(spoilt, "start").ids))
        self.tick("06-01 14:01")
        self.assertEqual((spoilt.sla_status, self.lines(spoilt)), ("breached", ["sla_start_breached"]))
        self.assertEqual(self.lines(sound), ["sla_start_breached"], "it is not told again")

    def refusing(self, ticket):
        """As another addon may: notes on this ticket raise."""
        note = type(self.env["helpdesk.ticket"])._message_log_batch

        def refuse(tickets, bodies, **values):
            if ticket.id in bodies:
                raise ValueError("not this one")
            return note(tickets, bodies, **values)

        return patch.object(type(self.env["helpdesk.ticket"]), "_message_log_batch", refuse)
