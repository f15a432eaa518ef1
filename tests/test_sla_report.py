"""The report says which SLA targets were met."""

from ast import literal_eval
from functools import partial

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from .plans import assert_reads_less, maintain, rows_read
from .sla_case import SlaCase

#: SLA targets of long ago; how many rows of all may be read for what is recent.
OLD, MAY_READ = 2000, 200


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

    def test_it_opens_with_the_last_30_days_and_reads_nothing_older(self):
        action = self.env.ref("helpdesk_bridge.helpdesk_sla_clock_report_action")
        chosen = [name for name in literal_eval(action.context) if name.startswith("search_default_")]
        search = etree.fromstring(self.env[action.res_model].get_view(view_type="search")["arch"])
        domains = [search.find(f".//filter[@name='{name.removeprefix('search_default_')}']") for name in chosen]
        domain = [term for found in domains for term in literal_eval(found.get("domain"))]
        ticket = self.new_ticket()
        recent = ticket.sla_clock_ids
        recent.started_at = fields.Datetime.now()
        values = {"team": self.team.id, "company": self.company.id, "old": OLD}
        self.env.cr.execute(
            """
            WITH old AS (
                INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, active, sequence)
                SELECT 'Old', 'OLD' || n, 'x', %(company)s, %(team)s, TRUE, 10 FROM generate_series(1, %(old)s) n
                RETURNING id)
            INSERT INTO helpdesk_sla_clock (ticket_id, metric, started_at, target_minutes, state)
            SELECT id, 'resolution', now() - interval '31 days', 240, 'met' FROM old
            """,
            values,
        )
        maintain(self.env, "helpdesk_ticket", "helpdesk_sla_clock")
        report = self.env["helpdesk.sla.clock.report"]
        self.assertEqual(report.search(domain).ids, recent.sorted("id", reverse=True).ids)
        groups, figures = ["team_id", "started_at:month", "metric"], ["met_percent:avg", "median_hours:avg"]
        page = partial(report.formatted_read_grouping_sets, domain, [groups], figures)
        assert_reads_less(self, MAY_READ, "helpdesk_sla_clock", page)
        self.assertGreater(rows_read(self.env, lambda: report._read_group([], [], figures))["helpdesk_sla_clock"], OLD)

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
