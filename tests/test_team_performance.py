"""The managers' dashboard: backlog, at risk, and what was kept; no figure mixes two SLA targets, none is made up."""

from odoo.tests import tagged

from .sla_case import SlaCase

REPORT = "helpdesk.sla.clock.report"
AVERAGES = ("met_percent", "spent_hours", "median_hours", "p90_hours", "target_hours")


@tagged("post_install", "-at_install")
class TestTeamPerformance(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.env["helpdesk.sla.clock"].search([]).unlink()
        cls.Performance = cls.env["helpdesk.ticket.performance"].with_user(cls.manager)

    def figures(self, domain=(), groupby=()):
        self.env.flush_all()
        names = (
            "open_count:sum",
            "at_risk_count:sum",
            "overdue_count:sum",
            "start_percent:avg",
            "resolution_percent:avg",
        )
        return self.Performance._read_group([("team_id", "=", self.team.id), *domain], groupby, names)

    def test_backlog_at_risk_and_kept_each_by_itself(self):
        solved = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.answer("06-01 11:00", solved)
        self.move("06-01 12:00", solved, "done")
        late = self.ticket_at("06-01 10:00", user_id=self.agent.id)
        self.answer("06-01 11:00", late)
        self.tick("06-03 10:00")
        self.assertEqual(self.figures(), [(1, 0, 1, 100, 50)])
        self.ticket_at("06-03 10:00")
        self.tick("06-03 13:30")
        self.assertEqual(self.figures(), [(2, 1, 1, 100, 50)])
        by_agent = {user: figures for user, *figures in self.figures(groupby=["user_id"])}
        self.assertEqual(by_agent[self.agent], [1, 0, 1, 100, 50])
        self.assertEqual(by_agent[self.env["res.users"]], [1, 1, 0, False, False], "nothing is known yet: not 0 %")

    def test_a_week_without_a_finished_ticket_is_empty(self):
        done = self.ticket_at("06-01 10:00")
        self.answer("06-01 11:00", done)
        self.move("06-01 12:00", done, "done")
        self.ticket_at("06-15 10:00")
        weeks = self.figures(groupby=["created_at:week"])
        self.assertEqual([figures[4:] for figures in weeks], [(100, 100), (False, False)])
        self.env.flush_all()
        clocks = self.env[REPORT].with_user(self.manager)
        percent = clocks._read_group([("metric", "=", "resolution")], ["started_at:week"], ["met_percent:avg"])
        self.assertEqual([figure for _week, figure in percent], [100, False])

    def test_no_total_mixes_metrics(self):
        done = self.ticket_at("06-01 10:00")
        self.answer("06-01 11:00", done)
        self.move("06-01 22:00", done, "done")
        self.env.flush_all()
        clocks, team = self.env[REPORT].with_user(self.manager), [("team_id", "=", self.team.id)]
        for name in AVERAGES:
            with self.subTest(name):
                aggregate = [f"{name}:avg"]
                [[mixed]] = clocks._read_group(team, [], aggregate)
                self.assertFalse(mixed)
                by_metric = dict(clocks._read_group(team, ["metric"], aggregate))
                self.assertEqual(set(by_metric), {"start", "resolution"})
                self.assertTrue(all(by_metric.values()))
                [[alone]] = clocks._read_group([*team, ("metric", "=", "start")], [], aggregate)
                self.assertEqual(alone, by_metric["start"])
        [[count]] = clocks._read_group(team, [], ["__count"])
        self.assertEqual(count, 2)

    def test_what_runs_has_no_hours_and_no_list_adds_them_up(self):
        arch = self.env[REPORT].get_view(view_type="list")["arch"]
        self.assertIn("not satisfied_at", arch)
        self.assertNotIn("avg=", arch)

    def test_the_card_of_a_team(self):
        self.assertEqual((self.team.sla_start_kept, self.team.sla_resolution_kept), (False, False))
        with self.at("06-02 10:00"):
            done = self.ticket_at("06-01 10:00", user_id=self.agent.id)
            self.answer("06-01 11:00", done)
            self.move("06-01 12:00", done, "done")
            self.ticket_at("06-01 10:00")
            self.tick("06-02 09:00")
            self.env.flush_all()
            self.env.invalidate_all()
            team = self.team.with_user(self.agent)
            self.env.cr.execute("UPDATE helpdesk_ticket SET create_date = now() WHERE team_id = %s", [self.team.id])
            self.assertEqual((team.sla_at_risk_count, team.sla_breached_count), (0, 1))
            self.assertEqual((team.sla_start_kept, team.sla_resolution_kept), ("50 %", "100 %"))

    def test_only_of_my_companies(self):
        company = self.env["res.company"].create({"name": "Other"})
        team = self.env["helpdesk.ticket.team"].create({"name": "There", "company_id": company.id})
        ticket = self.ticket_at("06-01 10:00", team_id=team.id)
        self.env.flush_all()
        self.assertFalse(self.Performance.search([("ticket_id", "=", ticket.id)]))
        self.assertTrue(self.Performance.sudo().search([("ticket_id", "=", ticket.id)]))
