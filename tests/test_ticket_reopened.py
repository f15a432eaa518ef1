"""A reopened ticket returns to where it was worked on, and keeps who can work on it."""

from odoo.tests import tagged

from .ticket_work_case import TicketWorkCase


@tagged("post_install", "-at_install")
class TestTicketReopened(TicketWorkCase):
    def reopened(self, *stages, **values):
        """A ticket that went through stages, was closed, and got a reply of its customer."""
        ticket = self.new(**values)
        for stage in (*stages, self.stages["done"]):
            ticket.with_user(self.anna).stage_id = stage
        self.comment(ticket, "It burns again", author=self.jane)
        return ticket

    def test_it_returns_to_where_it_was_worked_on_last(self):
        second = self.env["helpdesk.ticket.stage"].create({"name": "Second line", "sequence": 2, "company_id": False})
        new, progress, awaiting = (self.stages[name] for name in ("new", "in_progress", "awaiting"))
        for stages, expected in (
            ((progress,), progress),
            ((second,), second),
            ((progress, second, awaiting), second),
            ((second, progress, new), progress),
            ((second, self.stages["done"], awaiting), second),
        ):
            with self.subTest([stage.name for stage in stages]):
                self.assertEqual(self.reopened(*stages).stage_id, expected)

    def test_an_archived_or_foreign_stage_is_none_to_return_to(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        for values in ({"active": False}, {"team_ids": [(6, 0, other.ids)]}, {"closed": True}):
            with self.subTest(values):
                second = self.env["helpdesk.ticket.stage"].create(
                    {"name": "Second", "sequence": 9, "company_id": False}
                )
                ticket = self.new(user_id=self.anna.id, stage_id=second.id)
                ticket.stage_id = self.stages["done"]
                second.write(values)
                self.comment(ticket, "It burns again", author=self.jane)
                self.assert_is(ticket, "in_progress", self.anna)

    def test_what_an_agent_had_or_replied_to_is_not_new(self):
        self.assertEqual(self.reopened(user_id=self.anna.id).stage_id, self.stages["in_progress"])
        self.team.start_on_reply = self.team.assign_on_reply = False
        ticket = self.new()
        self.comment(ticket, "Please restart it", user=self.anna)
        ticket.stage_id = self.stages["done"]
        self.comment(ticket, "It burns again", author=self.jane)
        self.assert_is(ticket, "in_progress")

    def test_what_nobody_ever_had_is_new(self):
        self.assertEqual(self.reopened().stage_id, self.stages["new"])

    def test_a_ticket_that_was_closed_before_we_kept_its_stage_finds_it_in_its_history(self):
        second = self.env["helpdesk.ticket.stage"].create({"name": "Second line", "sequence": 9, "company_id": False})
        ticket = self.new()
        for stage in (second, self.stages["awaiting"], self.stages["done"]):
            ticket.with_context(tracking_disable=False).stage_id = stage
            self.env.cr.flush()
        ticket.worked_stage_id = False
        self.comment(ticket, "It burns again", author=self.jane)
        self.assertEqual(ticket.stage_id, second)

    def test_the_stage_of_the_team_wins(self):
        self.team.reopen_stage_id = self.stages["new"]
        self.assertEqual(self.reopened(self.stages["in_progress"]).stage_id, self.stages["new"])

    def test_it_keeps_an_assignee_who_can_work_on_it(self):
        self.anna.helpdesk_takes_none = True
        ticket = self.reopened(self.stages["in_progress"], user_id=self.anna.id)
        self.assert_is(ticket, "in_progress", self.anna)
