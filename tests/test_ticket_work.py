"""To take a ticket or to reply to its customer moves it."""

from odoo.tests import tagged

from ..models.common import ir_cron
from ..models.common.silent import SILENT
from .common import new_test_user
from .ticket_work_case import TicketWorkCase


@tagged("post_install", "-at_install")
class TestTicketWork(TicketWorkCase):
    # -- to assign ---------------------------------------------------------------------------------------------------

    def test_to_take_or_assign_moves_a_new_ticket(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        taken, assigned, by_program = self.new(), self.new(), self.new()
        taken.with_user(self.anna).assign_to_me()
        assigned.with_user(self.anna).user_id = self.ben
        by_program.user_id = self.anna
        self.assert_is(taken, "in_progress", self.anna)
        self.assert_is(assigned, "in_progress", self.ben)
        self.assert_is(by_program, "in_progress", self.anna)

    def test_a_ticket_that_is_created_with_an_assignee_is_assigned(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        triage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Triage", "sequence": 1, "unattended": True, "company_id": False}
        )
        for values, stage in (
            ({}, "in_progress"),
            ({"stage_id": self.stages["new"].id}, "in_progress"),
            ({"user_id": False}, "new"),
            ({"stage_id": self.stages["awaiting"].id}, "awaiting"),
            ({"stage_id": self.stages["done"].id}, "done"),
        ):
            with self.subTest(values):
                ticket = self.new(**{"user_id": self.anna.id, **values})
                self.assertEqual(ticket.stage_id, self.stages[stage])
        self.assertEqual(self.new(user_id=self.anna.id, stage_id=triage.id).stage_id, triage, "it was chosen")
        self.assertEqual(self.start(self.new(user_id=self.anna.id)).state, "running", "it is no response")

    def test_what_is_imported_stays_where_it_was(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        tickets = self.env["helpdesk.ticket"].with_context(**SILENT)
        ticket = tickets.create({"name": "Old", "description": "x", "team_id": self.team.id, "user_id": self.anna.id})
        self.assert_is(ticket, "new", self.anna)

    def test_a_team_without_such_a_stage_moves_nothing(self):
        ticket = self.new()
        ticket.with_user(self.anna).assign_to_me()
        self.assert_is(ticket, "new", self.anna)

    def test_several_at_once_move_each_by_its_team(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        plain = self.team.copy({"user_ids": self.team.user_ids.ids, "assigned_stage_id": False})
        tickets = self.new() | self.new() | self.new(team_id=plain.id) | self.new(stage_id=self.stages["done"].id)
        tickets.with_user(self.anna).write({"user_id": self.ben.id})
        self.assertEqual(
            tickets.mapped("stage_id.name"), [*dict.fromkeys(["In Progress", "New", "Done"])], "each where it belongs"
        )

    def test_only_new_tickets_move(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        for stage in ("awaiting", "done"):
            ticket = self.new(stage_id=self.stages[stage].id)
            ticket.user_id = self.anna
            self.assert_is(ticket, stage, self.anna)

    def test_a_stage_that_is_chosen_at_the_same_time_is_kept(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        for stage in ("new", "awaiting"):
            ticket = self.new()
            ticket.with_user(self.anna).write({"user_id": self.anna.id, "stage_id": self.stages[stage].id})
            self.assert_is(ticket, stage, self.anna)

    def test_a_ticket_that_changes_hands_stays_where_an_agent_put_it(self):
        ticket = self.new(user_id=self.anna.id)
        self.team.assigned_stage_id = self.stages["in_progress"]
        ticket.with_user(self.anna).priority = "3"
        self.assert_is(ticket, "new", self.anna)
        ticket.user_id = False
        self.assert_is(ticket, "new")

    def test_a_stage_that_does_not_fit_moves_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        for values in (
            {"active": False},
            {"company_id": company.id},
            {"team_ids": [(6, 0, other.ids)]},
            {"closed": True},
        ):
            with self.subTest(values):
                stage = self.env["helpdesk.ticket.stage"].create({"name": "Ours", "company_id": False})
                self.team.assigned_stage_id = stage
                stage.write(values)
                ticket = self.new()
                ticket.with_user(self.anna).assign_to_me()
                self.assert_is(ticket, "new", self.anna)

    def test_with_another_team_it_moves_as_that_team_wants(self):
        other = self.team.copy({"user_ids": self.ben.ids, "assigned_stage_id": self.stages["in_progress"].id})
        ticket = self.new(user_id=self.anna.id)
        ticket.with_user(self.anna).write({"team_id": other.id, "user_id": self.ben.id})
        self.assert_is(ticket, "in_progress", self.ben)

    def test_to_take_it_is_no_first_response(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        ticket = self.new()
        ticket.with_user(self.anna).assign_to_me()
        self.assertEqual(self.start(ticket).state, "running")
        ticket.with_user(self.anna).stage_id = self.stages["new"]
        ticket.with_user(self.anna).stage_id = self.stages["in_progress"]
        self.assertEqual(self.start(ticket).state, "met", "an agent moved it")

    def test_a_scheduled_action_that_assigns_moves_as_well(self):
        self.team.assigned_stage_id = self.stages["in_progress"]
        ticket = self.new()
        ticket.with_context(**{ir_cron.AT_WORK_KEY: ir_cron.AT_WORK}).user_id = self.anna
        self.assert_is(ticket, "in_progress", self.anna)
        self.assertEqual(self.start(ticket).state, "running")

    # -- to reply ----------------------------------------------------------------------------------------------------

    def test_the_first_reply_assigns_and_leaves_new(self):
        ticket = self.new()
        self.comment(ticket, "Please restart it", user=self.anna)
        self.assert_is(ticket, "in_progress", self.anna)
        self.assertEqual(self.start(ticket).state, "met")
        self.comment(ticket, "And then again", user=self.ben)
        self.assert_is(ticket, "in_progress", self.anna)

    def test_it_leaves_new_for_the_stage_of_assigned_tickets(self):
        first = self.env["helpdesk.ticket.stage"].create({"name": "Ours", "sequence": 9, "company_id": False})
        self.team.assigned_stage_id = first
        ticket = self.new()
        self.comment(ticket, "Please restart it", user=self.anna)
        self.assertEqual((ticket.stage_id, ticket.user_id), (first, self.anna))

    def test_an_email_of_an_agent_is_a_reply_if_it_is_proved(self):
        self.mailbox.helpdesk_authserv_id = self.VOUCHING
        ticket = self.new()
        subject = f"Re: {ticket.mail_reference}"
        self.receive("anna@example.com", subject=subject)
        self.assert_is(ticket, "new")
        self.receive("anna@example.com", self.vouched("anna@example.com"), subject=subject)
        self.assert_is(ticket, "in_progress", self.anna)

    def test_an_unproved_email_of_the_assignee_moves_nothing(self):
        ticket = self.new(user_id=self.anna.id, partner_id=self.anna.partner_id.id, partner_email="anna@example.com")
        row = self.receive("anna@example.com", subject=f"Re: {ticket.mail_reference}")
        self.assertEqual(row.ticket_id, ticket)
        self.assert_is(ticket, "new", self.anna)

    def test_an_agent_who_is_the_customer_is_no_agent_of_that_ticket(self):
        self.mailbox.helpdesk_authserv_id = False
        ticket = self.new(partner_id=self.anna.partner_id.id, partner_email="anna@example.com")
        self.receive("anna@example.com", subject=f"Re: {ticket.mail_reference}")
        self.comment(ticket, "Still broken", user=self.anna)
        self.assert_is(ticket, "new")
        self.assertTrue(ticket.customer_replied)

    def test_what_is_no_reply_of_an_agent_moves_nothing(self):
        ticket = self.new()
        self.comment(ticket, "Known problem", user=self.anna, note=True)
        self.comment(ticket, "It still burns", author=self.jane)
        self.comment(ticket, "We have received it", user=self.env.ref("base.user_root"))
        ticket._bridge_post_auto_email("received")
        self.assert_is(ticket, "new")

    def test_who_cannot_have_the_ticket_answers_it_all_the_same(self):
        """Table: a team, who replies in public, where the ticket is then and who has it."""
        empty = self.env["helpdesk.ticket.team"].create({"name": "Empty"})
        nobody = self.env["res.users"]
        staff = new_test_user(self.env, "staff", groups="base.group_user", email="staff@example.com")
        for team, user, stage, assignee in (
            (self.team, self.manager, "in_progress", nobody),
            (empty, self.anna, "in_progress", self.anna),
            (self.team, staff, "new", nobody),
        ):
            with self.subTest(team.name, user=user.login):
                ticket = self.new(team_id=team.id)
                ticket.message_subscribe(user.partner_id.ids)
                self.comment(ticket.sudo().with_user(self.env.user), "Let me help", author=user.partner_id)
                self.assert_is(ticket, stage, assignee)

    def test_a_ticket_without_a_team_belongs_to_whoever_replies(self):
        free = new_test_user(self.env, "free", groups="helpdesk_mgmt.group_helpdesk_user", email="free@example.com")
        ticket = self.new(team_id=False)
        self.comment(ticket, "Let me see", user=free)
        self.assert_is(ticket, "in_progress", free)

    def test_a_team_decides_for_itself(self):
        for assigns, starts, stage, user in (
            (False, True, "in_progress", None),
            (True, False, "new", self.anna),
            (False, False, "new", None),
        ):
            with self.subTest(assigns=assigns, starts=starts):
                self.team.write({"assign_on_reply": assigns, "start_on_reply": starts})
                ticket = self.new()
                self.comment(ticket, "Please restart it", user=self.anna)
                self.assert_is(ticket, stage, user)

    def test_a_reply_takes_nothing_from_anybody_and_moves_only_new_tickets(self):
        for values in ({"user_id": self.ben.id, "stage_id": self.stages["awaiting"].id},):
            ticket = self.new(**values)
            self.comment(ticket, "Any news?", user=self.anna)
            self.assert_is(ticket, "awaiting", self.ben)
        closed = self.new(stage_id=self.stages["done"].id)
        self.comment(closed, "It was the cable", user=self.anna)
        self.assert_is(closed, "done")

    def test_a_team_without_a_stage_of_work_stays_in_new(self):
        self.stages["in_progress"].active = False
        ticket = self.new()
        self.comment(ticket, "Please restart it", user=self.anna)
        self.assert_is(ticket, "new", self.anna)

    def test_an_agent_without_rights_to_all_tickets_replies_as_well(self):
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own", email="own@example.com")
        self.team.user_ids |= own
        ticket = self.new()
        ticket.message_subscribe(own.partner_id.ids)
        self.comment(ticket, "Please restart it", user=own)
        self.assert_is(ticket, "in_progress", own)

    def test_slack_shows_who_has_it_and_says_no_more_than_the_reply(self):
        ticket = self.new()
        self.deliver()
        self.comment(ticket, "Please restart it", user=self.anna)
        rows = self.entries(ticket).filtered(lambda entry: entry.state == "pending")
        self.assertEqual(rows.mapped("kind"), ["reply", "update"])
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Anna Agent replied: Please restart it"])
        self.assertIn("*Assignee*\nAnna Agent", self.shown(ticket))
        self.assertIn("In Progress", self.shown(ticket))

    def test_who_takes_it_by_a_reply_gets_no_email_about_it(self):
        self.anna.notification_type = "email"
        ticket = self.new()
        self.comment(ticket.with_user(self.env.user), "Please restart it", author=self.anna.partner_id)
        self.assert_is(ticket, "in_progress", self.anna)
        notified = self.env["mail.notification"].search([("res_partner_id", "=", self.anna.partner_id.id)])
        self.assertFalse(notified)
