"""helpdesk_ticket_close_inactive beside ours: it warns first, by our emails, and closes only what waits."""

from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import tagged

from odoo.addons.helpdesk_bridge.tests.outbound_case import JANE, UNKNOWN, OutboundCase


@tagged("post_install", "-at_install")
class TestCloseInactive(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.awaiting = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.progress = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        cls.team.write(
            {
                "close_inactive_tickets": True,
                "ticket_stage_ids": (cls.awaiting | cls.progress).ids,
                "inactive_tickets_day_limit_warning": 7,
                "inactive_tickets_day_limit_closing": 14,
                "closing_ticket_stage": cls.done.id,
            }
        )
        cls.teams = cls.env["helpdesk.ticket.team"]

    def waiting(self, days, stage=None, **values):
        """A ticket whose customer has been waited for so many days."""
        ticket = self.new_ticket(**{"partner_name": "Jane", "partner_email": "jane@customer.example", **values})
        ticket.stage_id = stage or self.awaiting
        ticket.last_stage_update = Datetime.now() - timedelta(days=days)
        return ticket

    def said(self, ticket, days, **who):
        self.comment(ticket, "Hello", **who).date = Datetime.now() - timedelta(days=days)

    def run_it(self):
        self.teams.close_team_inactive_tickets()
        self.env.cr.flush()
        self.write_letters()

    def outcome(self, ticket):
        return ("closed" if ticket.closed else "warned" if ticket.helpdesk_warned_at else "left"), self.letters(ticket)

    def test_what_becomes_of_a_ticket(self):
        written = [("inactive", "queued")]
        for name, ticket, expected in (
            ("six days", self.waiting(6), ("left", [])),
            ("seven days", self.waiting(7), ("warned", written)),
            ("on a day without a run", self.waiting(9), ("warned", written)),
            ("long ago, never warned", self.waiting(100), ("warned", written)),
            ("its clock counts", self.waiting(100, self.progress), ("left", [])),
            ("nobody can be warned", self.waiting(100, partner_email=False), ("closed", [("closed", "skipped")])),
        ):
            with self.subTest(name):
                self.run_it()
                self.assertEqual(self.outcome(ticket), expected)
                ticket.unlink()

    def test_the_stage_it_is_closed_in(self):
        cancelled = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        for name, chosen, archived, expected in (
            ("the team's", cancelled, self.env["helpdesk.ticket.stage"], cancelled),
            ("none is chosen", False, self.env["helpdesk.ticket.stage"], self.done),
            ("the team's is archived", cancelled, cancelled, self.done),
        ):
            with self.subTest(name):
                self.team.closing_ticket_stage = chosen
                archived.active = False
                ticket = self.waiting(100, partner_email=False)
                self.run_it()
                self.assertEqual(ticket.stage_id, expected)

    def test_words_count_as_activity_and_an_unanswered_customer_is_not_closed(self):
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})
        for name, words, expected in (
            ("the agent wrote yesterday", [(1, {"user": self.agent})], "left"),
            ("the agent wrote long ago", [(20, {"user": self.agent})], "warned"),
            ("the customer waits for an answer", [(20, {"user": self.agent}), (15, {"author": jane})], "left"),
            ("the customer was answered", [(20, {"author": jane}), (15, {"user": self.agent})], "warned"),
        ):
            with self.subTest(name):
                ticket = self.waiting(30, partner_id=jane.id)
                for days, who in words:
                    self.said(ticket, days, **who)
                ticket.stage_id = self.awaiting
                ticket.last_stage_update = Datetime.now() - timedelta(days=30)
                self.run_it()
                self.assertEqual(self.outcome(ticket)[0], expected)
                ticket.unlink()

    def test_a_ticket_that_its_agent_comes_back_to_or_whose_answer_has_not_left_is_left(self):
        jane = self.env["res.partner"].create({"name": "Jane", "email": "jane@customer.example"})

        def snooze(ticket):
            ticket.with_user(self.agent)._bridge_snooze(Datetime.now() + timedelta(days=40))

        def snooze_is_over(ticket):
            snooze(ticket)
            self.env.cr.flush()  # the chatter notes it then
            ticket.action_wake()

        for name, faults, happens, expected in (
            ("nothing", [], lambda ticket: None, "warned"),
            ("snoozed", [], snooze, "left"),
            ("snoozed until today", [], snooze_is_over, "left"),
            ("the mail server refused the answer", [UNKNOWN], lambda ticket: None, "left"),
        ):
            with self.subTest(name):
                ticket = self.waiting(100, partner_id=jane.id)
                self.env["mail.mail"].search([]).unlink()
                self.said(ticket, 100, user=self.agent)
                self.send(*faults)
                ticket.stage_id = self.awaiting
                ticket.last_stage_update = Datetime.now() - timedelta(days=100)
                happens(ticket)
                self.env.cr.flush()
                self.run_it()
                self.assertEqual(self.outcome(ticket)[0], expected)
                ticket.unlink()

    def test_it_is_closed_as_long_after_the_warning_as_the_team_says(self):
        ticket = self.waiting(100)
        self.run_it()
        ticket.helpdesk_warned_at = Datetime.now() - timedelta(days=6)
        self.run_it()
        self.assertFalse(ticket.closed)
        ticket.helpdesk_warned_at = Datetime.now() - timedelta(days=7)
        self.run_it()
        self.assertTrue(ticket.closed and ticket.helpdesk_is_inactive)
        self.assertEqual(self.letters(ticket), [("inactive", "queued"), ("closed", "queued")])
        self.assertIn("Days without activity: 14", self.words(ticket)[-2][1] + self.words(ticket)[-1][1])

    def test_each_customer_gets_one_email_of_each_kind_from_the_mailbox(self):
        ticket = self.waiting(100)
        self.run_it()
        self.run_it()
        [mail] = self.mails(ticket)
        self.assertIn(ticket.mail_reference, mail.subject)
        self.assertEqual((mail.helpdesk_from, mail.reply_to), ('"Acme Support" <support@example.com>',) * 2)
        self.assertIn("7 days", mail.body_html)
        ticket.helpdesk_warned_at = Datetime.now() - timedelta(days=8)
        self.run_it()
        self.run_it()
        self.assertEqual(len(self.mails(ticket)), 2)

    def test_a_reply_to_the_warning_starts_it_all_over(self):
        ticket = self.waiting(100)
        self.run_it()
        ticket.helpdesk_warned_at = Datetime.now() - timedelta(days=30)
        self.receive(JANE, subject=ticket.mail_reference)
        self.said(ticket, 0, user=self.agent)
        ticket.stage_id = self.awaiting
        self.run_it()
        self.assertFalse(ticket.closed)

    def test_the_teams_own_closing_template_is_used_and_without_warnings_it_just_closes(self):
        self.team.inactive_tickets_day_limit_warning = 0
        own = self.template("<p>No answer for a while.</p>", subject="Closed")
        for template, words in ((own, "No answer for a while."), (self.env["mail.template"], None)):
            with self.subTest(words):
                self.team.close_inactive_mail_template_id = template
                ticket = self.waiting(14)
                self.run_it()
                self.assertEqual(self.outcome(ticket), ("closed", [("closed", "queued")]))
                body = self.mails(ticket).body_html
                (self.assertIn if words else self.assertNotIn)("No answer for a while.", body)

    def test_a_reopened_ticket_is_not_inactive_any_more(self):
        self.team.inactive_tickets_day_limit_warning = 0
        ticket = self.waiting(14)
        self.run_it()
        self.receive(JANE, subject=ticket.mail_reference)
        self.assertEqual((ticket.closed, ticket.helpdesk_is_inactive), (False, False))

    def test_every_team_has_its_turn_and_one_broken_ticket_keeps_no_other_open(self):
        other = self.team.copy({"name": "Other", "close_inactive_tickets": True, "alias_name": False})
        other.write({"ticket_stage_ids": self.awaiting.ids, "closing_ticket_stage": self.done.id})
        tickets = [self.waiting(10), self.waiting(10, team_id=other.id)]
        self.run_it()
        self.assertTrue(all(ticket.helpdesk_warned_at for ticket in tickets))

    def test_the_clock_that_waited_is_met(self):
        ticket = self.waiting(100)
        self.run_it()
        ticket.helpdesk_warned_at = Datetime.now() - timedelta(days=8)
        self.run_it()
        resolution = ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "resolution")
        self.assertEqual(resolution.state, "met")
