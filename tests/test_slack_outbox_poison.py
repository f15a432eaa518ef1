"""One message that a proxy refuses for its content waits alone; all others are sent."""

import json
import logging
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.slack.slack_client import Call
from .outbox_case import OutboxCase
from .slack_fake import DROP, DROP_AFTER, HTML

POISON = "x-poison"
BLOCKED = (403, {}, "<html>Blocked by policy</html>")
#: What a proxy, a network, or Slack itself may do to one message.
FAULTS = {
    "a page with 403": BLOCKED,
    "a page with 200": (200, {}, "<html>Log in</html>"),
    "a page with 502": HTML,
    "a redirect": (302, {"Location": "http://127.0.0.1:9/login"}, ""),
    "a closed connection": DROP,
    "an error of Slack's servers": (500, {}, {"ok": False, "error": "fatal_error"}),
    "an error that Slack tells": (200, {}, {"ok": False, "error": "internal_error"}),
}


@tagged("post_install", "-at_install")
class TestPoison(OutboxCase):
    def setUp(self):
        super().setUp()
        self.deliver()
        self.slack.reset()
        self.other_channel = self._new_channel("#other", "C0SUPPORT02")
        self.other_team = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "slack_channel_id": self.other_channel.id}
        )

    def poison(self, fault, methods=("chat.postMessage", "chat.update", "webhook")):
        """A proxy that refuses every message that contains `POISON`."""
        self.slack.proxy = lambda method, sent: fault if method in methods and POISON in json.dumps(sent) else None

    def poisoned(self, **values):
        return self.entries(self.new_ticket(name=f"Printer {POISON}", **values))

    def test_the_others_are_sent_at_once(self):
        for what, fault in FAULTS.items():
            with self.subTest(what):
                self.poison(fault)
                poison, same = self.poisoned(), self.entries(self.new_ticket())
                other = self.entries(self.new_ticket(team_id=self.other_team.id))
                self.attempt_quietly()
                self.deliver()
                self.assertEqual(set((same | other).mapped("state")), {"sent"})
                self.assertRecordValues(poison, [{"state": "pending", "refusals": 1}])
                self.assertTrue(poison.error)
                self.assertFalse(self.workspace.hold_until or self.channel.hold_until)
                self.assertEqual((self.workspace.state, self.channel.state), ("ok", "ok"))
                poison.ticket_id.unlink()

    def test_it_waits_ever_longer_and_fails_with_its_reason(self):
        for what, fault in FAULTS.items():
            with self.subTest(what):
                self.poison(fault)
                poison = self.poisoned()
                self.new_ticket()
                waits = []
                for _attempt in range(20):
                    self.attempt_quietly()
                    self.deliver()
                    if poison.state != "pending":
                        break
                    waits.append(round(self.seconds_until(poison.next_attempt_at), -1))
                    self.make_due(poison)
                self.assertEqual((poison.state, poison.attempts), ("failed", 10))
                self.assertEqual(waits, sorted(waits))
                self.assertGreater(waits[-1], 500)
                self.assertTrue(poison.error)
                poison.ticket_id.unlink()

    def test_while_nothing_else_is_sent_it_is_not_given_up(self):
        self.poison(BLOCKED)
        poison = self.poisoned()
        for _attempt in range(30):
            self.make_due(poison)
            self.attempt_quietly()
        self.assertEqual(poison.state, "pending")
        self.slack.proxy = None
        self.make_due(poison)
        self.deliver()
        self.assertEqual(poison.state, "sent")

    def test_a_failed_message_can_be_sent_again_once_the_proxy_lets_it_pass(self):
        self.poison(BLOCKED)
        poison = self.poisoned()
        self.new_ticket()
        for _attempt in range(11):
            self.attempt_quietly()
            self.deliver()
            self.make_due(poison)
        self.assertEqual(poison.state, "failed")
        self.slack.proxy = None
        poison.action_retry()
        self.deliver()
        self.assertEqual(poison.state, "sent")

    def test_one_that_was_given_up_and_has_arrived_after_all_is_not_sent_twice(self):
        self.poison(DROP_AFTER)
        poison = self.poisoned()
        self.new_ticket()
        # Slack tells nothing of what has arrived until a person looks into it.
        hidden = patch.object(Call, "_look_up", lambda *_arguments: None)
        with hidden:
            for _attempt in range(10):
                self.attempt_quietly()
                self.deliver()
                self.make_due(poison)
        self.assertEqual(poison.state, "failed")
        arrived = sum(POISON in json.dumps(message) for message in self.slack.messages)
        self.slack.proxy = None
        poison.action_retry()
        self.deliver()
        self.assertEqual(poison.state, "sent")
        self.assertEqual(sum(POISON in json.dumps(message) for message in self.slack.messages), arrived)

    def test_a_route_that_fails_for_every_message_is_held(self):
        for what, fault in FAULTS.items():
            with self.subTest(what):
                self.slack.proxy = lambda method, sent, fault=fault: fault
                entry = self.entries(self.new_ticket())
                self.attempt_quietly()
                is_redirect = isinstance(fault, tuple) and fault[0] == 302
                is_slacks = isinstance(fault, tuple) and isinstance(fault[-1], dict)
                self.assertEqual(self.workspace.state, "paused" if is_redirect else "ok")
                if not is_slacks:
                    self.assertTrue(is_redirect or self.workspace.hold_until, "nothing else is tried meanwhile")
                self.assertFalse(entry.refusals)
                self.slack.proxy = None
                self.workspace.write({"bot_token": "xoxb-right", "hold_until": False})
                entry.ticket_id.unlink()

    def test_a_pause_that_nobody_can_be_told_of_stops_nothing_else(self):
        """Another addon, or an automation rule, may refuse the activity for the administrator."""
        for code, record in (("not_in_channel", self.channel), ("invalid_auth", self.workspace)):
            with self.subTest(code):
                self.slack.proxy = lambda method, sent, code=code: (
                    code if method == "chat.postMessage" and sent["channel"] == self.channel.channel_ref else None
                )
                refused = self.entries(self.new_ticket())
                other = self.entries(self.new_ticket(team_id=self.other_team.id))
                refusing = patch.object(type(self.env["mail.activity"]), "create", side_effect=UserError("No"))
                with refusing, self.assertLogs("odoo.addons.helpdesk_bridge", "WARNING") as logs:
                    self.deliver()
                self.assertIn("activity", "".join(logs.output))
                self.assertEqual((record.state, refused.state), ("paused", "pending"))
                self.assertTrue(record.pause_reason)
                self.assertEqual(other.state, "sent" if record == self.channel else "pending")
                self.slack.proxy = None
                record.write({"state": "ok"})
                self.deliver()
                self.assertEqual({refused.state, other.state}, {"sent"})

    def test_a_webhook_is_not_given_up_for_one_message(self):
        self.workspace.bot_token = False
        self.channel.webhook_url = self.slack.webhook_url
        self.poison(BLOCKED)
        poison, later = self.poisoned(), self.entries(self.new_ticket())
        self.attempt_quietly()
        self.assertFalse(self.channel.hold_until or self.channel.webhook_problem)
        self.deliver()
        self.assertEqual(later.state, "sent")
        for _attempt in range(11):
            self.make_due(poison)
            self.attempt_quietly()
        self.assertFalse(self.channel.hold_until or self.channel.webhook_problem)
        self.assertEqual(poison.state, "failed")

    def test_a_webhook_behind_a_broken_proxy_is_held(self):
        self.workspace.bot_token = False
        self.channel.webhook_url = self.slack.webhook_url
        for first, second in (("pages", True), ("one message only", False)):
            with self.subTest(first):
                self.slack.proxy = lambda method, sent: HTML
                entries = self.entries(self.new_ticket())
                if second:
                    entries |= self.entries(self.new_ticket())
                for _attempt in range(3):
                    entries.next_attempt_at = "2000-01-01 00:00:00"
                    self.attempt_quietly()
                self.assertTrue(self.channel.hold_until)
                self.channel.hold_until = False
                entries.ticket_id.unlink()

    def attempt_quietly(self):
        """An attempt, whose warnings are not of interest."""
        logging.disable(logging.WARNING)
        try:
            return self.attempt()
        finally:
            logging.disable(logging.NOTSET)
