"""A message whose fate nobody knows, as the answer was lost or the worker died, is looked for and said once."""

import logging
import time
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.slack import slack_client
from ..tools.slack import response as slack_response
from ..tools.slack import retry_policy
from .outbox_case import TOO_FAST, OutboxCase
from .slack_fake import DROP, DROP_AFTER, HTML, SILENT


@tagged("post_install", "-at_install")
class TestNobodyAnswered(OutboxCase):
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
        with patch.object(slack_client, "TIMEOUT", 0.3):
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

    def test_a_worker_that_was_stopped_until_its_lease_ended_sends_nothing(self):
        """Meanwhile another worker may have sent it, and a newer edit."""
        ready = type(self.Dispatcher)._ready

        def slow(dispatcher, claim, until):
            call = ready(dispatcher, claim, until)
            time.sleep(0.1)
            return call

        def sent():
            return self.slack.count("chat.postMessage") + self.slack.count("chat.update")

        for kind, change in (("root", {}), ("update", {"priority": "3"})):
            with self.subTest(kind), mute_logger("odoo.addons.helpdesk_bridge"):
                before = sent()
                self.ticket.write(change)
                entry = self.entries(self.ticket).filtered(lambda one, kind=kind: one.kind == kind)
                with (
                    patch.object(retry_policy, "LAST_CALL", 0.05),
                    patch.object(type(self.Dispatcher), "_ready", slow),
                ):
                    self.attempt()
                self.assertEqual((sent(), entry.state), (before, "pending"))
                self.make_due(entry)
                self.deliver()
                self.assertEqual((sent(), entry.state), (before + 1, "sent"))

    def test_a_look_up_that_ends_too_late_sends_nothing(self):
        """When the lease is over, another worker looks and sends."""
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.slack.messages.clear()  # it did not arrive after all
        self.make_due(self.entry)
        since = self.entry.doubt_since
        with patch.object(retry_policy, "LAST_CALL", -1):
            self.attempt()
        self.assertEqual(self.slack.count("chat.postMessage"), 1)
        self.assertFalse(self.slack.count("conversations.history"), "there is no time left to look")
        self.assertRecordValues(self.entry, [{"state": "pending", "doubt_since": since}])
        self.make_due(self.entry)
        self.deliver()
        self.assertEqual((self.entry.state, len(self.slack.messages)), ("sent", 1))

    def test_a_look_up_that_takes_too_long_sends_nothing(self):
        self.slack.misbehave(DROP_AFTER)
        self.attempt()
        self.slack.messages.clear()
        self.make_due(self.entry)
        self.slack.proxy = lambda method, _arguments: time.sleep(2.5) if method == "conversations.history" else None
        with patch.object(retry_policy, "LAST_CALL", 2):
            self.attempt()
        self.assertEqual((self.slack.count("chat.postMessage"), self.entry.state), (1, "pending"))

    def test_reasons_are_in_the_language_of_the_company(self):
        """A cron speaks none."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        in_french = self.workspace.with_context(lang="fr_FR")
        self.Dispatcher = self.Dispatcher.with_env(self.env(context={}))
        self.slack.misbehave("not_in_channel")
        with self.assertLogs(level=logging.WARNING):
            self.attempt()
        refused = in_french._error_messages()["not_in_channel"]
        self.assertNotEqual(refused, self.workspace.with_context(lang="en_US")._error_messages()["not_in_channel"])
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
        with patch.object(slack_client.slack_response, "find_own", wraps=slack_response.find_own) as find_own:
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


@tagged("post_install", "-at_install")
class TestWhoDiesWhere(OutboxCase):
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
        answer = slack_response.Answer(error="frobnicated")
        self.Dispatcher._record(late, answer, retry_policy.judge(answer, late.attempts))
        self.assertRecordValues(self.entry, [{"state": "sent", "slack_ts": ts}])

    def test_a_worker_whose_lease_ran_out_does_not_speak_for_the_next_one(self):
        late = self.Dispatcher._claim()
        self.make_due(self.entry)
        self.Dispatcher._claim()
        answer = slack_response.Answer(error="frobnicated")
        self.Dispatcher._record(late, answer, retry_policy.judge(answer, late.attempts))
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
        self.Dispatcher._record(claim, answer, retry_policy.judge(answer, 1))
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
