"""The report says which SLA targets were met."""

from odoo.tests import tagged

from .sla_case import SlaCase


@tagged("post_install", "-at_install")
class TestSlaReport(SlaCase):
    def test_percent_kept_median_and_ninth_decile(self):
        self.env["helpdesk.sla.clock"].search([]).unlink()
        for hours in (1, 2, 3, 4, 30):
            ticket = self.ticket_at("06-01 10:00", user_id=self.agent.id)
            day, hour = divmod(10 + hours, 24)
            self.move(f"06-{1 + day:02} {hour:02}:00", ticket, "done")
        self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.env.flush_all()
        found = self.env["helpdesk.sla.clock.report"]._read_group(
            [("team_id", "=", self.team.id), ("metric", "=", "resolution")],
            ["team_id", "user_id", "policy_id", "started_at:week"],
            ["met_percent:avg", "spent_hours:avg", "median_hours:avg", "p90_hours:avg", "__count"],
        )
        self.assertEqual(len(found), 1)
        _team, agent, policy, _week, met, average, median, p90, count = found[0]
        self.assertEqual((agent, policy, count), (self.agent, self.policy, 6))
        self.assertEqual((met, average, median), (80, 8, 3))
        self.assertAlmostEqual(p90, 4 + 0.6 * 26)

    def test_agents_see_the_targets_of_the_tickets_they_see(self):
        own = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        agent = self.agent.copy({"login": "own", "group_ids": [(6, 0, own.ids)]})
        mine = self.ticket_at("06-01 10:00", team_id=False, user_id=agent.id)
        self.ticket_at("06-01 10:00", team_id=False, user_id=self.manager.id)
        self.env.flush_all()
        for model in ("helpdesk.sla.clock", "helpdesk.sla.clock.report"):
            seen = self.env[model].with_user(agent).search([])
            self.assertEqual(seen.ticket_id, mine, model)
        lines = self.env["helpdesk.sla.clock.line"].with_user(agent).search([])
        self.assertEqual(lines.clock_id.ticket_id, mine)

    def test_other_companies_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        ticket = self.ticket_at("06-01 10:00", team_id=team.id)
        self.env.flush_all()
        for model in ("helpdesk.sla.clock", "helpdesk.sla.clock.report"):
            self.assertFalse(self.env[model].with_user(self.manager).search([("ticket_id", "=", ticket.id)]), model)
        for record in (ticket.sla_policy_id, ticket.sla_clock_ids.line_ids):
            self.assertFalse(record.with_user(self.manager).search([("id", "in", record.ids)]), record._name)
