"""Demo data: two weeks of tickets, counted as they would have been counted then, and nobody is told of any."""

import json
from collections import Counter
from datetime import datetime, timedelta

from odoo import fields
from odoo.modules.module import Manifest
from odoo.tests import freeze_time, tagged
from odoo.tools import convert_file, file_open

from ..demo.demo_player import STORIES, Demo
from ..models.sla.resource_calendar import WorkingTimes
from ..tools.sla import clock as sla_clock
from ..tools.sla import working_time
from .sla_case import SlaCase

#: A Monday before anybody is at work: a whole weekend lies behind.
NOW = "06-01 00:20"
#: What leaves the house, or calls a person.
LEAVING = ("helpdesk.slack.outbox", "mail.mail", "mail.notification", "mail.activity")


@tagged("post_install", "-at_install")
class TestDemoData(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The worst case: a database at work, where everything is told that is not kept back.
        cls.company.helpdesk_slack_channel_id = cls.channel
        cls.company.helpdesk_letter_received = cls.company.helpdesk_letter_closed = True
        cls.before = cls._leaving()
        with cls.at(cls, NOW):
            cls._load_demo()
        with file_open(STORIES) as file:
            cls.stories = json.load(file)
        cls.demo_team = cls.env.ref("helpdesk_bridge.demo_team")
        cls.tickets = cls.env["helpdesk.ticket"].search([("team_id", "=", cls.demo_team.id)], order="id")
        cls.clocks = cls.tickets.sla_clock_ids

    @classmethod
    def _load_demo(cls):
        """As `odoo.modules.loading.load_demo` does."""
        for name in Manifest.for_addon("helpdesk_bridge")["demo"]:
            convert_file(cls.env(su=True), "helpdesk_bridge", name, {}, mode="init", noupdate=True)

    @classmethod
    def _leaving(cls):
        return {model: cls.env[model].search_count([]) for model in LEAVING}

    def told(self, number):
        """A ticket of the stories, by its number there."""
        return self.env.ref(f"helpdesk_bridge.demo_ticket_{number}")

    # ------------------------------------------------------------
    # Worth looking at
    # ------------------------------------------------------------

    def test_there_are_tickets_of_every_kind(self):
        self.assertEqual(len(self.tickets), 30)
        statuses = Counter(self.tickets.mapped("sla_status"))
        self.assertFalse([status for status in ("on_track", "at_risk", "breached", "met") if statuses[status] < 3])
        stages = Counter(ticket.stage_id for ticket in self.tickets)
        self.assertEqual({stage for stage in stages}, set(self.stages.values()))
        self.assertEqual(set(self.clocks.mapped("state")), {"running", "paused", "met", "missed", "canceled"})
        kinds = {kind for kind, _words in self.clocks.line_ids._fields["kind"].selection} - {"revoked", "repeated"}
        self.assertEqual(set(self.clocks.line_ids.mapped("kind")), kinds)
        self.assertEqual(set(self.tickets.sla_policy_id.mapped("name")), {"Default", "Premium"})
        closed = self.tickets.filtered("closed")
        self.assertEqual({"met", "breached"}, set(closed.mapped("sla_status")))
        self.assertTrue(self.tickets.filtered(lambda ticket: not ticket.closed and ticket.sla_status == "breached"))
        self.assertTrue(all(ticket.closed_date for ticket in closed))

    def test_it_is_the_two_weeks_before_the_installation(self):
        now = datetime.fromisoformat(f"2026-{NOW}:00")
        first, last = min(self.tickets.mapped("create_date")), max(self.tickets.mapped("create_date"))
        self.assertEqual(now - last, timedelta(minutes=20))
        self.assertGreater(now - first, timedelta(days=13))
        moments = self.tickets.message_ids.mapped("date") + self.clocks.line_ids.mapped("at")
        self.assertLessEqual(max(moments), now)
        for ticket in self.tickets:
            dates = ticket.message_ids.sorted("id").mapped("date")
            self.assertEqual(dates, sorted(dates), ticket.name)
            self.assertGreaterEqual(min([*dates, ticket.last_stage_update]), ticket.create_date)
        entries = self.env["helpdesk.inbound.mail"].search([("company_id", "=", self.company.id)], order="id")
        self.assertEqual(entries.mapped("create_date"), sorted(entries.mapped("create_date")))
        self.assertEqual(set(entries.mapped("verdict")), {"created", "replied", "ignored", "failed"})
        written = self.env["helpdesk.letter"].search([("ticket_id", "in", self.tickets.ids)])
        self.assertEqual(set(written.mapped("state")), {"queued", "skipped"})
        self.assertTrue(all(letter.reason for letter in written if letter.state == "skipped"))
        told_of_closing = written.filtered(lambda letter: letter.kind == "closed").ticket_id
        self.assertFalse(self.tickets.filtered("closed") - told_of_closing)

    def test_no_step_is_lost_whenever_it_is_installed(self):
        steps = len(self.stories["mails"]) + sum(1 + len(tale["steps"]) for tale in self.stories["tickets"])
        for hours in range(0, 7 * 24, 11):
            now = datetime(2026, 6, 1, 0, 20) + timedelta(hours=hours)
            with file_open(STORIES) as file, freeze_time(now):
                script = Demo(self.env)._script(json.load(file), now, WorkingTimes())
            self.assertEqual(len(script), steps, now)

    # ------------------------------------------------------------
    # What clocks say
    # ------------------------------------------------------------

    def test_every_clock_adds_up(self):
        for clock in self.clocks:
            with self.subTest(clock.ticket_id.name, metric=clock.metric):
                working = WorkingTimes().of(clock.calendar_id, self.company)
                lines = clock.line_ids.sorted("id")
                self.assertEqual(lines.mapped("at"), sorted(lines.mapped("at")))
                breaks = sla_clock.breaks([(line.at, line.kind) for line in lines])
                over = [pause for pause in breaks if pause[1]]
                self.assertEqual(
                    clock.due_at, working_time.due(clock.started_at, clock.target_minutes * 60, over, working)
                )
                self.assertEqual(lines[-1:].due_after, clock.due_at)
                self.assertEqual(clock.started_at, clock.ticket_id.create_date)
                self.assertEqual(lines.mapped("kind").count("breached"), int(bool(clock.breached_at)))
                if clock.satisfied_at:
                    spent = working_time.elapsed(clock.started_at, clock.satisfied_at, breaks, working)
                    self.assertAlmostEqual(clock.spent_minutes, spent / 60)
                    self.assertEqual(clock.state, "met" if clock.satisfied_at < clock.due_at else "missed")
        for ticket in self.tickets:
            self.assertEqual((ticket.sla_due, ticket.sla_status), ticket.sla_clock_ids._summary(), ticket.name)
            tagged_late = {tag.name for tag in ticket.tag_ids & self.env["helpdesk.sla.clock"]._tags()}
            late = ticket.sla_clock_ids.filtered("breached_at").mapped("metric")
            self.assertEqual(tagged_late, {f"SLA_{metric.upper()}_BREACH" for metric in late}, ticket.name)

    def test_clocks_are_as_if_it_had_really_happened(self):
        """Waiting, late by working hours, and reopened: once more, by agents and the cron, each at its moment."""
        calendar = self.env.ref("helpdesk_bridge.demo_calendar")
        self.env.ref("helpdesk_bridge.demo_policy_premium").applies_from = "2020-01-01 00:00:00"
        for number in (8, 9, 11):
            told, tale = self.told(number), self.stories["tickets"][number - 1]
            working = WorkingTimes().of(calendar if "premium" in tale.get("tags", ()) else None, self.company)
            begun = told.create_date
            with self.subTest(tale["name"]):
                ours = self.env["helpdesk.sla.clock"]._tags()
                vals = {"team_id": self.demo_team.id, "tag_ids": (told.tag_ids - ours).ids}
                ticket = self.ticket_at(_short(begun), **vals, priority=tale.get("priority", "1"))
                moments = {_short(line.at): [] for line in told.sla_clock_ids.line_ids}
                for after, who, verb, *words in tale["steps"]:
                    at = _short(working_time.due(begun, _seconds(after), (), working))
                    moments.setdefault(at, []).append((who, verb, words))
                for moment, acts in sorted(moments.items()):
                    self.tick(moment)
                    for who, verb, words in acts:
                        self._really(moment, ticket, who, verb, words)
                for metric in ("start", "resolution"):
                    self.assertEqual(self.history(told, metric), self.history(ticket, metric))
                self.assertEqual(told.sla_status, ticket.sla_status)

    def _really(self, moment, ticket, who, verb, words):
        robot = self.env.ref("base.user_root")
        agent = robot if who == "robot" else self.env.ref(f"helpdesk_bridge.demo_agent_{who}", False)
        if verb in ("takes", "moves"):
            stage = self.stages["in_progress" if verb == "takes" else words[0]]
            with self.at(moment):
                ticket.with_user(agent).stage_id = stage
        elif verb == "answers":
            self.answer(moment, ticket, agent)
        elif verb == "raises":
            with self.at(moment):
                ticket.with_user(agent).priority = words[0]

    # ------------------------------------------------------------
    # Nobody is told
    # ------------------------------------------------------------

    def test_nothing_leaves_neither_now_nor_when_the_crons_run(self):
        self.assertEqual(self._leaving(), self.before)
        with self.at(NOW):
            self.assertFalse(self.env["helpdesk.sla.clock"]._tick())
            self.assertFalse([step for step in self.env["helpdesk.followup"]._steps() if step()])
            self.assertFalse(self.attempt())
        self.assertEqual(self._leaving(), self.before)
        self.assertFalse(self.slack.calls)

    def test_what_falls_due_tomorrow_is_recorded_and_sends_nothing(self):
        late = self.clocks.filtered("breached_at")
        self.tick("06-02 12:00")
        self.assertGreater(self.clocks.filtered("breached_at"), late)
        self.assertFalse([step for step in self.env["helpdesk.followup"]._steps() if step()])
        now = self._leaving()
        for model in ("helpdesk.slack.outbox", "mail.mail", "mail.notification"):
            self.assertEqual(now[model], self.before[model], model)

    def test_loading_it_again_changes_nothing(self):
        models = ("helpdesk.ticket", "helpdesk.sla.clock.line", "mail.message", "helpdesk.letter")
        models += ("helpdesk.inbound.mail", "res.users", "helpdesk.sla.policy", "helpdesk.sla.target")

        def everything():
            return {model: self.env[model].with_context(active_test=False).search([]).ids for model in models}

        before, leaving = everything(), self._leaving()
        self._load_demo()
        self.assertEqual(everything(), before)
        self.assertEqual(self._leaving(), leaving)


def _short(moment):
    return fields.Datetime.to_string(moment)[5:16]


def _seconds(words):
    hours, minutes = words.split(":")
    return int(hours) * 3600 + int(minutes) * 60
