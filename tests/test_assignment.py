"""A ticket that comes by itself finds the member of the team who has least to do."""

from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.common import ir_cron
from .common import InboundCase, new_test_user
from .plans import maintain

JANE = "Jane Doe <jane@customer.example>"


@tagged("post_install", "-at_install")
class TestAssignment(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"bridge_assignment": "least_loaded", "company_id": cls.company.id})
        cls.anna = cls.agent
        cls.ben, cls.carla = (
            new_test_user(cls.env, name, groups="helpdesk_mgmt.group_helpdesk_user") for name in ("ben", "carla")
        )
        cls.team.user_ids = cls.anna | cls.ben | cls.carla

    def come(self, **values):
        """A ticket of an email, before anybody has assigned it."""
        return self.receive(JANE).ticket_id

    def assign(self):
        self.exhaust(self.env["helpdesk.ticket"]._bridge_assign_next)

    def busy(self, user, count, **values):
        return [self.new_ticket(user_id=user.id, **values) for _number in range(count)]

    def stage(self, name):
        return self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")

    # -- who ---------------------------------------------------------------------------------------------------------

    def test_who_has_least_to_do_gets_it(self):
        self.busy(self.anna, 2)
        self.busy(self.carla, 1)
        ticket = self.come()
        self.assertFalse(ticket.user_id, "not within the mail")
        self.assign()
        self.assertEqual(ticket.user_id, self.ben)

    def test_closed_tickets_are_nothing_to_do(self):
        self.busy(self.anna, 1)
        self.busy(self.carla, 1)
        self.busy(self.ben, 5, stage_id=self.stage("done").id)
        ticket = self.come()
        self.assign()
        self.assertEqual(ticket.user_id, self.ben)

    def test_tickets_of_an_archived_stage_are_something_to_do(self):
        shelf = self.env["helpdesk.ticket.stage"].create({"name": "Shelf"})
        self.busy(self.anna, 1)
        self.busy(self.carla, 1)
        self.busy(self.ben, 2, stage_id=shelf.id)
        shelf.active = False
        ticket = self.come()
        self.assign()
        self.assertIn(ticket.user_id, self.anna | self.carla)

    def test_what_members_had_long_ago_is_not_read(self):
        ticket = self.come()
        before = self.tickets_read(ticket)
        self.solved_long_ago(10000)
        self.assertLess(self.tickets_read(ticket), before + 100, "a look at all tickets of old would read thousands")

    def tickets_read(self, ticket):
        """How many rows of tickets PostgreSQL reads to find out who is next: figures that no load can change."""
        self.env.invalidate_all()
        ticket._bridge_is_assigned_by_load()
        begun = self.rows_read()
        ticket._bridge_least_loaded()
        return self.rows_read() - begun

    def rows_read(self):
        self.env.cr.execute(
            """
            SELECT seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
             WHERE relname = 'helpdesk_ticket'
            """
        )
        return self.env.cr.fetchone()[0]

    def solved_long_ago(self, count):
        columns = "name, number, description, company_id, team_id, user_id, stage_id, active, sequence, assigned_date"
        self.env.cr.execute(
            f"""
            INSERT INTO helpdesk_ticket ({columns})
            SELECT 'Old', 'OLD' || n, '', %s, %s, (%s::int[])[1 + n %% 3], %s, TRUE, 10, now() - n * interval '1 hour'
              FROM generate_series(1, %s) n
            """,
            [self.company.id, self.team.id, self.team.user_ids.ids, self.stage("done").id, count],
        )
        maintain(self.env, "helpdesk_ticket")

    def test_tickets_of_other_teams_are_something_to_do(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other", "user_ids": [(4, self.anna.id)]})
        self.busy(self.anna, 1, team_id=other.id)
        self.busy(self.ben, 1)
        ticket = self.come()
        self.assign()
        self.assertEqual(ticket.user_id, self.carla)

    def test_several_at_once_go_to_several(self):
        tickets = [self.come() for _number in range(6)]
        self.assign()
        takers = [ticket.user_id for ticket in tickets]
        self.assertEqual({user: takers.count(user) for user in takers}, dict.fromkeys(self.team.user_ids, 2))

    def test_who_is_not_there_is_passed_over(self):
        self.anna.helpdesk_takes_none = True
        self.busy(self.ben, 1)
        self.ben.helpdesk_ticket_limit = 1
        self.busy(self.carla, 5)
        ticket = self.come()
        self.assign()
        self.assertEqual(ticket.user_id, self.carla)

    def test_who_is_on_leave_is_passed_over(self):
        users = type(self.env["res.users"])
        with patch.object(users, "_bridge_on_leave", lambda users: users & (self.anna | self.ben)):
            ticket = self.come()
            self.assign()
        self.assertEqual(ticket.user_id, self.carla)

    def test_archived_and_outside_people_are_passed_over(self):
        self.ben.active = False
        other = self.env["res.company"].create({"name": "Other"})
        self.anna.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        ticket = self.come()
        self.assign()
        self.assertEqual(ticket.user_id, self.carla)

    def test_who_may_see_no_tickets_is_passed_over(self):
        dora = new_test_user(self.env, "dora", groups="base.group_user")
        self.team.user_ids = dora | self.carla
        self.busy(self.carla, 5)
        ticket = self.come()
        self.assign()
        self.assertEqual(ticket.user_id, self.carla)

    @mute_logger("odoo.sql_db")
    def test_a_limit_is_no_negative_number(self):
        with self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint():
            self.anna.helpdesk_ticket_limit = -1
            self.env.flush_all()

    # -- when --------------------------------------------------------------------------------------------------------

    def test_a_team_that_assigns_by_hand_is_left_alone(self):
        self.team.bridge_assignment = "manual"
        ticket = self.come()
        self.assertFalse(ticket.assignment)
        self.assign()
        self.assertFalse(ticket.user_id)

    def test_a_team_without_a_wish_does_as_the_settings_say(self):
        self.team.bridge_assignment = False
        self.assertFalse(self.come().assignment)
        self.company.helpdesk_assignment = "least_loaded"
        self.assertEqual(self.come().assignment, "due")

    def test_what_an_agent_makes_and_leaves_to_nobody_stays_so(self):
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.anna)
            .create({"name": "By hand", "description": "x", "team_id": self.team.id, "user_id": False})
        )
        self.assertFalse(ticket.sudo().assignment)

    def test_a_ticket_from_the_portal_is_assigned(self):
        portal = new_test_user(self.env, "portal_jane", groups="base.group_portal")
        values = {"name": "Portal", "description": "x", "team_id": self.team.id, "user_id": False}
        ticket = self.env["helpdesk.ticket"].with_user(portal).sudo().create(values)
        self.assertEqual(ticket.assignment, "due")

    def test_a_reopened_ticket_that_nobody_has_is_assigned(self):
        ticket = self.new_ticket(user_id=False, stage_id=self.stage("done").id)
        ticket.stage_id = self.stage("in_progress")
        self.assign()
        self.assertTrue(ticket.user_id)

    def test_a_ticket_that_reopens_because_another_team_gets_it_is_assigned(self):
        closed = self.stage("done").copy({"team_ids": self.team.ids})
        [ticket] = self.busy(self.anna, 1, stage_id=closed.id)
        ticket.stage_id = closed
        self.assertTrue(ticket.closed_date)
        other = self.team.copy({"user_ids": self.ben.ids})
        ticket.team_id = other
        self.assertRecordValues(ticket, [{"closed": False, "closed_date": False, "assignment": "due"}])
        self.assign()
        self.assertEqual(ticket.user_id, self.ben)

    def test_a_ticket_that_a_silent_import_reopens_is_assigned_too(self):
        ticket = self.new_ticket(user_id=False, stage_id=self.stage("done").id)
        silent = {"import_file": True, "tracking_disable": True}
        ticket.with_context(**silent).stage_id = self.stage("in_progress")
        self.assertEqual((ticket.assignment, ticket.closed_date), ("due", False))

    def test_a_reopened_ticket_stays_with_whom_it_was(self):
        [ticket] = self.busy(self.anna, 1, stage_id=self.stage("done").id)
        ticket.stage_id = self.stage("in_progress")
        self.assign()
        self.assertEqual(ticket.user_id, self.anna)

    def test_who_was_faster_keeps_it(self):
        ticket = self.come()
        ticket.user_id = self.carla
        self.assign()
        self.assertEqual((ticket.user_id, ticket.assignment), (self.carla, False))

    def test_what_was_closed_meanwhile_is_given_to_nobody(self):
        ticket = self.come()
        ticket.stage_id = self.stage("done")
        self.assign()
        self.assertEqual((ticket.user_id, ticket.assignment), (self.env["res.users"], False))

    def test_the_urgent_one_is_given_first(self):
        first, second = self.come(), self.come()
        second.priority = "3"
        self.team.user_ids.helpdesk_ticket_limit = 1
        self.team.user_ids = self.anna
        self.assign()
        self.assertEqual((first.user_id, second.user_id), (self.env["res.users"], self.anna))

    def test_the_cron_does_it_and_then_writes_the_confirmation(self):
        ticket = self.come()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("helpdesk_bridge.ir_cron_after_mail").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(ticket.user_id)
        letter = self.env["helpdesk.letter"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual(letter.state, "queued")
        taken = ticket.message_ids.filtered(lambda message: message.tracking_value_ids.field_id.name == "user_id")
        self.assertTrue(taken)
        self.assertLess(max(taken.ids), letter.message_id.id)

    # -- what follows ------------------------------------------------------------------------------------------------

    def test_it_moves_to_the_stage_the_team_wishes(self):
        self.team.assigned_stage_id = self.stage("in_progress")
        ticket = self.come()
        self.assign()
        self.assertEqual(ticket.stage_id, self.stage("in_progress"))

    def test_a_reopened_ticket_does_not_move_back(self):
        self.team.assigned_stage_id = self.stage("in_progress")
        ticket = self.new_ticket(user_id=False, stage_id=self.stage("done").id)
        ticket.stage_id = self.stage("awaiting")
        self.assign()
        self.assertEqual(ticket.stage_id, self.stage("awaiting"))

    def test_a_closed_stage_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "closed stage"):
            self.team.assigned_stage_id = self.stage("done")

    def test_it_is_no_start(self):
        self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        self.team.assigned_stage_id = self.stage("in_progress")
        ticket = self.come()
        with_cron = self.env["helpdesk.ticket"].with_context(**{ir_cron.AT_WORK_KEY: ir_cron.AT_WORK})
        with_cron._bridge_assign_next()
        start = ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "start")
        self.assertTrue(ticket.user_id)
        self.assertEqual(start.state, "running")

    def test_slack_is_told_who_took_it(self):
        ticket = self.come()
        self.deliver()
        self.assign()
        self.deliver()
        self.assertEqual(len([line for line in self.lines(ticket) if ticket.user_id.name in line]), 1)
        self.assertIn(ticket.user_id.name, self.shown_now(ticket))

    def shown_now(self, ticket):
        [root] = [message for message in self.slack.messages if message["ts"] == ticket.slack_thread_id.ts]
        return self.texts(root)

    def test_the_agent_is_told_once(self):
        ticket = self.come()
        self.assign()
        notices = self.env["mail.notification"].search([("res_partner_id", "=", ticket.user_id.partner_id.id)])
        self.assertEqual(len(notices), 1)

    # -- nobody ------------------------------------------------------------------------------------------------------

    def test_nobody_available_is_said_in_slack_and_on_the_ticket(self):
        self.team.user_ids.helpdesk_takes_none = True
        ticket = self.come()
        self.deliver()
        self.assign()
        self.deliver()
        self.assertEqual((ticket.user_id, ticket.assignment), (self.env["res.users"], "nobody"))
        self.assertIn("nobody is available", self.shown_now(ticket))

    def test_who_comes_back_gets_what_was_left(self):
        self.team.user_ids.helpdesk_takes_none = True
        tickets = [self.come() for _number in range(3)]
        self.assign()
        self.assertEqual([ticket.assignment for ticket in tickets], ["nobody"] * 3)
        self.ben.write({"helpdesk_takes_none": False, "helpdesk_ticket_limit": 2})
        self.assign()
        self.assertEqual([ticket.user_id for ticket in tickets], [self.ben, self.ben, self.env["res.users"]])

    def test_a_team_that_has_nobody_holds_up_no_other(self):
        self.team.user_ids = False
        stuck = self.come()
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "user_ids": [(4, self.ben.id)], "bridge_assignment": "least_loaded"}
        )
        mailbox = self._new_mailbox("other@example.com", other)
        flows = self.receive(JANE, mailbox=mailbox).ticket_id
        self.assign()
        self.assertEqual((stuck.assignment, flows.user_id), ("nobody", self.ben))

    def test_of_a_company_that_has_nobody_holds_up_no_other(self):
        there = self.env["res.company"].create({"name": "There"})
        self.team.write({"company_id": False, "user_ids": [(6, 0, self.ben.ids)]})
        self.ben.helpdesk_takes_none = True
        stuck, flows = self.come(), self.come()
        stuck.write({"company_id": there.id, "priority": "3"})
        self.assign()
        self.assertEqual((stuck.assignment, flows.assignment), ("nobody", "nobody"))
        self.ben.helpdesk_takes_none = False
        self.assign()
        self.assertEqual((stuck.assignment, flows.user_id), ("nobody", self.ben))

    def test_a_ticket_that_refuses_to_be_assigned_holds_up_no_other(self):
        self.team.user_ids = self.ben
        self.team.assigned_stage_id = self.stage("in_progress")
        refuses, sound = self.come(), self.come()
        refuses.priority = "3"
        write = type(refuses).write

        def validated(tickets, vals):
            if refuses in tickets and vals.get("stage_id"):
                raise ValueError("A category is needed in this stage.")
            return write(tickets, vals)

        with patch.object(type(refuses), "write", validated), mute_logger("odoo.addons.helpdesk_bridge"):
            self.assign()
        self.assertEqual(sound.user_id, self.ben)
        self.assertEqual((refuses.user_id, refuses.assignment), (self.env["res.users"], False))
        self.assertIn("A category is needed", self.words(refuses)[-1][1])

    # -- people ------------------------------------------------------------------------------------------------------

    def test_everybody_may_say_for_themselves_that_they_take_none(self):
        me = self.anna.with_user(self.anna)
        me.write({"helpdesk_takes_none": True})
        self.assertTrue(me.helpdesk_takes_none)
        with self.assertRaises(AccessError):
            me.write({"helpdesk_ticket_limit": 1})
        with self.assertRaises(AccessError):
            self.ben.with_user(self.anna).write({"helpdesk_takes_none": True})
