"""The address for Slack's requests: only what Slack has signed comes in, and nothing hostile is an error of ours."""

import hashlib
import hmac
import json
import random
import time
from unittest.mock import patch
from urllib.parse import urlencode

from odoo.tests import HttpCase, tagged

from ..models.common import cron_wakes
from ..tools.slack import inbound_request
from .slack_inbound_case import ANNA, TEAM, SlackInboundCase

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@tagged("post_install", "-at_install")
class TestSlackInboundHttp(SlackInboundCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.workspace.signing_secret = SECRET
        self.env.flush_all()
        self.path = f"/helpdesk_bridge/slack/{self.workspace.id}"

    def post(self, raw, content_type=JSON, secret=SECRET, moment=None, path=None, **headers):
        raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
        moment = str(int(time.time()) if moment is None else moment)
        signature = "v0=" + hmac.new(secret.encode(), f"v0:{moment}:".encode() + raw, hashlib.sha256).hexdigest()
        signed = {"Content-Type": content_type, "X-Slack-Request-Timestamp": moment, "X-Slack-Signature": signature}
        headers = {name: value for name, value in {**signed, **headers}.items() if value is not None}
        return self.url_open(path or self.path, data=raw, headers=headers, method="POST")

    def test_a_signed_event_is_a_row_and_then_a_note(self):
        answer = self.post(self.reply("Over HTTP"))
        self.assertEqual((answer.status_code, answer.text), (200, ""))
        row = self.Inbox.search([], limit=1)
        self.assertEqual((row.source, row.state, row.company_id), ("http", "pending", self.company))
        self.work_off()
        self.assertEqual(self.notes().preview, "Over HTTP")

    def test_slacks_retries_are_one_note(self):
        said = self.reply("Once")
        for number in (None, "1", "2", "3"):
            answer = self.post(said, **{"X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"})
            self.assertEqual(answer.status_code, 200)
        self.work_off()
        self.assertEqual(len(self.notes()), 1)

    def test_a_first_delivery_that_failed_is_stored_by_the_retry(self):
        said = self.reply("Still here")
        with (
            patch.object(type(self.Inbox), "_insert", side_effect=RuntimeError("disk full")),
            self.assertLogs("odoo.http"),
        ):
            self.assertEqual(self.post(said).status_code, 500)
        self.assertEqual(self.post(said, **{"X-Slack-Retry-Num": "1"}).status_code, 200)
        self.work_off()
        self.assertEqual(len(self.notes()), 1)

    def test_the_address_is_verified_with_a_signature_as_well(self):
        body = {"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}
        answer = self.post(body)
        self.assertEqual((answer.status_code, answer.json()["challenge"]), (200, body["challenge"]))
        self.assertEqual(self.post(body, secret="other").status_code, 401)

    def test_that_slack_reaches_the_address_is_noted_but_not_that_odoo_does(self):
        for name, body, is_noted in (
            ("our own question", {"type": "url_verification", "challenge": "helpdesk_bridge-x"}, False),
            ("nothing", b"", False),
            ("slack's question", {"type": "url_verification", "challenge": "3eZbrw1aBm2r"}, True),
            ("an event", self.reply(), True),
        ):
            with self.subTest(name):
                self.workspace.request_url_verified_at = False
                self.env.flush_all()
                self.assertEqual(self.post(body, secret="other").status_code, 401)
                self.assertFalse(self.workspace.request_url_verified_at)
                self.assertEqual(self.post(body).status_code, 200)
                self.workspace.invalidate_recordset()
                self.assertEqual(bool(self.workspace.request_url_verified_at), is_noted)
                self.assertEqual(self.workspace._is_interactive(), is_noted)

    def test_clicks_commands_and_menus_come_as_forms(self):
        click = {"type": "block_actions", "trigger_id": "1.1", "team": {"id": TEAM}, "user": {"id": ANNA}}
        self.assertEqual(self.post(urlencode({"payload": json.dumps(click)}).encode(), FORM).status_code, 200)
        command = {"command": "/helpdesk", "text": "42", "user_id": ANNA, "team_id": TEAM, "trigger_id": "1.2"}
        self.assertEqual(self.post(urlencode(command).encode(), FORM).status_code, 200)
        self.assertEqual(self.Inbox.search([], limit=2).mapped("kind"), ["command", "block_action"])
        menu = self.post(urlencode({"payload": json.dumps({"type": "block_suggestion"})}).encode(), FORM)
        self.assertEqual(menu.json(), {"options": []})
        self.assertEqual(self.post(b"ssl_check=1", FORM).status_code, 200)

    def test_without_a_secret_there_is_no_such_page(self):
        self.assertEqual(self.post(self.reply(), path=f"{self.path}9").status_code, 404)
        own = self.workspace.id
        for number in (0, 999_999_999, 10**30, "x", "-1", "1.5", f"x/{own}", f"{own}/1", f"1/{own}", f"{own}/", ""):
            with self.subTest(number):
                path = f"/helpdesk_bridge/slack/{number}"
                self.assertEqual(self.post(self.reply(), path=path).status_code, 404)
        self.workspace.signing_secret = False
        self.env.flush_all()
        for secret in ("", SECRET):
            self.assertEqual(self.post(self.reply(), secret=secret).status_code, 404)
        self.workspace.signing_secret = SECRET
        self.workspace.active = False
        self.env.flush_all()
        self.assertEqual(self.post(self.reply()).status_code, 404)
        self.assertFalse(self.Inbox.search([]))

    def test_a_neutralized_copy_has_no_such_page(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
        self.env.flush_all()
        self.assertEqual(self.post(self.reply()).status_code, 404)

    def test_what_slack_has_not_signed_is_refused(self):
        now = int(time.time())
        for name, values in {
            "no signature": {"X-Slack-Signature": None},
            "no time": {"X-Slack-Request-Timestamp": None},
            "another secret": {"secret": "other"},
            "old": {"moment": now - 301},
            "of the future": {"moment": now + 330},
            "not a number": {"X-Slack-Request-Timestamp": "now"},
            "huge number": {"X-Slack-Request-Timestamp": "9" * 4000},
            "not ascii": {"X-Slack-Signature": "v0=\xe9\xe9"},
            "empty": {"X-Slack-Signature": ""},
        }.items():
            with self.subTest(name):
                self.assertEqual(self.post(self.reply(), **values).status_code, 401)
        self.assertFalse(self.Inbox.search([]))

    def test_a_huge_body_is_refused_before_it_is_read(self):
        raw = b'{"a": "' + b"x" * inbound_request.MAX_BODY + b'"}'
        self.assertEqual(self.post(raw).status_code, 413)

    def test_a_delivery_costs_a_query_for_each_thing_that_has_to_be_known(self):
        """Slack waits for three seconds at most, and a busy desk sends dozens of events a second."""
        known, stored = ["helpdesk_slack_workspace", "helpdesk_slack_thread"], ["helpdesk_slack_inbound"]
        said, woken = self.reply(), ["ir_cron", "res_users", "ir_cron_trigger"]
        for name, body, secret, expected in (
            ("what warms the caches", self.reply(), SECRET, None),
            ("a reply while others come in", said, SECRET, [*known, *stored]),
            # Whether catch-up had found it: then the address hears again.
            ("the same again", said, SECRET, [*known, *stored, *stored]),
            ("a reply after a while", self.reply(), SECRET, [*known, *stored, *woken]),
            ("what Slack has not signed", self.reply(), "other", known[:1]),
        ):
            with self.subTest(name):
                if "after a while" in name:
                    cron_wakes.forget()
                # Another request begins with nothing in its environment's cache.
                self.env.invalidate_all()
                asked = self.tables(lambda: self.post(body, secret=secret))  # noqa: B023
                if expected is not None:
                    self.assertEqual(asked, expected)

    def test_no_session_begins(self):
        self.assertNotIn("session_id", self.post(self.reply()).cookies)

    def test_signed_nonsense_is_acknowledged_and_does_nothing(self):
        said = self.reply()
        event = said["event"]
        for body in (
            b"",
            b"{",
            b"[]",
            b"null",
            b'"x"',
            b"\xff\xfe\x00",
            b'{"a":' * 5000,
            b"[" * 50_000,
            {**said, "event": "x"},
            {**said, "event_id": {"$ne": 1}},
            {**said, "event": {**event, "user": 7}},
            {**said, "event": {**event, "ts": 1700000101.0002}},
            {**said, "event": {**event, "channel": "C" * 500}},
            {**said, "event": {**event, "thread_ts": "1' OR '1'='1"}},
            {"type": "event_callback"},
            {"type": "block_actions", "actions": "x", "container": 1, "channel": [], "user": None},
            {"type": "view_submission", "view": "x" * 1000},
            {"command": "/x", "user_id": [1]},
        ):
            for content_type in (JSON, FORM, "text/plain", "multipart/form-data; boundary=x", ""):
                with self.subTest(str(body)[:80], content_type=content_type):
                    self.assertEqual(self.post(body, content_type).status_code, 200)
        self.work_off()
        self.assertFalse(self.notes())

    def test_values_that_postgresql_cannot_store_are_stored_otherwise(self):
        said = self.reply("a")
        raw = (
            json.dumps(said)
            .replace('"text": "a"', '"text": "a\\u0000\\ud800b", "x": NaN, "y": 1e999, "z": [[]]')
            .encode()
        )
        self.assertEqual(self.post(raw).status_code, 200)
        self.work_off()
        self.assertEqual(self.notes().preview, "a\N{REPLACEMENT CHARACTER}?b")

    def test_random_bodies_and_headers_are_never_an_error_of_ours(self):
        dice = random.Random(20)
        seen = set()
        for _number in range(150):
            raw = bytes(dice.randrange(256) for _byte in range(dice.randrange(200)))
            values = {"secret": SECRET if dice.random() < 0.5 else "other"}
            if dice.random() < 0.3:
                values["X-Slack-Signature"] = "".join(chr(dice.randrange(161, 255)) for _char in range(20))
            kind = dice.choice([JSON, FORM, "multipart/form-data; boundary=a", "multipart/form-data", "x/y; charset=z"])
            seen.add(self.post(raw, kind, **values).status_code)
        self.assertEqual(seen, {200, 401})
