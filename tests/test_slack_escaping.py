"""What anybody can say over RPC, in values or in the context, is not taken for ours."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestForgedWords(SlaCase):
    def by(self, **context):
        return self.env["helpdesk.ticket"].with_user(self.agent).with_context(**context)

    def values(self, **values):
        return {"name": "x", "description": "x", "team_id": self.team.id, "user_id": self.agent.id, **values}

    # The SLA status -------------------------------------------

    def test_nobody_makes_a_ticket_that_is_late_already(self):
        for values in ({"sla_since": "2000-01-01"}, {"sla_status": "met"}, {"sla_due": "2000-01-01"}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.by().create(self.values(**values))

    def test_a_default_makes_no_ticket_that_is_late_already(self):
        ticket = self.by(default_sla_since="2000-01-01", default_sla_due="2000-01-01", default_sla_status="breached")
        ticket = ticket.create(self.values())
        self.assertEqual(ticket.sla_status, "on_track")
        self.assertFalse(ticket.sla_clock_ids.sudo().filtered("breached_at"))
        self.assertGreater(ticket.sla_since, fields.Datetime.now() - timedelta(days=1))

    # Who does it ----------------------------------------------

    def test_an_agent_who_says_to_be_a_cron_is_an_agent(self):
        ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        mine = ticket.with_user(self.agent).with_context(cron_id=1, helpdesk_bridge_cron=True)
        with self.at("06-01 11:00"):
            mine.stage_id = self.stages["in_progress"]
        self.assertEqual(self.states(ticket), ("met", "running"))

    def test_what_a_scheduled_action_does_is_its_doing(self):
        ticket = self.new_ticket(user_id=self.agent.id)
        code = f"env['helpdesk.ticket'].browse({ticket.id}).write({{'stage_id': {self.stages['in_progress'].id}}})"
        model = self.env["ir.model"]._get_id("helpdesk.ticket")
        values = {"name": "Mover", "model_id": model, "state": "code", "code": code, "user_id": self.agent.id}
        cron = self.env["ir.cron"].create(values)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        self.assertEqual(self.states(ticket), ("running", "running"))

    def test_nobody_has_slack_name_another(self):
        for speaker in (["The Boss", True], "x", 7):
            with self.subTest(speaker):
                ticket = self.new_ticket(user_id=self.agent.id)
                mine = ticket.with_user(self.agent).with_context(helpdesk_bridge_speaker=speaker)
                mine.stage_id = self.stages["done"]
                told = self.entries(ticket).filtered(lambda entry: entry.event == "closed").payload
                self.assertIn(self.agent.name, str(told))
                self.assertNotIn("The Boss", str(told))

    # What somebody has decided --------------------------------

    def test_nobody_says_that_a_late_word_was_accepted(self):
        self.company.helpdesk_reopen_days = "0"
        ticket = self.new_ticket(partner_id=self.env["res.partner"].create({"name": "Jane"}).id)
        ticket.stage_id = self.stages["done"]
        ticket.with_context(helpdesk_accepted=True).message_post(
            body="Again", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=ticket.partner_id.id
        )
        self.assertTrue(ticket.closed)
        self.assertTrue(ticket._bridge_follow_ups())

    # Whose policy ---------------------------------------------

    def other_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.agent.company_ids |= company
        return company, self.Policy._ensure_default(company)

    def test_a_policy_of_another_company_is_refused(self):
        _company, policy = self.other_company()
        ticket = self.new_ticket(user_id=self.agent.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).sla_policy_id = policy
        with self.assertRaisesRegex(ValidationError, "Other"):
            ticket.sudo().sla_policy_id = policy
        with self.assertRaises(AccessError):
            self.by().create(self.values(sla_policy_id=policy.id))

    def test_a_ticket_that_moves_to_another_company_gets_a_policy_of_it(self):
        company, policy = self.other_company()
        policy.applies_from = "2020-01-01 00:00:00"
        ticket = self.new_ticket(user_id=self.agent.id)
        self.assertEqual(ticket.sla_policy_id, self.policy)
        ticket.with_user(self.agent).write({"company_id": company.id})
        self.assertEqual(ticket.sla_policy_id, policy)
        team = self.env["helpdesk.ticket.team"].create({"name": "Back", "company_id": self.company.id})
        team.user_ids = self.agent
        ticket.with_user(self.agent).write({"team_id": team.id, "company_id": self.company.id})
        self.assertEqual(ticket.sla_policy_id, self.policy)
