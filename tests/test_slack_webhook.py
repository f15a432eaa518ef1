"""Without a bot, or while it is refused, tickets are told by a webhook: flat, and just as surely."""

import io
import logging

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..models.slack.slack_client import SlackWebhook
from .common import BridgeCase, new_test_user
from .slack_fake import DROP, DROP_AFTER


class WebhookCase(BridgeCase):
    def setUp(self):
        super().setUp()
        self.channel.webhook_url = self.slack.webhook_url
        self.jane = self.env["res.partner"].create({"name": "Jane Doe", "email": "jane@customer.example"})

    def ways(self):
        return [method for method, _arguments in self.slack.calls if method in ("webhook", "chat.postMessage")]

    def warned(self):
        return self.assertLogs("odoo.addons.helpdesk_bridge", logging.WARNING)


@tagged("post_install", "-at_install")
class TestWebhookOnly(WebhookCase):
    def setUp(self):
        super().setUp()
        self.workspace.bot_token = False

    def test_the_same_events_are_flat_messages_that_begin_with_the_reference(self):
        ticket = self.new_ticket(partner_id=self.jane.id)
        self.comment(ticket, "Still burning", author=self.jane)
        self.team.user_ids = self.agent
        ticket.with_user(self.agent).assign_to_me()
        ticket.priority = "3"
        self.deliver()
        texts = [message["text"] for message in self.slack.flat]
        reference = ticket.mail_reference
        self.assertEqual(len(texts), 3, "an edit has nothing to edit")
        self.assertTrue(all(text.startswith(f"{reference} ") for text in texts), texts)
        self.assertIn("Printer is on fire", texts[0])
        self.assertIn("Customer replied (Jane Doe): Still burning", texts[1])
        self.assertIn("Anna Agent took it", texts[2])
        self.assertIn(f"|{reference}>", self.slack.flat[1]["blocks"][0]["text"]["text"])
        self.assertEqual(set(self.entries(ticket).mapped("state")), {"sent", "canceled"})
        self.assertFalse(ticket.slack_thread_ids)

    def test_links_are_not_unfolded(self):
        self.new_ticket()
        self.deliver()
        [message] = self.slack.flat
        self.assertEqual((message.get("unfurl_links"), message.get("unfurl_media")), (False, False))

    def test_a_mention_still_calls(self):
        self.company.helpdesk_slack_mention = "here"
        self.new_ticket()
        self.deliver()
        self.assertIn("<!here>", self.slack.flat[0]["text"])
        self.assertIn("<!here>", self.slack.flat[0]["blocks"][0]["text"]["text"])

    def test_http_errors_count_as_errors(self):
        entry = self.entries(self.new_ticket())
        self.slack.misbehave((429, {"Retry-After": "7"}, "rate_limited"), method="webhook")
        self.attempt()
        self.assertEqual(entry.state, "pending")
        self.assertGreater(self.channel.hold_until, fields.Datetime.now())
        self.make_due(entry)
        self.slack.misbehave((500, {}, "rollup_error"), method="webhook")
        self.attempt()
        self.assertEqual(entry.state, "pending")
        self.make_due(entry)
        self.slack.misbehave((400, {}, "invalid_payload"), method="webhook")
        self.deliver()
        self.assertEqual(entry.state, "sent", "refused blocks go once more as plain text")
        self.assertNotIn("blocks", self.slack.flat[-1])

    def test_a_page_that_says_200_is_no_ok(self):
        entry = self.entries(self.new_ticket())
        self.slack.misbehave((200, {}, "<html>Log in</html>"), method="webhook")
        self.attempt()
        self.assertEqual(entry.state, "pending")
        self.assertIn("not Slack", entry.error)

    def test_a_webhook_that_is_gone_pauses_the_channel_until_there_is_another(self):
        moved = (302, {"Location": "http://x/"}, "")
        # Slack's own words count at once; a page or a redirect counts when it is not about one message.
        for answer, times in (((404, {}, "no_service"), 1), ((403, {}, "invalid_token"), 1), (moved, 3)):
            with self.subTest(answer):
                entry = self.entries(self.new_ticket())
                self.slack.misbehave(*[answer] * times, method="webhook")
                for _doubtful in range(times - 1):
                    self.assertEqual(self.deliver(), entry)
                    self.assertEqual(self.channel.state, "ok")
                    self.make_due(entry)
                with self.warned():
                    self.assertEqual(self.deliver(), entry)
                self.assertEqual(self.channel.state, "paused")
                self.assertIn("Enter another one", self.channel.pause_reason)
                self.assertTrue(self.channel.activity_ids)
                self.channel.webhook_url = self.slack.webhook_url
                self.assertFalse(self.channel.activity_ids)
                self.deliver()
                self.assertEqual(entry.state, "sent")

    def test_a_lost_answer_is_the_workspaces_choice(self):
        first = self.entries(self.new_ticket())
        self.slack.misbehave(DROP_AFTER, method="webhook")
        self.attempt()
        self.make_due(first)
        self.deliver()
        self.assertEqual((first.state, len(self.slack.flat)), ("sent", 2), "rather twice than never")
        self.workspace.at_least_once = False
        second = self.entries(self.new_ticket())
        self.slack.misbehave(DROP, method="webhook")
        self.attempt()
        self.make_due(second)
        with self.warned():
            self.deliver()
        self.assertEqual((second.state, len(self.slack.flat)), ("failed", 2))

    def test_what_the_webhook_may_have_taken_is_not_said_once_more_by_the_bot(self):
        """The bot would find no trace of it: a webhook's message has no key."""
        self.workspace.at_least_once = False
        entry = self.entries(self.new_ticket())
        self.slack.misbehave(DROP_AFTER, method="webhook")
        self.attempt()
        self.workspace.bot_token = "xoxb-right"
        self.make_due(entry)
        with self.warned():
            self.deliver()
        self.assertEqual((entry.state, len(self.slack.flat), len(self.slack.messages)), ("failed", 1, 0))
        self.assertIn("press Retry", entry.error)
        entry.action_retry()
        self.deliver()
        self.assertEqual((entry.state, len(self.slack.messages)), ("sent", 1))

    def test_a_test_message_goes_by_the_webhook(self):
        self.assertEqual(self.channel.action_send_test()["params"]["type"], "success")
        self.assertEqual(len(self.slack.flat), 1)

    def test_with_a_token_the_thread_goes_on_in_a_thread(self):
        ticket = self.new_ticket(partner_id=self.jane.id)
        self.deliver()
        self.workspace.bot_token = "xoxb-right"
        self.comment(ticket, "Still burning", author=self.jane)
        self.deliver()
        self.assertEqual(self.lines(ticket), ["Customer replied (Jane Doe): Still burning"])


@tagged("post_install", "-at_install")
class TestWebhookInstead(WebhookCase):
    def refused(self, code="not_in_channel"):
        """A message that the bot may not write; returns its row."""
        entry = self.entries(self.new_ticket())
        self.slack.misbehave(code)
        with self.warned():
            self.deliver()
        return entry

    def test_the_webhook_takes_over_when_the_bot_is_refused(self):
        for code in ("not_in_channel", "is_archived", "channel_not_found"):
            with self.subTest(code):
                self.slack.calls.clear()
                entry = self.refused(code)
                self.assertEqual((entry.state, self.ways()), ("sent", ["chat.postMessage", "webhook"]))
                self.assertEqual(self.channel.state, "paused", "somebody should still mend it")
                self.channel._resume()

    def test_edits_wait_for_the_bot(self):
        ticket = self.new_ticket()
        self.deliver()
        self.refused()
        ticket.priority = "3"
        self.deliver()
        self.assertEqual(self.entries(ticket).mapped("state"), ["sent", "pending"])
        self.channel._resume()
        self.deliver()
        self.assertEqual(self.entries(ticket).mapped("state"), ["sent", "sent"])

    def test_a_mended_channel_is_noticed_by_itself(self):
        self.channel.webhook_url = False
        entry = self.refused()
        self.assertFalse(self.deliver(), "not before its time")
        self.channel.probe_at = "2000-01-01"
        self.assertEqual(self.deliver(), entry)
        self.assertRecordValues(self.channel, [{"state": "ok", "pause_reason": False, "probe_at": False, "probes": 0}])
        self.assertFalse(self.channel.activity_ids)

    def test_a_channel_that_stays_broken_is_tried_less_and_less_often(self):
        self.channel.webhook_url = False
        entry = self.refused()
        others = [self.entries(self.new_ticket()) for _number in range(3)]
        waits = []
        for _time in range(6):
            waits.append(round((self.channel.probe_at - fields.Datetime.now()).total_seconds(), -1))
            self.channel.probe_at = "2000-01-01"
            self.slack.misbehave("not_in_channel")
            self.assertEqual(len(self.deliver()), 1, "one row is enough to find out")
        self.assertEqual(waits, [60, 300, 900, 1800, 3600, 3600])
        self.assertEqual({row.state for row in (entry, *others)}, {"pending"})
        self.assertEqual(len(self.channel.activity_ids), 1)

    def test_a_channel_that_is_corrected_is_tried_as_a_new_one(self):
        for correction in ({"channel_ref": "C0SUPPORT08"}, {"webhook_url": f"{self.slack.webhook_url}/new"}):
            with self.subTest(correction):
                self.channel._pause("The bot is not in this channel.")
                self.channel.probes = 5
                self.channel.write(correction)
                self.assertRecordValues(self.channel, [{"state": "ok", "probe_at": False, "probes": 0}])

    def test_somebody_is_told_that_the_webhook_takes_over(self):
        self.refused()
        self.assertIn("go through the webhook", self.channel.activity_ids.summary)

    def test_a_test_message_of_the_bot_says_nothing_about_the_webhook(self):
        self.channel.webhook_problem = "no_service"
        self.assertEqual(self.channel.action_send_test()["params"]["type"], "success")
        self.assertTrue(self.channel.webhook_problem)

    def test_a_probe_that_is_refused_goes_by_the_webhook(self):
        self.refused()
        self.channel.probe_at = "2000-01-01"
        self.slack.calls.clear()
        self.slack.misbehave("not_in_channel")
        entry = self.entries(self.new_ticket())
        self.deliver()
        self.assertEqual((entry.state, self.ways()), ("sent", ["chat.postMessage", "webhook"]))

    def test_an_edit_that_has_nothing_to_ask_is_no_probe(self):
        flat = self.refused()
        flat.ticket_id.priority = "3"  # there is no thread whose first message could show it
        self.channel.probe_at = "2000-01-01"
        self.slack.calls.clear()
        entry = self.entries(self.new_ticket())
        self.deliver()
        self.assertEqual((entry.state, self.ways()), ("sent", ["chat.postMessage"]))
        self.assertEqual(self.channel.state, "ok")

    def test_a_ticket_told_by_the_webhook_does_not_look_failed(self):
        entry = self.refused()
        self.comment(entry.ticket_id, "Still burning", author=self.jane)
        self.env.invalidate_all()
        self.assertEqual((entry.ticket_id.slack_state, entry.ticket_id.slack_problem), ("waiting", False))


@tagged("post_install", "-at_install")
class TestWebhookSecret(WebhookCase):
    def test_only_system_administrators_can_read_it_and_the_form_never_shows_it(self):
        for name in ("webhook_url", "webhook_url_entry"):
            with self.assertRaises(AccessError):
                self.channel.with_user(self.manager).read([name])
            with self.assertRaises(AccessError):
                self.channel.with_user(self.manager).write({name: "https://evil.example/"})
        self.assertNotIn("webhook_url", self.channel.with_user(self.manager).read()[0])
        admin = new_test_user(
            self.env, "webhook_admin", groups="base.group_system,helpdesk_mgmt.group_helpdesk_manager"
        )
        with Form(self.channel.with_user(admin)) as form:
            self.assertFalse(form.webhook_url_entry)
            form.webhook_url_entry = " https://hooks.slack.com/services/T/B/new "
        self.assertEqual(self.channel.webhook_url, "https://hooks.slack.com/services/T/B/new")
        self.assertFalse(self.channel.webhook_url_entry)
        self.channel.action_remove_webhook()
        self.assertFalse(self.channel.has_webhook)

    def test_it_stays_with_its_channel(self):
        self.assertFalse(self.channel.copy({"channel_ref": "C0SUPPORT09"}).webhook_url)
        self.channel.channel_ref = "C0SUPPORT08"
        self.assertFalse(self.channel.webhook_url)

    def test_a_manager_may_move_the_channel_without_seeing_it(self):
        channel = self.channel.with_user(self.manager)
        channel.channel_ref = "https://acme.slack.com/archives/C0SUPPORT01"
        self.assertTrue(self.channel.webhook_url, "it is the same channel")
        channel.channel_ref = "C0SUPPORT08"
        self.assertEqual((self.channel.channel_ref, self.channel.webhook_url), ("C0SUPPORT08", False))
        with self.assertRaises(AccessError):
            self.channel.with_user(self.agent).channel_ref = "C0SUPPORT09"

    def test_only_safe_addresses_are_taken(self):
        for url in (
            "http://hooks.slack.com/x",
            "https://u:p@hooks.slack.com/x",
            "https://x.example/?a=b",
            "https://x/ y",
        ):
            with self.subTest(url), self.assertRaisesRegex(ValidationError, "webhook"):
                self.channel.webhook_url = url

    def test_it_is_in_no_log_no_error_and_no_repr(self):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        logging.getLogger().addHandler(handler)
        self.addCleanup(logging.getLogger().removeHandler, handler)
        self.workspace.bot_token = False
        errors = []
        for fault in (DROP, (500, {}, "<html>"), (302, {"Location": "http://127.0.0.1:9/"}, ""), (404, {}, "no_team")):
            entry = self.entries(self.new_ticket())
            self.slack.misbehave(fault, method="webhook")
            with self.assertLogs("odoo.addons.helpdesk_bridge") as logs:
                self.attempt()
            errors += [entry.error, self.channel.webhook_problem, self.channel.pause_reason, logs.output]
            entry.action_cancel()
            self.channel.write({"webhook_url": self.slack.webhook_url, "hold_until": False})
        dead = SlackWebhook("http://127.0.0.1:9/services/s3cret")
        answer = dead.call("webhook", text="x")
        self.assertEqual(answer.error, "connection_failed")
        self.assertNotIn("s3cret", f"{errors}{stream.getvalue()}{dead}{answer}")
