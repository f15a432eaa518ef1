"""A monitor asks how the bridge is, over HTTP with a token, and learns figures but no names."""

import json
import re
import threading
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import file_open

from ..models.common import cron_threads, database_time
from ..models.monitoring import helpdesk_bridge_metrics
from .common import BridgeCase, InboundCase
from .slack_fake import TOKEN as TOKEN_OF_SLACK

HEALTH, METRICS = "/helpdesk_bridge/health", "/helpdesk_bridge/metrics"
TOKEN = "let-me-see"


@tagged("post_install", "-at_install")
class TestWatching(InboundCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.Params = self.env["ir.config_parameter"]
        self.env["helpdesk.bridge.metrics"]._store_token(TOKEN)
        self.env["fetchmail.server"].search([]).helpdesk_checked_date = "2999-01-01"
        self.env["ir.cron"].search([]).nextcall = "2999-01-01"

    def ask(self, page, token=TOKEN):
        self.env.flush_all()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.url_open(page, headers=headers)

    def parts(self, status=200):
        response = self.ask(HEALTH)
        self.assertEqual(response.status_code, status, response.text)
        return {part: found["status"] for part, found in response.json()["parts"].items() if found["status"] != "ok"}

    def figures(self):
        """Each line of the metrics: name with its labels -> value."""
        response = self.ask(METRICS)
        self.assertEqual(response.status_code, 200)
        lines = [line.rsplit(" ", 1) for line in response.text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in lines}

    # -- the door ----------------------------------------------------------------------------------------------------

    def test_without_a_token_in_the_settings_there_is_no_such_page(self):
        self.env["helpdesk.bridge.metrics"]._store_token(False)
        for page in (HEALTH, METRICS):
            for token in ("", "False", TOKEN):
                with self.subTest(page, token=token):
                    self.assertEqual(self.ask(page, token).status_code, 404)

    def test_a_wrong_token_is_refused(self):
        for page in (HEALTH, METRICS):
            for token in ("", "wrong", TOKEN + "x"):
                with self.subTest(page, token=token):
                    response = self.ask(page, token)
                    self.assertEqual(response.status_code, 401)
                    self.assertEqual(response.headers["WWW-Authenticate"].lower(), "bearer")

    def test_the_token_is_not_taken_from_the_address(self):
        self.assertEqual(self.ask(f"{HEALTH}?token={TOKEN}", "").status_code, 401)

    def test_a_session_of_an_administrator_is_no_token(self):
        self.authenticate("admin", "admin")
        self.assertEqual(self.ask(HEALTH, "").status_code, 401)

    def test_the_servers_own_token_goes_first(self):
        with patch.dict("os.environ", HELPDESK_BRIDGE_WATCH_TOKEN="from-the-server"):
            self.assertEqual(self.ask(HEALTH, "from-the-server").status_code, 200)
            self.assertEqual(self.ask(HEALTH).status_code, 401)

    # -- health ------------------------------------------------------------------------------------------------------

    def test_all_is_well(self):
        self.assertEqual(self.parts(), {})

    def test_a_failed_message_wants_a_person_and_stops_nothing(self):
        self.entries(self.new_ticket()).state = "failed"
        self.assertEqual(self.parts(), {"outbox": "look"})

    def test_messages_that_stand_still_are_an_alarm(self):
        self.entries(self.new_ticket()).next_attempt_at = "2020-01-01"
        self.assertEqual(self.parts(503), {"outbox": "down"})

    def test_messages_behind_a_paused_channel_are_the_channels_matter(self):
        self.entries(self.new_ticket()).next_attempt_at = "2020-01-01"
        self.channel._pause("archived")
        self.assertEqual(self.parts(), {"slack": "look", "outbox": "look"}, "no alarm")

    def test_a_slack_that_takes_nothing_is_an_alarm_though_all_is_tried_again(self):
        """Nothing is ever overdue then: what was tried in vain is due later, and the workspace is on hold."""
        entry = self.entries(self.new_ticket())
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_slack_outbox SET create_date = '2020-01-01' WHERE id = %s", [entry.id])
        entry.invalidate_recordset()
        api_url = self.workspace.api_url
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-right"})
        explanation = lambda: self.env["res.config.settings"].create({}).helpdesk_explanation_slack  # noqa: E731
        self.attempt()
        self.assertTrue(self.workspace.hold_until)
        self.assertEqual(self.parts(), {"slack": "look", "outbox": "look"}, "bad luck, however old the message is")
        self.assertIn("did not accept the last message", explanation())
        self.fails_since(entry, 50)
        self.assertEqual(self.parts(), {"slack": "look", "outbox": "look"})
        self.make_due(entry)
        self.attempt()
        self.fails_since(entry, 61)
        self.assertEqual(self.parts(503), {"slack": "down", "outbox": "down"}, "one minute")
        self.assertRegex(explanation(), r"no messages for \d+ s")
        self.channel._pause("archived")
        self.assertEqual(self.parts(), {"slack": "look", "outbox": "look"}, "that is somebody's matter already")
        self.channel.state = "ok"
        self.workspace.write({"api_url": api_url, "bot_token": TOKEN_OF_SLACK})
        self.make_due(entry)
        self.deliver()
        self.assertEqual(self.parts(), {}, "it is over with the first message that is accepted")
        self.assertRegex(explanation(), r"Slack accepts messages. Last posted: \d+ s ago.")

    def fails_since(self, entry, seconds):
        entry.failing_since = database_time.now(self.env) - timedelta(seconds=seconds)

    def test_one_message_that_alone_fails_is_no_outage(self):
        entry, other = self.entries(self.new_ticket()), self.entries(self.new_ticket())
        self.fails_since(entry, 300)
        self.assertEqual(self.parts(503), {"slack": "down", "outbox": "down"})
        other.write({"state": "sent", "sent_at": database_time.now(self.env) - timedelta(seconds=200)})
        self.assertEqual(self.parts(), {})
        other.sent_at = database_time.now(self.env) - timedelta(seconds=400)
        self.assertEqual(self.parts(503), {"slack": "down", "outbox": "down"}, "that was before")

    def test_a_rate_limit_is_no_outage(self):
        entry = self.entries(self.new_ticket())
        self.slack.misbehave("ratelimited", "internal_error")
        for fault, is_failing in (("ratelimited", False), ("internal_error", True)):
            with self.subTest(fault):
                self.make_due(entry)
                self.attempt()
                self.assertEqual(bool(entry.failing_since), is_failing)
        self.make_due(entry)
        self.deliver()
        self.assertEqual(self.parts(), {})

    def test_messages_that_waited_behind_a_hold_are_due_since_its_end(self):
        entry, other = self.entries(self.new_ticket()), self.entries(self.new_ticket())
        (entry | other).next_attempt_at = "2020-01-01"
        self.assertEqual(self.parts(503), {"outbox": "down"})
        self.workspace.hold_until = database_time.now(self.env) - timedelta(seconds=5)
        self.assertEqual(self.parts(), {}, "after a long outage, they are sent one after the other")
        self.workspace.hold_until = False
        other.write({"state": "sent", "sent_at": database_time.now(self.env)})
        self.assertEqual(self.parts(), {}, "the channel is being posted to")

    def test_a_dead_token_is_an_alarm(self):
        self.workspace._pause("revoked")
        self.assertEqual(self.parts(503), {"slack": "down"})

    def test_a_cron_that_was_switched_off_is_an_alarm(self):
        self.env.ref("helpdesk_bridge.ir_cron_sla_tick").active = False
        self.assertEqual(self.parts(503), {"crons": "down"})

    def test_a_cron_that_does_not_run_is_an_alarm(self):
        cron = self.env.ref("helpdesk_bridge.ir_cron_slack_outbox")
        cron.nextcall = "2020-01-01"
        self.env.flush_all()
        self.env.cr.execute("UPDATE ir_cron SET write_date = '2020-01-01' WHERE id = %s", [cron.id])
        cron.invalidate_recordset()
        self.assertEqual(self.parts(503), {"crons": "down"})

    def test_a_mailbox_nobody_looks_into_is_an_alarm(self):
        self.mailbox.helpdesk_checked_date = "2020-01-01"
        self.assertEqual(self.parts(503), {"mailboxes": "down"})

    def test_an_email_that_could_not_be_processed_wants_a_person(self):
        self.receive("jane@customer.example").verdict = "failed"
        self.mailbox.helpdesk_checked_date = "2999-01-01"
        self.assertEqual(self.parts(), {"mails": "look"})

    def old_mail(self):
        """An email to a customer that has waited for years."""
        ticket = self.receive("jane@customer.example").ticket_id
        self.mailbox.helpdesk_checked_date = "2999-01-01"
        mail = self.env["mail.mail"].create(
            {"model": "helpdesk.ticket", "res_id": ticket.id, "email_to": "jane@customer.example", "body_html": "x"}
        )
        self.assertEqual(self.parts(), {})
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_mail SET write_date = '2020-01-01' WHERE id = %s", [mail.id])
        mail.invalidate_recordset()
        return mail

    def test_automatic_emails_that_do_not_leave_are_an_alarm(self):
        mail = self.old_mail()
        self.assertEqual(self.parts(503), {"letters": "down"})
        mail.state = "exception"
        self.assertEqual(self.parts(), {"letters": "look"})

    def test_an_old_automatic_email_that_is_sent_again_stands_still_only_from_now_on(self):
        mail = self.old_mail()
        mail.state = "exception"
        self.env["helpdesk.ticket"].browse(mail.res_id).action_retry_mails()
        self.assertEqual(self.parts(), {})

    def test_nothing_that_names_anybody_leaves(self):
        row = self.receive("jane@customer.example", subject="Secret plans")
        row.verdict = "failed"
        self.channel._pause("Slack said: secret plans")
        self.env.ref("helpdesk_bridge.ir_cron_sla_tick").active = False
        for page in (HEALTH, METRICS):
            text = self.ask(page).text.lower()
            for name in ("jane", "secret", "#support", "acme", "xoxb", "helpdesk bridge:"):
                with self.subTest(page, name=name):
                    self.assertNotIn(name, text)

    def test_a_mailbox_that_was_never_looked_into_has_no_age(self):
        """0 seconds would read as just now."""
        self.assertIn("helpdesk_bridge_last_fetch_seconds", self.figures())
        self.env["fetchmail.server"].search([]).helpdesk_checked_date = False
        figures = self.figures()
        self.assertNotIn("helpdesk_bridge_last_fetch_seconds", figures)
        self.assertGreaterEqual(figures["helpdesk_bridge_mailboxes"], 1, "an alert asks for one without the other")

    # -- figures -----------------------------------------------------------------------------------------------------

    def test_emails_are_counted_by_what_became_of_them_even_when_forgotten(self):
        self.receive("jane@customer.example")
        name = 'helpdesk_bridge_mails{verdict="created"}'
        before = self.figures()[name]
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_inbound_mail SET create_date = '2020-01-01'")
        self.env.invalidate_all()
        self.Log._gc_old()
        self.assertFalse(self.rows())
        self.assertEqual(self.figures()[name], before)

    def test_messages_are_counted_by_state(self):
        failed = self.entries(self.new_ticket())
        failed.state = "failed"
        self.new_ticket()
        figures = self.figures()
        self.assertEqual(figures['helpdesk_bridge_outbox{state="pending"}'], 1)
        self.assertEqual(figures['helpdesk_bridge_outbox{state="failed"}'], 1)

    def test_calls_to_slack_are_counted_by_how_they_ended_and_how_long_they_took(self):
        self.new_ticket()
        self.new_ticket()
        self.slack.misbehave("is_archived")
        self.env.flush_all()
        cron = self.env.ref("helpdesk_bridge.ir_cron_slack_outbox")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.channel.state = "ok"
            self.env.flush_all()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        figures = self.figures()

        def calls(outcome, bound):
            return figures[
                f'helpdesk_bridge_slack_call_seconds_bucket{{le="{bound}",method="chat.postMessage",outcome="{outcome}"}}'
            ]

        self.assertEqual(calls("pause_channel", "+Inf"), 1)
        self.assertEqual(calls("sent", "+Inf"), 2)
        self.assertGreater(
            figures['helpdesk_bridge_slack_call_seconds_sum{method="chat.postMessage",outcome="sent"}'], 0
        )
        self.assertEqual(figures["helpdesk_bridge_messages_sent_total"], 2)

    def test_what_was_delivered_still_counts_when_it_is_forgotten(self):
        ticket = self.new_ticket()
        ticket.user_id = self.agent
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("helpdesk_bridge.ir_cron_slack_outbox").method_direct_trigger()
        self.env.invalidate_all()

        def sent():
            return self.figures()["helpdesk_bridge_messages_sent_total"]

        delivered = sent()
        self.assertEqual(delivered, 2, "first message and line; an edit had nothing to add")
        self.env.flush_all()
        self.env.cr.execute("UPDATE helpdesk_slack_outbox SET write_date = '2020-01-01'")
        self.env.invalidate_all()
        self.assertTrue(self.Outbox._gc_old()[0])
        self.assertEqual(sent(), delivered)
        self.channel.active = False
        self.assertEqual(sent(), delivered)
        ticket.unlink()
        self.assertEqual(sent(), delivered)

    def test_a_breach_still_counts_when_its_ticket_is_deleted(self):
        self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        ticket = self.new_ticket()
        ticket.sla_clock_ids.filtered(lambda clock: clock.metric == "start").breached_at = "2026-01-01"
        name = 'helpdesk_bridge_sla_breaches_total{metric="start"}'
        before = self.figures()[name]
        ticket.unlink()
        self.assertEqual(self.figures()[name], before)

    def test_sla_clocks_are_counted_by_state(self):
        self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        self.new_ticket()
        figures = self.figures()
        self.assertGreaterEqual(figures['helpdesk_bridge_sla_clocks{metric="start",state="running"}'], 1)

    def test_a_monitor_of_figures_sees_what_the_settings_show_as_health(self):
        found = {finding.part: finding.state for finding in self.env["helpdesk.bridge.health"]._findings()}
        figures = self.figures()
        shown = {part: figures[f'helpdesk_bridge_health{{part="{part}"}}'] for part in found}
        self.assertEqual(shown, found)
        self.assertIn("letters", found)

    def test_without_the_library_the_answer_says_what_to_install(self):
        with patch.object(helpdesk_bridge_metrics, "prometheus_client", None):
            response = self.ask(METRICS)
        self.assertEqual(response.status_code, 501)
        self.assertIn("prometheus_client", response.text)

    def test_dashboard_and_alerts_ask_for_figures_that_exist(self):
        dashboard = json.loads(file_open("helpdesk_bridge/docs/grafana-dashboard.json").read())
        alerts = file_open("helpdesk_bridge/docs/prometheus-alerts.yaml").read()
        asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        asked += re.findall(r"expr: (.*)", alerts)
        asked = {name for expression in asked for name in re.findall(r"\bhelpdesk_bridge_\w+", expression)}
        self.new_ticket()
        text = self.ask(METRICS).text
        self.assertGreater(len(asked), 12)
        for name in asked:
            with self.subTest(name):
                self.assertIn(f"# TYPE {re.sub('_(bucket|count)$', '', name)}", text)


@tagged("post_install", "-at_install")
class TestCronThreads(BridgeCase):
    def test_threads_that_have_ended_are_counted_and_none_where_there_never_were_any(self):
        ended = threading.Event()
        running = [threading.Thread(target=ended.wait, name=f"{cron_threads.NAME}{number}") for number in range(2)]
        with (
            patch.object(cron_threads, "_SEEN", set()),
            patch.object(cron_threads.server, "server", object.__new__(cron_threads.server.ThreadedServer)),
        ):
            self.assertEqual(cron_threads.count(), (0, 0))
            for thread in running:
                thread.start()
            self.assertEqual(cron_threads.count(), (2, 0))
            ended.set()
            for thread in running:
                thread.join()
            self.assertEqual(cron_threads.count(), (2, 2))
            facts = self.env["helpdesk.bridge.health"]._facts()
            self.assertEqual((facts.cron_threads, facts.cron_threads_ended), (2, 2))
            with patch.object(cron_threads.server, "server", None):
                self.assertEqual(cron_threads.count(), (0, 0), "with workers, these are processes")
