"""A run of the dispatcher: what it takes first, what it waits for, and what it costs."""

import time
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.slack import slack_client
from .outbox_case import CRON, TOO_FAST, OutboxCase
from .plans import maintain, rows_looked_at
from .slack_fake import DROP_AFTER


@tagged("post_install", "-at_install")
class TestOrder(OutboxCase):
    def test_a_row_waits_for_the_earlier_rows_of_its_ticket_only(self):
        later = self.entry.copy({"kind": "reply", "key": "later", "payload": {"text": "x", "body": "x"}})
        other = self.entries(self.new_ticket())
        self.entry.next_attempt_at = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        claims = [self.Dispatcher._claim(), self.Dispatcher._claim()]
        self.assertEqual(claims[0].entry_id, other.id)
        self.assertIsNone(claims[1])
        self.entry.state = "canceled"
        self.assertEqual(self.Dispatcher._claim().entry_id, later.id)

    def test_an_edit_stands_outside_the_order(self):
        self.deliver()
        pending = {"state": "pending", "next_attempt_at": fields.Datetime.now()}
        line = self.entry.copy({**pending, "kind": "reply", "key": "line"})
        edit = self.entry.copy({**pending, "kind": "update", "key": "edit"})
        line.next_attempt_at = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        self.assertEqual(self.Dispatcher._claim().entry_id, edit.id)

    def test_an_edit_waits_for_what_it_edits_and_for_an_edit_under_way(self):
        edit = self.entry.copy({"kind": "update", "key": "edit"})
        self.entry.next_attempt_at = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        self.assertIsNone(self.Dispatcher._claim())
        self.make_due(self.entry)
        self.attempt()
        self.assertEqual(self.Dispatcher._claim().entry_id, edit.id)
        later = edit.copy({"key": "later", "next_attempt_at": "2000-01-01"})
        self.assertIsNone(self.Dispatcher._claim())
        self.make_due(edit)
        edit.state = "sent"
        self.assertEqual(self.Dispatcher._claim().entry_id, later.id)

    def test_the_oldest_debt_is_paid_first(self):
        second = self.entries(self.new_ticket())
        self.assertEqual(self.deliver().ids, [self.entry.id, second.id])


@tagged("post_install", "-at_install")
class TestWhatIsAsked(OutboxCase):
    def test_slack_parses_no_names_and_unfolds_no_links(self):
        self.deliver()
        self.ticket.name = "Printer is in ashes"
        self.comment(self.ticket, "See https://customer.example, @channel", user=self.agent)
        self.deliver()
        asked = [(method, arguments) for method, arguments in self.slack.calls if method.startswith("chat.")]
        self.assertEqual({method for method, _arguments in asked}, {"chat.postMessage", "chat.update"})
        self.assertEqual(len(asked), 3)
        for method, arguments in asked:
            with self.subTest(method):
                self.assertEqual((arguments.get("parse"), arguments.get("link_names")), ("none", False))
                if method == "chat.postMessage":
                    self.assertEqual((arguments.get("unfurl_links"), arguments.get("unfurl_media")), (False, False))


@tagged("post_install", "-at_install")
class TestRun(OutboxCase, CronMixinCase):
    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            result = self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()
        return result

    def test_what_is_due_once_in_each_run_keeps_no_message_from_being_delivered(self):
        for model, method in (
            ("helpdesk.bridge.database", "_remember_identity"),
            ("helpdesk.slack.workspace", "_sync_environment_token"),
            ("helpdesk.slack.dispatcher", "_postpone_blocked"),
        ):
            with self.subTest(method):
                entry = self.entries(self.new_ticket())

                def refused(_records):
                    raise ValueError("Not like that.")

                logs = self.assertLogs(
                    "odoo.addons.helpdesk_bridge.models.slack.helpdesk_slack_dispatcher_run", "ERROR"
                )
                with patch.object(type(self.env[model]), method, refused), logs:
                    self.run_cron()
                self.assertEqual(entry.state, "sent")

    def test_no_transaction_is_open_while_slack_is_called(self):
        """With our own eyes: while the call runs, the cursor of the cron is in no transaction."""
        seen = []

        def spying(word, original):
            def spy(*args, **kwargs):
                result = original(*args, **kwargs)
                seen.append(word)
                return result

            return spy

        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            connection, cursor = slack_client.SlackConnection, type(cr)
            with (
                patch.object(connection, "call", spying("call", connection.call)),
                patch.object(cursor, "commit", spying("commit", cursor.commit)),
                patch.object(cursor, "execute", spying("query", cursor.execute)),
            ):
                self.Dispatcher.with_env(self.env(cr=cr))._cron_deliver()
        self.assertEqual(seen[seen.index("call") - 1], "commit")

    def test_a_run_whose_time_is_over_wakes_its_successor(self):
        model = self.Dispatcher.with_context(cron_end_time=time.monotonic() - 1)
        self.env.flush_all()
        with (
            self.capture_triggers(CRON) as captured,
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            model.with_env(model.env(cr=cr))._cron_deliver()
        self.assertEqual(len(captured.records), 1)
        self.assertFalse(self.slack.messages)

    def test_a_run_waits_for_a_short_hold(self):
        self.slack.misbehave((429, {"Retry-After": "1"}, {"ok": False, "error": "ratelimited"}))
        started = time.monotonic()
        self.run_cron()
        self.assertEqual(self.entry.state, "sent")
        self.assertGreater(time.monotonic() - started, 0.5)

    def test_one_dropped_connection_does_not_cost_a_minute(self):
        self.slack.misbehave(DROP_AFTER)
        self.run_cron()
        self.assertEqual(self.entry.state, "sent")
        self.assertEqual(len(self.slack.messages), 1)

    def test_a_run_does_not_wait_for_a_long_hold(self):
        self.slack.misbehave(TOO_FAST)
        with patch("time.sleep") as sleep:
            self.run_cron()
        self.assertEqual(self.entry.state, "pending")
        sleep.assert_not_called()

    def test_a_run_does_not_wait_for_what_is_held(self):
        for record in (self.channel, self.workspace):
            record.hold_until = fields.Datetime.add(fields.Datetime.now(), minutes=5)
            self.assertIsNone(self.Dispatcher._soonest())
            record.hold_until = fields.Datetime.add(fields.Datetime.now(), seconds=1)
            self.assertEqual(self.Dispatcher._soonest(), record.hold_until)
            record.hold_until = False

    def test_a_run_does_not_wait_for_rows_that_wait_for_others(self):
        self.entry.copy({"kind": "reply", "key": "later"})
        self.entry.next_attempt_at = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        self.assertIsNone(self.Dispatcher._soonest())

    def test_an_idle_run_costs_three_queries(self):
        self.deliver()
        self.env.flush_all()
        with self.assertQueryCount(3):
            self.Dispatcher._postpone_blocked()
            self.assertIsNone(self.Dispatcher._claim())
            self.assertIsNone(self.Dispatcher._soonest())

    def test_an_outage_that_the_database_s_statistics_do_not_know_of_is_looked_through_once(self):
        self.env.flush_all()
        maintain(self.env, "helpdesk_slack_outbox")
        owed = 200
        values = {"description": "<p>Is anybody there?</p>", "team_id": self.team.id}
        self.env["helpdesk.ticket"].create([{**values, "name": f"Outage {number}"} for number in range(owed)])
        self.env.flush_all()
        before = rows_looked_at(self.env, "helpdesk_slack_outbox")
        self.Dispatcher._postpone_blocked()
        self.assertTrue(self.Dispatcher._claim())
        self.assertTrue(self.Dispatcher._soonest())
        self.assertLess(rows_looked_at(self.env, "helpdesk_slack_outbox") - before, 20 * owed)

    def test_what_a_first_message_shows_is_read_in_one_query(self):
        self.ticket.write({"user_id": self.agent.id, "partner_id": self.manager.partner_id.id})
        self.env["helpdesk.sla.policy"]._ensure_default(self.company)
        self.ticket.with_context(lang="en_US")._slack_root()  # what stays in the process: settings, translations
        self.env.cr.flush()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.entry._read_facts("root")
        with self.assertQueryCount(0):
            self.entry.ticket_id._slack_root(mention=True)

    def test_a_delivery_costs_at_most_ten_queries(self):
        self.workspace.action_test_connection()
        self.slack.people["anna@example.com"] = "U0ANNA0001"
        self.ticket.user_id = self.agent
        self.deliver()  # whoever is new to us is asked for once
        self.ticket.partner_id = self.env["res.partner"].create({"name": "Jane Doe"})
        self.deliver()
        self.new_ticket(partner_id=self.ticket.partner_id.id, user_id=self.agent.id)
        self.comment(self.ticket, "Still", author=self.ticket.partner_id)
        self.ticket.priority = "3"
        for kind in ("root", "reply", "update"):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            entry = self.attempt()
            self.env.flush_all()
            with self.subTest(kind):
                self.assertEqual((entry.kind, entry.state), (kind, "sent"))
                self.assertLessEqual(self.env.cr.sql_log_count - before, 10)
