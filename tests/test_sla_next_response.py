"""The next response: each message of a customer that waits for an answer, until an agent gives one in public."""

from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tests import tagged

from .common import new_test_user
from .next_response_case import STORIES, NextResponseCase


@tagged("post_install", "-at_install")
class TestSlaNextResponse(NextResponseCase):
    # ------------------------------------------------------------
    # When it counts
    # ------------------------------------------------------------

    def test_every_history_ends_as_it_should(self):
        for name, steps, rounds in STORIES:
            with self.subTest(name):
                ticket = self.asked()
                with self.well("nothing keeps anybody from working"):
                    self.play(ticket, steps)
                self.assertEqual(self.rounds(ticket), rounds)

    def test_nothing_waits_while_the_first_response_is_open(self):
        ticket = self.ticket_at("06-01 10:00", partner_id=self.jane.id)
        self.says("06-01 11:00", ticket)
        self.says("06-01 11:30", ticket)
        self.assertEqual(self.rounds(ticket), [])
        self.answer("06-01 12:00", ticket)
        self.assertEqual((self.clock(ticket, "start").state, self.rounds(ticket)), ("met", []))
        self.says("06-01 12:30", ticket)
        self.assertEqual(self.rounds(ticket), [["12:30 started"]])

    def test_a_first_response_by_a_stage_is_one(self):
        ticket = self.ticket_at("06-01 10:00", partner_id=self.jane.id)
        self.says("06-01 11:00", ticket)
        self.move("06-01 11:30", ticket, "in_progress")
        self.assertEqual(self.rounds(ticket), [])
        self.change("06-01 11:40", ticket, priority="3")
        self.assertEqual(self.rounds(ticket), [], "what was written before it is answered by it")
        self.says("06-01 12:00", ticket)
        self.assertEqual(self.rounds(ticket), [["12:00 started"]])

    def test_without_a_target_for_the_first_response_an_agents_reply_is_the_first(self):
        self.policy.start_hours = 0
        ticket = self.ticket_at("06-01 10:00", partner_id=self.jane.id)
        self.says("06-01 11:00", ticket)
        self.assertEqual(self.rounds(ticket), [])
        self.answer("06-01 11:30", ticket)
        self.says("06-01 12:00", ticket)
        self.assertEqual(self.rounds(ticket), [["12:00 started"]])

    def test_a_message_on_a_waiting_ticket_waits_with_it(self):
        ticket = self.asked()
        self.move("06-01 10:40", ticket, "awaiting")
        self.says("06-01 11:00", ticket)
        if ticket.stage_id == self.stages["awaiting"]:
            self.assertEqual(self.clock(ticket, "next_response").state, "paused")
            self.move("06-01 12:00", ticket, "in_progress")
            self.assertEqual(self.due(ticket, "next_response"), "06-01 14:00")
        else:
            self.assertEqual(self.due(ticket, "next_response"), "06-01 13:00")

    def test_what_nobody_answered_in_a_merged_ticket_is_due_on_the_other_one(self):
        """Table: what happened to the merged ticket, and the rounds of the one that its messages were moved to."""
        for steps, rounds in (
            (["11:00 customer"], [["11:00 started"]]),
            (["11:00 customer", "11:10 agent"], []),
            (["11:00 agent"], []),
        ):
            with self.subTest(steps):
                target, ticket = self.asked(), self.asked()
                self.play(ticket, steps)
                with self.at("06-01 11:30"):
                    said = ticket.message_ids.filtered(lambda one: one.message_type == "comment")
                    said.sudo().write({"res_id": target.id})  # as the wizard of helpdesk_mgmt_merge does
                    self.by_agent(ticket).write({"active": False, "duplicate_id": target.id})
                self.assertEqual(self.rounds(target), rounds)
                if rounds:
                    self.assertEqual(self.due(target, "next_response"), "06-01 13:00", "counted from the message")

    def test_a_message_that_opens_a_follow_up_ticket_queues_nothing_on_the_old_one(self):
        self.company.helpdesk_reopen_days = "7"
        ticket = self.asked()
        self.move("06-01 11:00", ticket, "done")
        self.says("06-20 11:00", ticket)
        follow_up = ticket._bridge_follow_ups()
        self.assertEqual((len(follow_up), self.rounds(ticket), self.rounds(follow_up)), (1, [], []))

    def test_people_without_an_address_and_addresses_without_a_contact_are_answered(self):
        ticket = self.asked()
        (self.jane | self.bob).email = False
        self.play(ticket, ["11:00 customer", "11:10 agent", "11:20 bob", "11:30 to_bob", "11:40 bob", "11:50 agent"])
        rounds = [["11:00 started", "11:10 met"], ["11:20 started", "11:30 met"], ["11:40 started", "11:50 met"]]
        self.assertEqual(self.rounds(ticket), rounds)
        ticket = self.asked()
        ticket.write({"partner_id": False, "partner_email": "joe@customer.example", "email_cc": False})
        self.play(ticket, ["11:00 bob", "11:10 to_supplier", "11:20 agent"])
        self.assertEqual(self.rounds(ticket), [["11:00 started", "11:20 met"]])

    def test_a_customer_asks_in_the_portal_with_their_own_rights(self):
        customer = new_test_user(self.env, "portal_jane", groups="base.group_portal")
        ticket = self.asked(partner_id=customer.partner_id.id)
        comment = {"body": "?", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        with self.at("06-01 11:00"):
            ticket.with_user(customer).message_post(**comment)
        self.assertEqual(self.rounds(ticket), [["11:00 started"]])

    def test_only_working_hours_count(self):
        self.policy.calendar_id = self.office
        ticket = self.asked()
        self.says("06-05 14:30", ticket)  # Friday, 16:30 in Prague
        self.assertEqual(self.due(ticket, "next_response"), "06-08 08:30")

    # ------------------------------------------------------------
    # Off, and switched on
    # ------------------------------------------------------------

    def test_without_hours_nothing_waits(self):
        self.policy.next_response_hours = 0
        ticket = self.asked()
        self.says("06-01 11:00", ticket)
        self.assertEqual(self.rounds(ticket), [])
        self.change("06-01 11:30", ticket, priority="3")
        self.assertEqual(self.rounds(ticket), [["11:00 started"]], "the row of a priority has hours")

    def test_hours_that_are_entered_count_from_the_next_message_on(self):
        self.policy.next_response_hours = 0
        ticket = self.asked()
        self.says("06-01 11:00", ticket)
        self.policy.next_response_hours = 2
        self.tick("06-01 20:00")
        self.assertEqual(self.rounds(ticket), [])
        self.says("06-01 20:30", ticket)
        self.assertEqual(self.rounds(ticket), [["20:30 started"]])

    def test_hours_that_are_taken_away_leave_what_is_due(self):
        ticket = self.asked()
        self.says("06-01 11:00", ticket)
        self.policy.next_response_hours = 0
        self.answer("06-01 11:30", ticket)
        self.assertEqual(self.rounds(ticket), [["11:00 started", "11:30 met"]])

    def test_a_column_without_values_is_no_target(self):
        ticket = self.asked()
        for table in ("helpdesk_sla_policy", "helpdesk_sla_target"):
            self.env.cr.execute(f"UPDATE {table} SET next_response_hours = NULL")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.says("06-01 11:00", ticket)
        self.assertEqual(self.rounds(ticket), [])

    def test_hours_that_are_none_are_refused(self):
        for hours in (-1, 0.001, 24 * 3651):
            with self.subTest(hours):
                with self.assertRaisesRegex(ValidationError, "between one minute and ten years"):
                    self.policy.next_response_hours = hours
                with self.assertRaisesRegex(ValidationError, "between one minute and ten years"):
                    self.policy.target_ids.next_response_hours = hours

    def test_the_settings_show_and_change_the_default_policy(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.helpdesk_sla_next_response_hours, 2)
        settings.helpdesk_sla_next_response_hours = 1.5
        settings.execute()
        self.assertEqual((self.policy.start_hours, self.policy.next_response_hours), (4, 1.5))
        self.policy.active = False
        self.assertEqual(self.env["res.config.settings"].create({}).helpdesk_sla_next_response_hours, 0)

    def test_teams_that_do_not_use_it_pay_no_query(self):
        self.policy.write({"next_response_hours": 0, "target_ids": [(5,)]})
        portal = new_test_user(self.env, "portal_jane", groups="base.group_portal")
        tickets = type(self.env["helpdesk.ticket"])

        def queries(step):
            ticket = self.asked(user_id=self.agent.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            step(ticket)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        steps = {
            "customer": lambda ticket: self.says("06-01 11:00", ticket, portal.partner_id),
            "agent": lambda ticket: self.answer("06-01 11:00", ticket),
            "stage": lambda ticket: self.move("06-01 11:00", ticket, "done"),
            "priority": lambda ticket: self.change("06-01 11:00", ticket, priority="3"),
        }
        for name, step in steps.items():
            with self.subTest(name):
                queries(step)
                with (
                    patch.object(tickets, "_sla_own_rule", lambda _ticket: None),
                    patch.object(tickets, "_sla_answered", lambda ticket, _message: ticket.sla_clock_ids[:0]),
                    patch.object(tickets, "_sla_move_next_response", lambda *_arguments, **_values: []),
                    patch.object(tickets, "_sla_find_next_response", lambda *_arguments, **_values: []),
                ):
                    plain = queries(step)
                self.assertEqual(queries(step), plain)

    # ------------------------------------------------------------
    # What is shown and told
    # ------------------------------------------------------------

    def test_the_ticket_shows_what_is_due_and_why(self):
        ticket = self.asked()
        self.assertFalse(ticket.sla_next_response_due)
        self.says("06-01 11:00", ticket)
        self.assertEqual(f"{ticket.sla_due:%m-%d %H:%M}", "06-01 13:00")
        self.assertEqual(ticket.sla_next_response_due, ticket.sla_due)
        self.assertEqual(ticket._slack_root().due_text, "2026-06-01 13:00 UTC")
        story = " ".join(self.by_agent(ticket).sla_history.replace("&nbsp;", " ").split())
        self.assertIn("Next Response: target 2 h, Running", story)
        self.answer("06-01 11:30", ticket)
        self.assertFalse(ticket.sla_next_response_due)
        self.assertEqual((ticket.sla_due, ticket.sla_status), (ticket.sla_resolution_due, "on_track"))
        story = " ".join(self.by_agent(ticket).sla_history.replace("&nbsp;", " ").split())
        self.assertIn("Next Response: target 2 h, Met", story)
        self.assertIn("met, 1 h 30 min before it was due", story)

    def test_a_warning_and_a_breach_reach_people_as_the_others_do(self):
        ticket = self.asked(user_id=self.agent.id)
        self.says("06-01 11:00", ticket)
        self.tick("06-01 12:30")
        self.assertEqual(ticket.sla_status, "at_risk")
        self.tick("06-01 13:00")
        self.tick("06-01 13:01")
        self.assertEqual(ticket.sla_status, "breached")
        self.assertEqual(ticket.tag_ids.mapped("name"), ["SLA_NEXT_RESPONSE_BREACH"])
        self.assertEqual(ticket.tag_ids, self.env.ref("helpdesk_bridge.tag_sla_next_response_breach"))
        told = [entry.event for entry in self.entries(ticket) if entry.event.startswith("sla_")]
        self.assertEqual(told, ["sla_next_response_warned", "sla_next_response_breached"])
        line = self.entries(ticket).filtered(lambda entry: entry.event == "sla_next_response_breached")
        self.assertIn("The next response is overdue: it was due Mon, Jun 1, 2026", line.payload["text"])
        self.assertIn("mention_user", line.payload)
        self.assertIn("The next response is overdue", ticket.activity_ids.summary)
        notes = [message.preview for message in ticket.message_ids.sorted("id") if message.subtype_id.internal]
        self.assertIn("The next response is due soon", notes[-2])
        self.answer("06-01 14:00", ticket)
        self.says("06-01 15:00", ticket)
        self.answer("06-01 15:10", ticket)
        self.assertEqual(ticket.sla_status, "breached", "a ticket that was late once stays so")

    def test_each_round_counts_in_the_report_and_the_metrics(self):
        clocks = self.env["helpdesk.sla.clock"]
        before = clocks._totals()["breaches_forgotten"]["next_response",]
        ticket = self.asked(user_id=self.agent.id)
        self.play(ticket, ["11:00 customer", "12:00 agent", "13:00 customer", "16:00 agent", "17:00 customer"])
        self.env.flush_all()
        mine = [("ticket_id", "=", ticket.id), ("metric", "=", "next_response")]
        [(met, spent, count)] = self.env["helpdesk.sla.clock.report"]._read_group(
            mine, [], ["met_percent:avg", "spent_hours:avg", "__count"]
        )
        self.assertEqual((met, spent, count), (50, 2, 3))
        self.assertEqual(clocks._totals()["breaches_forgotten"]["next_response",] - before, 1)

    # ------------------------------------------------------------
    # What goes wrong
    # ------------------------------------------------------------

    def test_two_messages_at_the_same_moment_are_one_clock(self):
        ticket = self.asked()
        self.says("06-01 11:00", ticket)
        ticket.sla_clock_ids.mapped("state")
        # Of the other transaction's clock, this one sees nothing.
        raised = None
        with (
            self.at("06-01 11:00"),
            patch.object(type(ticket), "_sla_next_response", lambda one: one.sla_clock_ids[:0]),
        ):
            try:
                with self.env.cr.savepoint():
                    ticket.message_post(
                        body="And now?",
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                        author_id=self.jane.id,
                    )
            except (ConcurrencyError, UniqueViolation) as error:
                raised = error
        self.env.invalidate_all()
        self.assertIsInstance(raised, ConcurrencyError, "it is tried again")
        self.assertEqual(self.rounds(ticket), [["11:00 started"]])
