"""Snoozed tickets: out of sight until a moment or until the customer writes; mere thanks wake nothing."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import new_test_user
from .outbound_case import JANE, OutboundCase

#: The lists in which agents look for work.
ACTIONS = (
    *("helpdesk_ticket_action", "helpdesk_my_tickets_action", "helpdesk_ticket_action_opened"),
    *("helpdesk_ticket_action_unassigned", "action_helpdesk_ticket_kanban_from_dashboard"),
)


@tagged("post_install", "-at_install")
class TestSnooze(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jane = cls.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})

    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket(partner_id=self.jane.id, partner_email=JANE, user_id=self.agent.id)
        self.later = fields.Datetime.now() + timedelta(days=2)

    def snooze(self, ticket=None, moment=None):
        (ticket or self.ticket).with_user(self.agent)._bridge_snooze(moment or self.later)

    def wake_due(self):
        self.exhaust(self.env["helpdesk.ticket"]._bridge_wake_next)

    def test_it_is_out_of_sight_of_the_lists_and_can_be_found(self):
        self.snooze()
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        view = tickets.get_view(view_type="search")["arch"]
        for name in ACTIONS:
            with self.subTest(name):
                action = self.env.ref(f"helpdesk_mgmt.{name}")
                context = safe_eval(action.context, {"active_id": self.team.id, "uid": self.agent.id})
                self.assertTrue(context["search_default_awake"] and context["search_default_open"])
        self.assertIn('name="awake"', view)
        self.assertEqual(tickets.search([("snoozed_until", "!=", False)]), self.ticket)
        self.assertFalse(tickets.search(Domain("id", "=", self.ticket.id) & Domain("snoozed_until", "=", False)))

    def test_the_snooze_ends_by_itself_and_the_assignee_is_mentioned(self):
        self.snooze()
        self.wake_due()
        self.assertTrue(self.ticket.snoozed_until)
        self.ticket.snoozed_until = "2000-01-01"
        self.wake_due()
        self.assertFalse(self.ticket.snoozed_until)
        [payload] = [one.payload for one in self.entries(self.ticket) if one.event == "snooze_ended"]
        self.assertEqual(payload["mention_user"], self.agent.id)
        self.assertIn("snooze is over", payload["text"])

    def test_the_cron_ends_it(self):
        self.snooze()
        self.ticket.snoozed_until = "2000-01-01"
        for step in self.env["helpdesk.followup"]._steps():
            self.exhaust(step)
        self.assertFalse(self.ticket.snoozed_until)

    def test_one_that_cannot_be_changed_or_reported_comes_back_and_holds_up_nothing(self):
        model = type(self.ticket)
        write, report = model.write, model._bridge_on_changes

        def validated(tickets, vals):
            if self.ticket in tickets and "snoozed_until" in vals:
                raise ValueError("A category is needed.")
            return write(tickets, vals)

        def unreported(tickets, changes):
            if any(change.ticket == self.ticket for change in changes):
                raise ValueError("It cannot be told.")
            return report(tickets, changes)

        for title, broken in (
            ("another addon refuses the change", patch.object(model, "write", validated)),
            ("it cannot be reported", patch.object(model, "_bridge_on_changes", unreported)),
        ):
            with self.subTest(title):
                other = self.new_ticket(partner_id=self.jane.id, partner_email=JANE, user_id=self.agent.id)
                for ticket, moment in ((self.ticket, "2000-01-01"), (other, "2000-01-02")):
                    self.snooze(ticket)
                    ticket.snoozed_until = moment
                    self.env.flush_all()
                with broken, self.assertLogs("odoo.addons.helpdesk_bridge", "ERROR"):
                    for step in self.env["helpdesk.followup"]._steps():
                        self.exhaust(step)
                self.assertFalse(self.ticket.snoozed_until or other.snoozed_until)
                self.assertIn("snooze_ended", self.entries(other).mapped("event"))

    def test_one_that_somebody_has_locked_waits_and_holds_up_no_other(self):
        model, other = type(self.ticket), self.new_ticket(partner_id=self.jane.id, partner_email=JANE)
        lock = model.try_lock_for_update

        def busy(records, **options):
            return lock(records - self.ticket if records._name == "helpdesk.ticket" else records, **options)

        for ticket, moment in ((self.ticket, "2000-01-01"), (other, "2000-01-02")):
            ticket.snoozed_until = moment
        self.env.flush_all()
        with patch.object(model, "try_lock_for_update", busy):
            self.wake_due()
        self.assertFalse(other.snoozed_until)
        self.assertTrue(self.ticket.snoozed_until)
        self.wake_due()
        self.assertFalse(self.ticket.snoozed_until)

    def test_the_cron_is_woken_for_that_moment(self):
        self.snooze()
        cron = self.env.ref("helpdesk_bridge.ir_cron_after_mail")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.later.replace(microsecond=0), triggers.mapped("call_at"))

    def test_the_customer_wakes_it_and_thanks_do_not(self):
        for body, wakes in (
            ("Is it safe to use it again?", True),
            ("Thanks!", False),
            ("Thank you for your help!", False),
        ):
            with self.subTest(body):
                self.snooze()
                stage = self.ticket.stage_id
                self.receive(JANE, self.answering(self.ticket), subject="Re: Printer", body=body)
                self.assertEqual(bool(self.ticket.snoozed_until), not wakes)
                self.assertEqual(self.ticket.stage_id, stage)
        called = [one.payload for one in self.entries(self.ticket) if one.event == "customer_replied"]
        self.assertEqual([bool(payload.get("mention_user")) for payload in called], [True, False, False])

    def test_who_else_writes_does_not_wake_it(self):
        self.snooze()
        self.comment(self.ticket, "Hm", user=self.agent, note=True)
        self.comment(self.ticket, "We wait for the spare part.", user=self.agent)
        self.ticket.with_user(self.agent).priority = "3"
        self.assertTrue(self.ticket.snoozed_until)

    def test_closing_or_archiving_it_ends_it_without_a_word(self):
        for name, happens in (
            ("close", lambda: self.close(self.ticket)),
            ("archive", lambda: self.ticket.write({"active": False})),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.snooze()
                happens()
                self.assertFalse(self.ticket.snoozed_until)
                self.assertNotIn("snooze_ended", self.entries(self.ticket).mapped("event"))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_clocks_run_on(self):
        due = self.ticket.sla_due
        self.assertTrue(due)
        self.snooze()
        self.assertEqual((self.ticket.sla_due, self.ticket.sla_status), (due, "on_track"))
        clock = self.ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "start")
        clock.write({"due_at": "2020-01-01", "warn_at": "2020-01-01"})
        self.env["helpdesk.sla.clock"]._tick()
        self.assertEqual(self.ticket.sla_status, "breached")

    def test_what_is_refused(self):
        now = fields.Datetime.now()
        for name, moment in (("now", now), ("the past", now - timedelta(days=1)), ("nothing", False)):
            with self.subTest(name), self.assertRaises(UserError):
                self.ticket.with_user(self.agent)._bridge_snooze(moment)
        own = new_test_user(self.env, "own", groups="helpdesk_mgmt.group_helpdesk_user_own")
        for act in (lambda ticket: ticket._bridge_snooze(self.later), lambda ticket: ticket.action_wake()):
            with self.assertRaises(AccessError):
                act(self.ticket.with_user(own))
        self.close(self.ticket)
        with self.assertRaises(UserError):
            self.snooze()

    def test_the_dialog_snoozes_several_and_wake_up_ends_it(self):
        other = self.new_ticket(user_id=self.agent.id)
        both = self.ticket | other
        context = {"active_model": "helpdesk.ticket", "active_ids": both.ids}
        self.agent.tz = "Europe/Berlin"
        dialogs = self.env["helpdesk.ticket.snooze"].with_user(self.agent).with_context(**context)
        for values in ({}, {"choice": "monday"}, {"choice": "date", "moment": self.later}):
            with self.subTest(values):
                dialogs.create(values).action_snooze()
                self.assertEqual(len(set(both.mapped("snoozed_until"))), 1)
        self.assertEqual(self.ticket.snoozed_until, self.later.replace(microsecond=0))
        self.ticket.with_user(self.agent).action_wake()
        self.assertEqual(both.filtered("snoozed_until"), other)
        with self.assertRaises(UserError):
            dialogs.create({"choice": "date", "moment": "2000-01-01"}).action_snooze()
