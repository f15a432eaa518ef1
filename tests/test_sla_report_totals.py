"""The SLA report says the same as with one look at all rows, to everybody who may see it."""

from pathlib import Path

from odoo import models
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .sla_case import SlaCase

MIGRATION = "helpdesk_bridge/migrations/19.0.2.0.0/post-sla_report.py"
FIGURES = ["met_percent:avg", "spent_hours:avg", "median_hours:avg", "p90_hours:avg", "target_hours:avg", "__count"]
ROW = ["ticket_id", "company_id", "team_id", "user_id", "metric", "state", "started_at", "met_percent", "spent_hours"]
BY = [[], ["team_id"], ["started_at:month"], ["team_id", "started_at:month"], ["user_id", "priority"]]
#: Tables as the pivot asks for them; the order of the columns, the customers' own, a table without the target.
TABLES = [
    [[*one, *more] for one in BY for more in ([], ["metric"])],
    [[*more, *one] for one in BY for more in ([], ["metric"])],
    [[], ["commercial_partner_id"], ["metric", "commercial_partner_id"], ["metric"]],
    BY,
]
DOMAINS = [[], [("state", "!=", "canceled")], [("metric", "=", "start")], [("breached_at", "!=", False)]]
DOMAINS += [[("id", "=", -1)], [("id", "in", [])]]
#: Metric, begun, state, minutes; `late`: breached, `done`: over.
CLOCKS = {
    "met": [("start", "01-05 10:00", "met", 30, "done"), ("resolution", "01-05 10:00", "met", 90.5, "done")],
    "late": [("start", "01-31 23:30", "missed", 300, "late done"), ("resolution", "01-31 23:30", "missed", 0, "late")],
    "reopened": [("start", "02-01 00:10", "met", 20, "done"), ("resolution", "02-01 00:10", "running", 0, "late")],
    "canceled": [("start", "02-02 10:00", "canceled", 45, "done"), ("resolution", "02-02 10:00", "paused", 0, "")],
    "answers": [("next_response", f"02-{day:02} 10:00", "met", day * 7, "done") for day in (3, 4, 5)],
    "alone": [("resolution", "03-01 10:00", "missed", 4000, "late done")],
}


def rounded(sets):
    """An average depends in its last digit on the order in which its rows come."""
    return [[tuple(round(x, 9) if isinstance(x, float) else x for x in row) for row in rows] for rows in sets]


@tagged("post_install", "-at_install")
class TestSlaReportTotals(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.sla.clock"].search([]).unlink()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        teams = cls.env["helpdesk.ticket.team"]
        cls.second = teams.create({"name": "Second"})
        cls.foreign = teams.create({"name": "There", "company_id": cls.other.id})
        cls.people = cls._people()
        team, second, mine = cls.team, cls.second, cls.people["agent of one team"]
        follower = cls.people["own tickets"]
        made = [
            cls._ticket("met", team_id=team.id, user_id=mine.id),
            cls._ticket("late", team_id=team.id, priority="3", partner_id=follower.partner_id.id),
            cls._ticket("reopened", team_id=second.id, user_id=follower.id),
            cls._ticket("canceled", team_id=second.id),
            cls._ticket("answers", team_id=team.id, user_id=mine.id),
            cls._ticket("alone", team_id=False),
            cls._ticket("alone", team_id=False, user_id=follower.id),
            cls._ticket("met", team_id=cls.foreign.id, company_id=cls.other.id),
        ]
        moved, archived, gone = (cls._ticket(kind, team_id=team.id) for kind in ("late", "met", "late"))
        moved.team_id = second
        archived.active = False
        gone.unlink()
        made[3].message_subscribe(follower.partner_id.ids)
        cls.env.flush_all()

    @classmethod
    def _people(cls):
        """Users by what they may see, in two time zones."""
        groups = {
            "agent of one team": ("user_team", cls.company, "Europe/Prague"),
            "own tickets": ("user_own", cls.company, "America/New_York"),
            "agent of all": ("user", cls.company, "UTC"),
            "manager": ("manager", cls.company | cls.other, "Europe/Prague"),
            "manager of another company": ("manager", cls.other, "America/New_York"),
        }
        people = {}
        for number, (name, (group, companies, tz)) in enumerate(groups.items()):
            people[name] = cls.env["res.users"].create(
                {
                    "name": name,
                    "login": f"reader-{number}",
                    "tz": tz,
                    "company_id": companies[0].id,
                    "company_ids": [(6, 0, companies.ids)],
                    "group_ids": [(6, 0, cls.env.ref(f"helpdesk_mgmt.group_helpdesk_{group}").ids)],
                }
            )
        cls.team.user_ids += people["agent of one team"]
        return people

    @classmethod
    def _ticket(cls, kind, **values):
        ticket = cls.env["helpdesk.ticket"].create({"name": kind, "description": "x", **values})
        ticket.sla_clock_ids.unlink()
        for metric, begun, state, minutes, words in CLOCKS[kind]:
            begun = f"2026-{begun}:00"
            cls.env["helpdesk.sla.clock"].create(
                {
                    "ticket_id": ticket.id,
                    "policy_id": cls.policy.id,
                    "metric": metric,
                    "started_at": begun,
                    "target_minutes": 240 if metric == "start" else 1440,
                    "state": state,
                    "spent_minutes": minutes,
                    "satisfied_at": begun if "done" in words else False,
                    "breached_at": begun if "late" in words else False,
                }
            )
        return ticket

    def _report(self, user):
        companies = {"allowed_company_ids": user.company_ids.ids, "tz": user.tz}
        return self.env["helpdesk.sla.clock.report"].with_user(user).with_context(**companies)

    def test_rules_show_the_rows_that_they_showed_before(self):
        space = {}
        exec(Path(file_path(MIGRATION)).read_text(), space)  # noqa: S102 (our own script, as Odoo loads it)
        rules = {name: self.env.ref(f"helpdesk_bridge.{name}") for name, _former, _now in space["RULES"]}
        fresh = {name: rule.domain_force for name, rule in rules.items()}
        self.assertEqual(fresh, {name: now for name, _former, now in space["RULES"]})
        seen = {who: self._report(user).search_read([], ROW) for who, user in self.people.items()}
        for name, former, _now in space["RULES"]:
            rules[name].domain_force = former
        for who, user in self.people.items():
            self.assertEqual(self._report(user).search_read([], ROW), seen[who], who)
        counts = {who: len(rows) for who, rows in seen.items()}
        self.assertEqual(
            counts,
            {
                "agent of one team": 11,
                "own tickets": 7,
                "agent of all": 17,
                "manager": 19,
                "manager of another company": 2,
            },
        )
        changed = "rule_sla_clock_report_team"
        rules[changed].domain_force = "[(1, '=', 1)]"
        space["migrate"](self.env.cr, "")
        self.assertNotEqual({name: rule.domain_force for name, rule in rules.items()}, fresh)
        space["migrate"](self.env.cr, "19.0.1.0.0")
        self.assertEqual({name: rule.domain_force for name, rule in rules.items()}, {**fresh, changed: "[(1, '=', 1)]"})

    def test_rules_do_not_look_into_the_tickets_once_more(self):
        for who in ("agent of one team", "agent of all", "manager"):
            query = self._report(self.people[who])._search([])
            self.assertNotIn("report__ticket_id", str(query.select()), who)

    def test_totals_are_those_of_one_look_at_all_rows(self):
        for who, user in self.people.items():
            report = self._report(user)
            for table in TABLES:
                specs = list(dict.fromkeys(spec for groupby in table for spec in groupby))
                for order in (None, ", ".join(specs), ", ".join(reversed(specs)), "started_at:month desc"):
                    if order == "started_at:month desc" and "started_at:month" not in specs:
                        continue
                    for domain in DOMAINS:
                        with self.subTest(who=who, table=table, order=order, domain=domain):
                            asked = (domain, table, FIGURES, order)
                            plain = models.BaseModel._read_grouping_sets(report, *asked)
                            self.assertEqual(rounded(report._read_grouping_sets(*asked)), rounded(plain))

    def test_what_rpc_says_mixes_no_targets(self):
        report = self._report(self.people["manager"])
        for said in (True, 1, "object"):
            with self.subTest(said):
                mixed = report.with_context(helpdesk_sla_by_target=said)._read_group([], [], ["median_hours:avg"])
                self.assertEqual(mixed, [(False,)])

    def test_the_memory_to_sort_is_given_back(self):
        report = self._report(self.people["manager"])
        for given, while_read in (("4MB", "128MB"), ("1GB", "1GB")):
            with self.subTest(given):
                self.env.cr.execute("SELECT set_config('work_mem', %s, TRUE)", [given])
                with report._memory_to_sort():
                    self.assertEqual(self._memory(), while_read)
                self.assertEqual(self._memory(), given)
        self.env.cr.execute("SET LOCAL work_mem TO '5MB'")
        report._read_grouping_sets([], [[], ["metric"]], FIGURES, "metric")
        self.assertEqual(self._memory(), "5MB")

    def _memory(self):
        self.env.cr.execute("SHOW work_mem")
        return self.env.cr.fetchone()[0]

    def test_records_of_a_total_know_nothing_of_how_they_were_read(self):
        report = self._report(self.people["manager"])
        teams, _each = report._read_grouping_sets([], [["team_id"], ["team_id", "metric"]], FIGURES, "team_id, metric")
        self.assertEqual({team.env for team, *_figures in teams}, {report.env})

    def test_a_total_of_one_target_is_that_target_s_and_one_of_several_is_a_count(self):
        report = self._report(self.people["manager"])
        sets, order = [["team_id"], ["team_id", "metric"]], "team_id, metric"
        totals, _each = report._read_grouping_sets(
            [("state", "!=", "canceled")], sets, ["median_hours:avg", "__count"], order
        )
        found = {team: figures for team, *figures in totals}
        none = self.env["helpdesk.ticket.team"]
        self.assertEqual(found[none], [4000 / 60, 2])
        # Who archives a ticket cancels its resolution.
        self.assertEqual(found[self.team], [False, 8])
        one, _each = report._read_grouping_sets(
            [("metric", "=", "next_response")],
            [[], ["metric"]],
            ["median_hours:avg", "p90_hours:avg", "__count"],
            "metric",
        )
        self.assertEqual(rounded([one]), rounded([[(28 / 60, 33.6 / 60, 3)]]))
