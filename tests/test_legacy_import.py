"""What the former bridge leaves behind lands where it belongs, silently, and once."""

import gzip
import json
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.mail.models import fetchmail

from ..legacy import config_yaml, state_db
from ..legacy.move import CannotMove, Move
from ..legacy.report import ATTENTION, FAILED, LEFT, MADE, Report
from .common import FIXTURES, InboundCase
from .imap_case import ImapFake

LEGACY = FIXTURES / "legacy"


class LegacyCase(InboundCase):
    """The files of the former bridge, and a database with one team, in which nothing else is set up yet."""

    def setUp(self):
        super().setUp()
        self.env["helpdesk.ticket.team"].search([("id", "!=", self.team.id)]).active = False
        self.env["helpdesk.sla.policy"].search([("is_default", "=", False)]).active = False
        self.team.slack_channel_id = False
        self.workspace.bot_token = "xoxb-Xq7-test"
        self.config = config_yaml.read((LEGACY / "config.yaml").read_text())
        self.state = state_db.read(gzip.decompress((LEGACY / "state.db.gz").read_bytes()))
        self.tasks = json.loads((LEGACY / "tasks.json").read_text())["tasks"]

    def move(self, **values):
        """Carry everything over; returns the `Report`."""
        self.said = []
        report = Report(self.said.append)
        Move(self.env, self.config, self.state, **{"tasks": self.tasks, **values}).run(report)
        return report

    def ticket(self, number):
        return self.Ticket.search([("legacy_reference", "=", f"[OLD-#{number}]")])

    def server(self):
        return self.env["fetchmail.server"].search([("user", "=", "support@acme.example")])


@tagged("post_install", "-at_install")
class TestSettings(LegacyCase):
    def test_the_settings_become_those_of_the_team(self):
        self.move()
        policy = self.env["helpdesk.sla.policy"]._default_of(self.company)
        self.assertEqual((policy.start_hours, policy.resolution_hours), (2, 48))
        self.assertEqual(self.team.ticket_prefix, "OLD")
        self.assertEqual(self.team.slack_channel_id.channel_ref, "C0OLDSUPP01")
        self.assertEqual(self.team.slack_channel_id.webhook_url, "https://hooks.slack.com/services/T0/B0/Xq7")
        self.assertEqual((self.team.user_ids, self.team.bridge_assignment), (self.agent, "least_loaded"))
        filters = self.env["helpdesk.mail.filter"].search([])
        self.assertLessEqual(
            {("noreply@google.com", "ignore"), ("alerts@monitor.example", "silent")},
            {(one.pattern, one.action) for one in filters},
        )

    def test_the_mailbox_is_a_draft_that_begins_behind_what_was_handled(self):
        self.move()
        server = self.server()
        self.assertEqual((server.state, server.imap_begin), ("draft", "after:417"))
        self.assertEqual(
            (server.server, server.port, server.is_ssl, server.password), ("127.0.0.1", 1, True, "Xq7-imap")
        )
        self.assertEqual((server.imap_folder, server.imap_keyword), ("INBOX", "X-DONE"))
        self.assertEqual((server.imap_recipient, server.helpdesk_team_id), ("support@acme.example", self.team))
        self.assertEqual(
            (server.helpdesk_address, server.helpdesk_address_name), ("support@acme.example", "Acme Support")
        )
        self.assertIn("does not answer (ConnectionRefusedError", "\n".join(self.said))

    def test_the_outgoing_mail_server_speaks_as_before(self):
        self.move()
        server = self.env["ir.mail_server"].search([("smtp_host", "=", "smtp.acme.example")])
        self.assertEqual((server.smtp_port, server.smtp_encryption, server.smtp_pass), (587, "starttls", "Xq7-smtp"))
        self.assertEqual(server.from_filter, "support@acme.example")

    def test_an_outgoing_mail_server_that_differs_stays_and_is_told(self):
        values = {"name": "Ours", "smtp_host": "smtp.acme.example", "smtp_port": 25, "smtp_user": False}
        server = self.env["ir.mail_server"].create(values)
        self.move()
        [line] = [line for line in self.said if "smtp.acme.example" in line]
        self.assertTrue(line.strip().startswith(ATTENTION), line)
        self.assertIn("port 25 instead of 587", line)
        self.assertEqual(self.env["ir.mail_server"].search([("smtp_host", "=", "smtp.acme.example")]), server)
        server.unlink()
        for _again in "ab":
            self.move()
        [line] = [line for line in self.said if "smtp.acme.example" in line]
        self.assertTrue(line.strip().startswith(LEFT), line)

    def test_what_somebody_has_entered_in_odoo_stays_and_is_told(self):
        policy = self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        policy.start_hours = 8
        self.team.ticket_prefix = "NEW"
        self.workspace.bot_token = "xoxb-another"
        self.move()
        self.assertEqual((policy.start_hours, policy.resolution_hours), (8, 48))
        self.assertEqual((self.team.ticket_prefix, self.team.former_prefixes), ("NEW", "OLD"))
        self.assertEqual(self.workspace.bot_token, "xoxb-another")
        told = "\n".join(self.said)
        self.assertIn("bot token is another one in Odoo; it stays", told)
        self.assertIn("response within 2 hours: in Odoo it is 8; it stays", told)

    def test_no_secret_is_told(self):
        self.move()
        self.assertNotIn("Xq7", "\n".join(self.said))
        self.assertTrue(self.said)

    def test_a_workspace_is_made_where_there_is_none(self):
        self.env["helpdesk.slack.thread"].search([]).unlink()
        self.channel.unlink()
        self.workspace.unlink()
        self.move()
        workspace = self.company._slack_workspace()
        self.assertEqual((workspace.bot_token, workspace.state), ("xoxb-Xq7-test", "ok"))
        self.assertEqual(self.team.slack_channel_id.workspace_id, workspace)

    def test_a_team_is_made_where_there_is_none(self):
        self.mailbox.active = False
        self.team.active = False
        self.move(team_name="Former")
        team = self.ticket(42).team_id
        self.assertEqual((team.name, team.ticket_prefix), ("Former", "OLD"))

    def test_several_teams_are_a_question(self):
        self.env["helpdesk.ticket.team"].create({"name": "Sales"})
        with self.assertRaisesRegex(CannotMove, "Sales.*--team NAME"):
            self.move()
        self.move(team_name="Support")
        self.assertEqual(self.ticket(42).team_id, self.team)

    def test_a_setting_that_is_refused_changes_nothing_at_all(self):
        values = {**self.config.values, "slack.webhook_url": "http://evil.example/x"}
        self.config = config_yaml.Config(values)
        with self.assertRaisesRegex(CannotMove, "must begin with https"):
            self.move()
        self.assertFalse(self.ticket(42) | self.ticket(43))
        self.assertFalse(self.team.ticket_prefix or self.server())


@tagged("post_install", "-at_install")
class TestTickets(LegacyCase):
    def test_an_open_task_is_a_ticket_with_its_history(self):
        self.move()
        ticket = self.ticket(42)
        self.assertEqual((ticket.name, ticket.team_id, ticket.user_id), ("Printer is on fire", self.team, self.agent))
        self.assertEqual((ticket.partner_email, ticket.partner_id.name), ("jane@customer.example", "Jane Doe"))
        self.assertEqual(str(ticket.create_date), "2026-01-01 08:00:00")
        self.assertEqual(ticket.stage_id.name, "In Progress")
        said = self.words(ticket)
        self.assertEqual(
            said[:3], [("public", "Which printer?"), ("public", "The big one."), ("note", "She means the toaster.")]
        )
        [answer, reply] = ticket.message_ids.sorted("id")[:2]
        self.assertEqual((answer.author_id, reply.author_id), (self.agent.partner_id, ticket.partner_id))
        self.assertEqual((str(answer.date), reply.message_type), ("2026-01-01 10:30:00", "email"))
        files = self.env["ir.attachment"].search([("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)])
        self.assertEqual((files.name, files.raw), ("smoke.txt", b"smoke"))

    def test_what_nobody_has_taken_up_is_new_and_what_is_unknown_is_told(self):
        self.move()
        ticket = self.ticket(43)
        self.assertTrue(ticket.stage_id.unattended)
        self.assertFalse(ticket.user_id)
        self.assertTrue(ticket.mail_silent)
        self.assertIn("nobody logs in as gone@acme.example", "\n".join(self.said))

    def test_nothing_is_sent_to_anybody(self):
        watched = ("helpdesk.slack.outbox", "helpdesk.letter", "mail.mail", "mail.activity", "mail.notification")
        before = {model: self.env[model].search_count([]) for model in watched}
        self.move()
        self.env.cr.flush()  # trackers and templates wait for this
        self.assertEqual({model: self.env[model].search_count([]) for model in watched}, before)
        self.assertFalse(self.slack.calls)

    def test_sla_clocks_continue_as_they_were(self):
        self.move()
        clocks = {clock.metric: clock for clock in self.ticket(42).sla_clock_ids}
        self.assertEqual(clocks["start"].state, "missed")
        self.assertEqual(str(clocks["start"].due_at), "2026-01-01 10:00:00")
        self.assertEqual(str(clocks["start"].breached_at), "2026-01-01 10:00:00")
        self.assertEqual(str(clocks["start"].satisfied_at), "2026-01-01 10:30:00")
        self.assertEqual(str(clocks["resolution"].breached_at), "2026-01-03 08:00:00")
        self.assertEqual(self.ticket(42).sla_status, "breached")
        tags = {"SLA_START_BREACH", "SLA_RESOLUTION_BREACH"}
        self.assertEqual(set(self.ticket(42).tag_ids.mapped("name")), tags)
        start = self.ticket(43).sla_clock_ids.filtered(lambda clock: clock.metric == "start")
        self.assertEqual((str(start.breached_at), start.satisfied_at), ("2026-01-01 12:00:00", False))
        # An agent responded before the ticket had an SLA.
        self.assertEqual(self.ticket(44).sla_clock_ids.mapped("metric"), ["resolution"])

    def test_a_task_that_an_agent_had_answered_gets_no_first_response_target(self):
        self.config = config_yaml.Config({**self.config.values, "odoo.stages.new": 9})
        for times in ({}, {42: state_db.TaskTimes(state_db.moment("2026-01-01T08:00:00Z"))}):
            self.state = state_db.State(times=times)
            self.move()
            ticket = self.ticket(42)
            self.assertTrue(ticket.stage_id.unattended)
            self.assertEqual(ticket.sla_clock_ids.mapped("metric"), ["resolution"])
            ticket.unlink()

    def test_without_its_stage_a_task_is_new_if_nobody_had_answered_or_begun_it(self):
        self.config = config_yaml.Config({**self.config.values, "odoo.stages.new": None})
        noted = state_db.TaskTimes(None, state_db.moment("2026-01-03T11:00:00Z"))
        self.state = state_db.State(times={44: noted})
        self.move()
        unattended = [self.ticket(number).stage_id.unattended for number in (42, 43, 44)]
        self.assertEqual(unattended, [False, True, False])

    def test_sla_clocks_run_since_the_former_bridge_saw_the_task(self):
        self.state = state_db.State(times={42: state_db.TaskTimes(state_db.moment("2026-01-02T09:00:00Z"))})
        self.move()
        self.assertEqual(set(map(str, self.ticket(42).sla_clock_ids.mapped("started_at"))), {"2026-01-02 09:00:00"})
        self.assertEqual(str(self.ticket(42).create_date), "2026-01-01 08:00:00")

    def test_a_start_in_time_is_kept(self):
        noted = state_db.TaskTimes(None, state_db.moment("2026-01-01T09:00:00Z"))
        self.state = state_db.State(times={42: noted})
        self.move()
        start = self.ticket(42).sla_clock_ids.filtered(lambda clock: clock.metric == "start")
        self.assertEqual((start.state, start.breached_at), ("met", False))

    def test_a_task_that_cannot_be_carried_over_stops_no_other(self):
        self.tasks[0]["attachments"][0]["data"] = "no base64 at all"
        report = self.move()
        self.assertEqual(report.counts[FAILED], 1)
        self.assertFalse(self.ticket(42))
        self.assertTrue(self.ticket(43) and self.ticket(44))
        self.assertFalse([line for line in self.said if "+ [OLD-#42]" in line])

    def test_a_prefix_that_none_can_be_here_loses_no_ticket(self):
        self.config = config_yaml.Config({**self.config.values, "app.ticket_prefix": "SUPPORT_DESK"})
        report = self.move()
        self.assertEqual(report.counts[FAILED], 0)
        self.assertIn("app.ticket_prefix “SUPPORT_DESK” cannot be a prefix here", "\n".join(self.said))
        self.assertEqual(self.Ticket.search_count([("legacy_reference", "=", "[TASK-#42]")]), 1)
        self.assertEqual(self.move().counts[MADE], 0)

    def test_tasks_of_another_database_have_to_be_exported_first(self):
        report = self.move(tasks=None)
        self.assertIn("export them with legacy/export_tasks.py", "\n".join(self.said))
        self.assertFalse(self.ticket(42))
        self.assertFalse(report.counts[FAILED])


@tagged("post_install", "-at_install")
class TestTwice(LegacyCase):
    def counts(self):
        models = ("helpdesk.ticket", "mail.message", "helpdesk.slack.thread", "helpdesk.slack.channel")
        models += ("fetchmail.server", "ir.mail_server", "helpdesk.mail.filter", "res.partner", "helpdesk.sla.clock")
        return {model: self.env[model].with_context(active_test=False).search_count([]) for model in models}

    def test_twice_is_once(self):
        first = self.move()
        self.assertGreater(first.counts[MADE], 10)
        counts = self.counts()
        second = self.move()
        self.assertEqual(second.counts[MADE], 0, self.said)
        self.assertEqual(self.counts(), counts)

    def test_a_ticket_that_was_closed_since_is_not_made_again(self):
        self.move()
        self.ticket(42).active = False
        self.assertEqual(self.move().counts[MADE], 0)

    def test_a_state_that_comes_later_brings_the_threads(self):
        state, self.state = self.state, state_db.State()
        self.move()
        self.assertFalse(self.ticket(42).slack_thread_id)
        self.state = state
        self.move()
        self.assertEqual(self.ticket(42).slack_thread_id.ts, "1767258000.000100")
        self.assertEqual(self.server().imap_begin, "after:417")


@tagged("post_install", "-at_install")
class TestAfterwards(LegacyCase):
    def test_an_email_with_an_old_subject_lands_in_its_ticket(self):
        self.move()
        row = self.receive("Jane Doe <jane@customer.example>", subject="Re: [OLD-#42] Printer is on fire")
        self.assertEqual((row.verdict, row.ticket_id), ("replied", self.ticket(42)))

    def test_a_stranger_with_an_old_subject_opens_a_ticket_of_their_own(self):
        self.move()
        row = self.receive("eve@evil.example", subject="Re: [OLD-#42] Printer is on fire")
        self.assertEqual(row.verdict, "created")

    def test_what_happens_next_is_told_in_the_old_thread(self):
        self.move()
        self.comment(self.ticket(42), "It is out.", user=self.agent)
        self.deliver()
        lines = [call for call in self.slack.calls if call[0] == "chat.postMessage"]
        self.assertEqual(
            [(call[1]["channel"], call[1]["thread_ts"]) for call in lines], [("C0OLDSUPP01", "1767258000.000100")]
        )

    def test_a_thread_in_another_channel_stays_there(self):
        self.move()
        self.assertEqual(self.ticket(43).slack_thread_id.channel_ref, "C0OLDER0001")


@tagged("post_install", "-at_install")
class TestMailbox(LegacyCase):
    """The mailbox answers: an IMAP server in memory, in which UIDs 416 and 417 were handled and 418 was not."""

    def setUp(self):
        super().setUp()
        mails = {416: "[OLD-#42] Printer", 417: "Lights are out", 418: "New since"}
        raw = b"From: jane@customer.example\nTo: support@acme.example\nSubject: %s\nMessage-ID: <%d@x>\n\nHello\n"
        self.imap = ImapFake([])
        self.imap.mails = {uid: raw % (subject.encode(), uid) for uid, subject in mails.items()}
        responses = {"PERMANENTFLAGS": rb"(\Seen \*)", "UIDVALIDITY": b"7", "UIDNEXT": b"419"}
        self.imap.response = lambda name: (name, [responses[name]])
        connect = patch.object(fetchmail, "OdooIMAP4_SSL", lambda *_args, **_options: self.imap)
        self.startPatcher(connect)
        self.startPatcher(patch.object(type(self.mailbox), "_imap_login__", lambda *_: None))

    def handled(self):
        return self.Log.search([("fetchmail_server_id", "=", self.server().id)], order="id")

    def test_what_was_handled_lately_is_in_the_log(self):
        self.move()
        self.assertEqual(
            [(row.place, row.verdict, row.ticket_id) for row in self.handled()],
            [("7:416", "replied", self.ticket(42)), ("7:417", "ignored", self.Ticket)],
        )
        self.assertEqual(self.server().imap_begin, "7:418")
        self.assertEqual(self.server().state, "draft")

    def test_only_what_was_not_handled_is_imported(self):
        self.move()
        self.server().state = "done"
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.server().with_env(self.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()
        self.assertEqual(self.imap.flagged, {418})
        self.assertEqual([row.subject for row in self.handled() if row.verdict == "created"], ["New since"])

    def test_even_a_renumbered_mailbox_brings_nothing_in_again(self):
        self.move()
        self.server().write({"state": "done", "imap_begin": "6:1"})  # nothing below counts as handled
        self.imap._search = lambda _charset, *_criteria: ("OK", [b"416 417"])
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.server().with_env(self.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()
        self.assertEqual(self.handled().mapped("verdict"), ["replied", "ignored"])

    def test_the_mailbox_is_noted_once(self):
        self.move()
        report = self.move()
        self.assertEqual((report.counts[MADE], len(self.handled())), (0, 2))

    def test_a_renumbered_mailbox_begins_where_it_ends_now(self):
        responses = {"PERMANENTFLAGS": rb"(\Seen \*)", "UIDVALIDITY": b"8", "UIDNEXT": b"20"}
        self.imap.response = lambda name: (name, [responses[name]])
        self.imap.mails = {}
        self.move()
        self.assertEqual(self.server().imap_begin, "8:20")

    def test_a_copy_of_a_database_asks_no_mail_server(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        report = self.move()
        self.assertFalse(self.handled())
        self.assertTrue(report.counts[ATTENTION])
        self.assertIn("the mail server was not asked", "\n".join(self.said))

    def test_the_numbers_of_one_folder_say_nothing_of_another(self):
        self.move()
        self.handled().unlink()
        self.server().write({"imap_folder": "Helpdesk", "imap_begin": "7:1"})
        self.move()
        self.assertFalse(self.handled())

    def test_what_the_former_bridge_passed_over_is_said(self):
        self.state.processed["INBOX"].discard(416)
        report = self.move()
        self.assertIn("others of the last 30 days that were not: 1.", "\n".join(map(str, self.said)))
        self.assertTrue(report.counts[ATTENTION])

    def test_correcting_the_login_of_the_draft_loses_no_email(self):
        server = self.env["fetchmail.server"].create(
            {"name": "Draft", "server_type": "imap", "server": "imap.example.com", "user": "a@acme.example"}
        )
        server.write({"helpdesk_team_id": self.team.id, "imap_begin": "after:417"})
        server.write({"server": "mail.example.com", "user": "b@acme.example"})
        self.assertEqual(server.imap_begin, "after:417")
        server.imap_folder = "Elsewhere"
        self.assertTrue(server.imap_begin.startswith("since:"))
