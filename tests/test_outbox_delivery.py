"""What is owed to Slack arrives once, in order, through every failure."""

import logging
import time
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import slack_connection
from ..tools import delivery, slack_answer
from .common import BridgeCase
from .slack_fake import DROP, DROP_AFTER, HTML, SILENT

CRON = "helpdesk_bridge.ir_cron_slack_outbox"
TOO_FAST = (429, {"Retry-After": "7"}, {"ok": False, "error": "ratelimited"})


@tagged("post_install", "-at_install")
class TestOutboxDelivery(BridgeCase, CronMixinCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket()
        self.entry = self.entries(self.ticket)

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            result = self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()
        return result

    def seconds_until(self, moment):
        return (moment - fields.Datetime.now()).total_seconds()

    # -- what Slack may answer ---------------------------------------------------------------------------------------

    def test_a_429_holds_the_channel_for_as_long_as_slack_says(self):
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.assertIn("slow down", self.entry.error)
        self.assertAlmostEqual(self.seconds_until(self.entry.next_attempt_at), 7, delta=2)
        self.assertAlmostEqual(self.seconds_until(self.channel.hold_until), 7, delta=2)

    def test_nothing_else_goes_to_a_held_channel_but_other_channels_flow(self):
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        second = self._new_channel("#other", "C0SUPPORT02")
        team = self.env["helpdesk.ticket.team"].create({"name": "Other", "slack_channel_id": second.id})
        self.new_ticket()
        other = self.entries(self.new_ticket(team_id=team.id))
        self.assertEqual(self.deliver(), other)

    def test_a_longer_hold_is_never_shortened(self):
        self.channel._hold(600)
        self.channel._hold(5)
        self.assertAlmostEqual(self.seconds_until(self.channel.hold_until), 600, delta=2)

    def test_a_hold_lasts_as_long_as_slack_says_and_not_a_fraction_less(self):
        for hold, field in (
            (self.channel._hold, "hold_until"),
            (self.workspace._hold, "hold_until"),
            (self.workspace._hold_edits, "edit_hold_until"),
            (self.workspace._hold_searches, "search_hold_until"),
        ):
            with self.subTest(hold):
                over = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(seconds=1)
                hold(1)
                self.assertGreaterEqual(hold.__self__[field], over)

    def test_after_the_hold_the_message_is_sent(self):
        self.slack.misbehave(TOO_FAST)
        self.attempt()
        self.make_due(self.entry)
        self.deliver()
        self.assertRecordValues(self.entry, [{"state": "sent", "attempts": 2, "error": False}])
        self.assertEqual(self.slack.count("conversations.history"), 0, "a 429 was surely not sent: nothing to look up")

    def test_a_refused_connection_is_retried_and_holds_the_workspace(self):
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-right"})
        self.attempt()
        self.assertRecordValues(self.entry, [{"state": "pending", "attempts": 1, "doubt_since": False}])
        self.assertIn("could not be reached", self.entry.error)
        self.assertGreater(self.workspace.hold_until, fields.Datetime.now())
        self.assertFalse(self.channel.hold_until)

    def test_an_outage_never_makes_a_message_fail(self):
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-right"})
        for _hour in range(30):
            self.make_due(self.entry)
            self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.workspace.write({"api_url": self.slack.url, "bot_token": "xoxb-right"})
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)

    def test_an_unknown_error_fails_readably(self):
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.assertRecordValues(self.entry, [{"state": "failed", "error": "Slack answered “frobnicated”."}])

    def test_a_dead_token_pauses_the_workspace_and_keeps_everything(self):
        self.slack.misbehave("invalid_auth")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING) as logs:
            self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.assertEqual(self.workspace.state, "paused")
        self.assertIn("does not accept this token", self.workspace.pause_reason)
        self.assertFalse(self.deliver())
        self.assertNotIn("xoxb-right", str(logs.output))

    def test_a_dead_token_is_one_activity_until_it_works_again(self):
        admin = self.env.ref("base.user_admin")
        self.new_ticket()
        for mended in (
            lambda: self.workspace.write({"bot_token": "xoxb-right"}),
            lambda: self.workspace.action_test_connection(),
        ):
            self.slack.misbehave("token_revoked")
            with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
                self.deliver()
            self.workspace._pause("still dead")
            self.assertRecordValues(self.workspace.activity_ids, [{"user_id": admin.id}])
            self.assertIn("does not accept this token", self.workspace.activity_ids.note)
            mended()
            self.assertFalse(self.workspace.activity_ids)
        self.assertEqual(len(self.deliver()), 2)

    def test_the_activity_goes_to_who_has_set_it_up(self):
        owner = new_test_user(self.env, "owner", groups="base.group_system")
        workspace = self.env["helpdesk.slack.workspace"].with_user(owner).create({"name": "Theirs"})
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            workspace._pause("dead")
        self.assertEqual(workspace.activity_ids.user_id, owner)

    def test_a_verdict_on_the_old_token_does_not_pause_the_new_one(self):
        claim = self.Dispatcher._claim()
        call = self.Dispatcher._prepare(claim)
        self.workspace.bot_token = "xoxb-newer"
        answer = slack_answer.Answer(error="token_revoked")
        self.Dispatcher._obey(claim, call, answer, delivery.judge(answer, 1))
        self.assertEqual(self.workspace.state, "ok")

    def test_who_we_are_is_learnt_with_the_first_message(self):
        self.assertFalse(self.workspace.bot_ref)
        self.deliver()
        self.assertRecordValues(
            self.workspace,
            [{"bot_ref": "B0BOT0001", "bot_name": "helpdesk", "slack_url": "https://acme.slack.example/"}],
        )
        self.new_ticket()
        self.deliver()
        self.assertEqual(self.slack.count("auth.test"), 1)

    def test_a_new_token_may_be_another_bots(self):
        self.deliver()
        self.workspace.bot_token = "xoxb-other"
        self.assertFalse(self.workspace.bot_ref or self.workspace.slack_url or self.workspace.bot_name)

    def test_a_new_token_resumes_a_paused_workspace(self):
        self.workspace._pause("dead")
        with self.capture_triggers(CRON) as captured:
            self.workspace.bot_token = "xoxb-right"
            self.env.cr.flush()
        self.assertTrue(captured.records)
        self.assertEqual(self.deliver(), self.entry)

    def test_a_bad_channel_pauses_only_that_channel(self):
        self.slack.misbehave("not_in_channel")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.assertEqual(self.channel.state, "paused")
        self.assertIn("/invite", self.channel.pause_reason)
        self.assertEqual(self.workspace.state, "ok")
        self.assertEqual(self.entry.state, "pending")

    def test_a_working_test_message_resumes_a_paused_channel(self):
        self.channel._pause("archived")
        self.channel.action_send_test()
        self.assertEqual(self.deliver(), self.entry)

    def test_refused_blocks_are_sent_once_more_as_plain_text(self):
        self.slack.misbehave("invalid_blocks")
        self.attempt()
        self.assertEqual(self.entry.state, "pending")
        self.deliver()
        self.assertEqual(self.entry.state, "sent")
        self.assertNotIn("blocks", self.slack.messages[0])
        self.assertIn("Printer is on fire", self.slack.messages[0]["text"])

    def test_refused_plain_text_fails(self):
        self.slack.misbehave("invalid_blocks", "msg_too_long")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.deliver()
        self.assertEqual(self.entry.state, "failed")

    # -- what nobody answered ----------------------------------------------------------------------------------------

    def test_a_dropped_reply_is_looked_up_and_not_sent_twice(self):
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.assertRecordValues(self.entry, [{"state": "pending", "error": "Slack did not answer in time."}])
        self.assertTrue(self.entry.doubt_since)
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)
        self.assertEqual(self.slack.count("chat.postMessage"), 1)
        self.assertRecordValues(self.entry, [{"state": "sent", "slack_ts": self.slack.messages[0]["ts"]}])
        self.assertEqual(self.ticket.slack_thread_id.ts, self.slack.messages[0]["ts"])

    def test_a_first_message_found_in_slack_is_edited_to_show_the_present(self):
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.ticket.name = "Printer is in ashes"
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(self.slack.count("chat.postMessage"), 1)
        self.assertIn("Printer is in ashes", self.shown(self.ticket))

    def test_a_connection_dropped_before_anything_was_stored_is_sent_again(self):
        for fault in (DROP, HTML, "internal_error", (503, {}, {"ok": False, "error": "service_unavailable"})):
            with self.subTest(fault=fault):
                self.slack.messages.clear()
                entry = self.entries(self.new_ticket())
                (self.Outbox.search([("state", "=", "pending")]) - entry).action_cancel()
                self.slack.misbehave(fault)
                self.attempt()
                self.assertTrue(entry.doubt_since)
                self.make_due(entry)
                self.deliver()
                self.assertEqual(entry.state, "sent")
                self.assertEqual(len(self.slack.messages), 1)

    def test_silence_ends_after_the_timeout(self):
        self.slack.misbehave(SILENT)
        with patch.object(slack_connection, "TIMEOUT", 0.3):
            self.attempt()
        self.assertEqual(self.entry.error, "Slack did not answer in time.")
        self.assertTrue(self.entry.doubt_since)

    def test_a_failed_look_up_sends_nothing_and_keeps_the_doubt(self):
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.make_due(self.entry)
        since = self.entry.doubt_since
        self.slack.misbehave(TOO_FAST, method="conversations.history")
        self.attempt()
        self.assertEqual(self.slack.count("chat.postMessage"), 1)
        self.assertEqual(self.entry.doubt_since, since)
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)

    def test_a_look_up_that_ends_too_late_sends_nothing(self):
        """When the lease is over, another worker looks and sends."""
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.slack.messages.clear()  # it did not arrive after all
        self.make_due(self.entry)
        since = self.entry.doubt_since
        with patch.object(delivery, "LAST_CALL", -1):
            self.attempt()
        self.assertEqual(self.slack.count("chat.postMessage"), 1)
        self.assertRecordValues(self.entry, [{"state": "pending", "doubt_since": since}])
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual((self.entry.state, len(self.slack.messages)), ("sent", 1))

    def test_reasons_are_in_the_language_of_the_company(self):
        """A cron speaks none."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        in_french = self.workspace.with_context(lang="fr_FR")
        self.Dispatcher = self.Dispatcher.with_env(self.env(context={}))
        self.slack.misbehave("not_in_channel")
        with self.assertLogs(level=logging.WARNING):
            self.attempt()
        refused = in_french._remedies()["not_in_channel"]
        self.assertNotEqual(refused, self.workspace.with_context(lang="en_US")._remedies()["not_in_channel"])
        self.assertEqual((self.entry.error, self.channel.pause_reason), (refused, refused))
        said = in_french.env._  # by another name: what a test says is no term of ours
        self.assertEqual(self.channel.activity_ids.summary, said("Nothing is sent to Slack: %s", "#support"))

    def test_a_429_for_a_look_up_holds_look_ups_only(self):
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.make_due(self.entry)
        self.slack.misbehave(TOO_FAST, method="conversations.history")
        self.attempt()
        self.entry.next_attempt_at = "2000-01-01"  # nothing but the hold keeps it back
        self.assertFalse(self.channel.hold_until)
        self.assertAlmostEqual(self.seconds_until(self.workspace.search_hold_until), 7, delta=2)
        self.assertIsNone(self.Dispatcher._soonest())
        self.workspace.search_hold_until = fields.Datetime.add(fields.Datetime.now(), seconds=1)
        self.assertEqual(self.Dispatcher._soonest(), self.workspace.search_hold_until)
        self.workspace.search_hold_until = fields.Datetime.add(fields.Datetime.now(), seconds=60)
        other = self.entries(self.new_ticket())
        self.assertEqual(self.deliver(), other, "what is certain goes on")
        self.workspace.search_hold_until = False
        self.deliver()
        self.assertEqual(self.entry.state, "sent")
        self.assertEqual(self.slack.count("chat.postMessage"), 2)

    def test_without_the_history_scope_at_least_once_sends_again(self):
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.make_due(self.entry)
        self.slack.misbehave("missing_scope", method="conversations.history")
        self.deliver()
        self.assertEqual(self.entry.state, "sent")
        self.assertEqual(len(self.slack.messages), 2)

    def test_without_the_history_scope_at_most_once_asks_a_person(self):
        self.workspace.at_least_once = False
        self.slack.misbehave(DROP)
        self.attempt()
        self.make_due(self.entry)
        self.slack.misbehave("missing_scope", method="conversations.history")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.assertEqual(self.entry.state, "failed")
        self.assertIn("press Retry", self.entry.error)
        self.entry.action_retry()
        self.deliver()
        self.assertEqual(self.entry.state, "sent")
        self.assertEqual(len(self.slack.messages), 1)

    def test_the_key_in_somebody_elses_message_proves_nothing(self):
        self.workspace.action_test_connection()
        self.slack.misbehave(DROP)
        self.attempt()
        ts = self.slack.next_ts()
        forged = {"metadata": {"event_payload": {"key": self.entry.key}}, "bot_id": "B0EVIL", "ts": ts}
        self.slack.messages.append({**forged, "channel": "C0SUPPORT01", "text": "not ours"})
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(self.entry.state, "sent")
        self.assertNotEqual(self.entry.slack_ts, ts)

    def test_a_message_is_found_behind_pages_of_chatter(self):
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.slack.chatter(25)
        self.slack.page_size = 10
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(self.slack.count("chat.postMessage"), 1)
        self.assertEqual(self.slack.count("conversations.history"), 3)

    def test_more_chatter_than_can_be_read_is_no_proof_of_absence(self):
        self.workspace.at_least_once = False
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.slack.chatter(25)
        self.slack.page_size = 2
        self.make_due(self.entry)
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        self.assertEqual(self.slack.count("chat.postMessage"), 1)
        self.assertEqual(self.entry.state, "failed")

    def test_what_was_written_long_before_is_not_read(self):
        self.slack.chatter(5)
        for message in self.slack.messages:
            message["ts"] = "1000000000.000100"
        self.slack.misbehave(DROP)
        self.attempt()
        self.make_due(self.entry)
        with patch.object(slack_connection.slack_answer, "find_own", wraps=slack_answer.find_own) as find_own:
            self.attempt()
        self.assertEqual(find_own.call_args.args[0], [])

    def test_a_silent_workspace_does_not_delay_the_others(self):
        healthy = self.workspace.copy({"name": "Healthy", "bot_token": "xoxb-right", "api_url": self.slack.url})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "slack_channel_id": self._new_channel("#other", "C0SUPPORT02", healthy).id}
        )
        others = [self._new_channel(f"#{n}", f"C0SILENT0{n}") for n in range(3)]
        for channel in others:
            self.new_ticket(
                team_id=self.env["helpdesk.ticket.team"].create({"name": "x", "slack_channel_id": channel.id}).id
            )
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-right"})
        entry = self.entries(self.new_ticket(team_id=team.id))
        taken = self.deliver()
        self.assertEqual(len(taken), 2, "one probe of the dead workspace, then the living one")
        self.assertEqual(entry.state, "sent")

    # -- who dies where ----------------------------------------------------------------------------------------------

    def test_a_claimed_row_is_leased_and_comes_back_in_doubt(self):
        self.assertEqual(self.Dispatcher._claim().entry_id, self.entry.id)
        self.assertIsNone(self.Dispatcher._claim(), "leased")
        self.assertTrue(self.entry.doubt_since)
        self.make_due(self.entry)
        claim = self.Dispatcher._claim()
        self.assertEqual((claim.entry_id, claim.attempts), (self.entry.id, 2))
        self.assertTrue(claim.doubt_since)

    def test_a_worker_that_died_after_sending_is_not_repeated(self):
        claim = self.Dispatcher._claim()
        call = self.Dispatcher._prepare(claim)
        call.make(claim.doubt_since)  # and here the worker dies
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)
        self.assertEqual(self.entry.state, "sent")

    def test_a_worker_that_died_before_sending_is_made_up_for(self):
        self.Dispatcher._claim()
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)

    def test_a_worker_whose_lease_ran_out_records_nothing(self):
        late = self.Dispatcher._claim()
        self.make_due(self.entry)
        self.deliver()
        ts = self.entry.slack_ts
        answer = slack_answer.Answer(error="frobnicated")
        self.Dispatcher._record(late, answer, delivery.judge(answer, late.attempts))
        self.assertRecordValues(self.entry, [{"state": "sent", "slack_ts": ts}])

    def test_a_worker_whose_lease_ran_out_does_not_speak_for_the_next_one(self):
        late = self.Dispatcher._claim()
        self.make_due(self.entry)
        self.Dispatcher._claim()
        answer = slack_answer.Answer(error="frobnicated")
        self.Dispatcher._record(late, answer, delivery.judge(answer, late.attempts))
        self.assertRecordValues(self.entry, [{"state": "pending", "error": False}])

    def test_an_outcome_that_cannot_be_recorded_does_not_stop_the_others(self):
        other = self.entries(self.new_ticket())
        broken = patch.object(type(self.Outbox), "_record_sent", side_effect=ZeroDivisionError)
        with broken, self.assertLogs(level=logging.ERROR):
            self.deliver()
        both = self.entry | other
        self.assertEqual(set(both.mapped("state")), {"sent"})
        self.assertEqual(len(self.slack.messages), 2)
        # Nobody has them in hand any more, and nothing about them is in doubt.
        self.assertEqual({(entry.leased_until, entry.doubt_since) for entry in both}, {(False, False)})

    def test_an_identity_that_slack_gave_twice_is_no_error(self):
        other = self.new_ticket()
        self.env["helpdesk.slack.thread"]._begin(other, self.channel, "C0SUPPORT01", "7.7")
        self.entries(other).action_cancel()
        with patch.object(self.slack, "next_ts", lambda: "7.7"), self.assertLogs(level=logging.WARNING):
            self.deliver()
        self.assertEqual(self.entry.state, "sent")
        self.assertFalse(self.ticket.slack_thread_id)

    def test_a_ticket_deleted_while_slack_was_called_is_no_error(self):
        claim = self.Dispatcher._claim()
        answer = self.Dispatcher._prepare(claim).make()
        self.ticket.unlink()
        self.Dispatcher._record(claim, answer, delivery.judge(answer, 1))
        self.assertFalse(self.entry.exists())

    def test_a_message_that_cannot_be_written_does_not_stop_the_others(self):
        poison = self.ticket.id
        root = type(self.ticket)._slack_root

        def broken(ticket, *args, **kwargs):
            if ticket.id == poison:
                raise ZeroDivisionError
            return root(ticket, *args, **kwargs)

        other = self.entries(self.new_ticket())
        with patch.object(type(self.ticket), "_slack_root", broken), self.assertLogs(level=logging.ERROR):
            self.deliver()
        self.assertEqual(other.state, "sent")
        self.assertEqual(self.entry.state, "pending")
        self.assertIn("could not be composed", self.entry.error)
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual(self.entry.state, "sent")

    # -- order and turns ---------------------------------------------------------------------------------------------

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

    # -- the run itself ----------------------------------------------------------------------------------------------

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
            connection, cursor = slack_connection.SlackConnection, type(cr)
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
            self.Dispatcher._put_aside()
            self.assertIsNone(self.Dispatcher._claim())
            self.assertIsNone(self.Dispatcher._soonest())

    def test_an_outage_that_the_database_s_statistics_do_not_know_of_is_looked_through_once(self):
        self.env.flush_all()
        self.env.cr.execute("ANALYZE helpdesk_slack_outbox")
        owed = 200
        values = {"description": "<p>Is anybody there?</p>", "team_id": self.team.id}
        self.env["helpdesk.ticket"].create([{**values, "name": f"Outage {number}"} for number in range(owed)])
        self.env.flush_all()
        before = self.rows_read()
        self.Dispatcher._put_aside()
        self.assertTrue(self.Dispatcher._claim())
        self.assertTrue(self.Dispatcher._soonest())
        self.assertLess(self.rows_read() - before, 20 * owed)

    def rows_read(self):
        """How many rows of the outbox PostgreSQL has looked at in this transaction."""
        self.env.cr.execute(
            """
            SELECT COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0)
              FROM pg_stat_xact_user_tables
             WHERE relname = 'helpdesk_slack_outbox'
            """
        )
        return self.env.cr.fetchone()[0]

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

    # -- buttons -----------------------------------------------------------------------------------------------------

    def test_retry_gives_a_failed_message_another_chance(self):
        self.slack.misbehave("frobnicated")
        with self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING):
            self.attempt()
        with self.capture_triggers(CRON) as captured:
            told = self.entry.with_user(self.manager).action_retry()["params"]
            self.env.cr.flush()
        self.assertEqual((told["title"], told["message"]), ("On its way", "Messages to Slack: 1"))
        self.assertTrue(captured.records)
        self.deliver()
        self.assertEqual(self.entry.state, "sent")

    def test_retry_looks_first_when_a_worker_died_and_somebody_canceled(self):
        claim = self.Dispatcher._claim()
        self.Dispatcher._prepare(claim).make()  # and here the worker dies
        self.entry.action_cancel()
        self.entry.leased_until = "2000-01-01 00:00:00"
        self.entry.action_retry()
        self.deliver()
        self.assertEqual(len(self.slack.messages), 1)
        self.assertEqual(self.entry.state, "sent")

    def test_retry_leaves_a_message_alone_that_a_worker_is_sending(self):
        self.Dispatcher._claim()
        self.entry.action_retry()
        self.assertIsNone(self.Dispatcher._claim())

    def test_a_canceled_message_is_not_sent(self):
        self.entry.with_user(self.manager).action_cancel()
        self.assertFalse(self.deliver())
        self.assertEqual(self.entry.state, "canceled")

    def test_a_sent_message_stays_sent_whatever_is_pressed(self):
        self.deliver()
        self.entry.action_cancel()
        self.assertEqual(self.entry.action_retry()["params"]["title"], "Nothing to send")
        self.assertEqual(self.entry.state, "sent")

    def test_retry_behind_a_refused_token_says_that_it_waits_on(self):
        self.workspace._pause("The token was revoked.")
        told = self.entry.action_retry()["params"]
        self.assertEqual((told["type"], told["title"]), ("warning", "Still waiting"))
        self.assertIn("The token was revoked.", told["message"])

    def test_a_message_canceled_too_late_is_recorded_as_sent(self):
        claim = self.Dispatcher._claim()
        answer = self.Dispatcher._prepare(claim).make()
        self.entry.action_cancel()
        self.Dispatcher._record(claim, answer, delivery.judge(answer, 1))
        self.assertEqual(self.entry.state, "sent")

    def test_an_agent_may_not_press_the_buttons(self):
        for button in ("action_retry", "action_cancel"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(self.entry.with_user(self.agent), button)()

    # -- behind a failed line ----------------------------------------------------------------------------------------

    def stuck_line(self):
        """A line that failed, and one behind it."""
        self.deliver()
        refused = (200, {}, {"ok": False, "error": "no_text"})
        self.slack.misbehave(refused, refused, method="chat.postMessage")  # as plain text, too
        self.ticket.user_id = self.agent
        self.deliver()
        failed = self.entries(self.ticket).filtered(lambda entry: entry.state == "failed")
        self.assertEqual(failed.kind, "reply")
        self.comment(self.ticket, "Coming", user=self.agent)
        behind = self.entries(self.ticket).filtered(lambda entry: entry.event == "agent_replied")
        self.assertNotIn(behind, self.deliver())
        return failed, behind

    def put_aside(self):
        self.env.flush_all()
        self.Dispatcher._put_aside()
        self.env.invalidate_all()

    def test_lines_behind_a_failed_one_are_put_aside(self):
        _failed, behind = self.stuck_line()
        self.put_aside()
        self.assertGreater(self.seconds_until(behind.next_attempt_at), 1000)

    def test_nothing_else_is_put_aside(self):
        _failed, behind = self.stuck_line()
        self.ticket.priority = "3"
        edit = self.entries(self.ticket).filtered(lambda entry: entry.kind == "update" and entry.state == "pending")
        root = self.entries(self.new_ticket())
        self.put_aside()
        self.assertEqual(self.deliver(), root | edit)
        self.assertEqual(behind.state, "pending")

    def test_they_go_out_at_once_when_the_failed_one_does(self):
        failed, behind = self.stuck_line()
        self.put_aside()
        failed.action_retry()
        self.assertEqual(self.deliver(), failed | behind)
        self.assertEqual([failed.state, behind.state], ["sent", "sent"])

    def test_they_go_out_at_once_when_the_failed_one_is_given_up(self):
        failed, behind = self.stuck_line()
        self.put_aside()
        failed.action_cancel()
        self.assertEqual(self.deliver(), behind)

    def test_a_line_that_waits_for_its_own_back_off_is_not_hurried(self):
        failed, _behind = self.stuck_line()
        other = self.entries(self.new_ticket())
        self.slack.misbehave((200, {}, {"ok": False, "error": "internal_error"}))
        self.deliver()
        due = other.next_attempt_at
        failed.action_retry()
        self.assertEqual(other.next_attempt_at, due)
