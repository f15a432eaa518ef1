"""The token goes to Slack and to nobody else."""

import io
import logging
import socket
import time
import urllib.request
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.slack import slack_client
from ..models.slack.slack_client import SlackConnection
from .common import BridgeCase
from .slack_fake import DROP, TOKEN


@tagged("post_install", "-at_install")
class TestSlackConnection(BridgeCase):
    def test_a_call_is_made_once_whatever_happens(self):
        self.slack.misbehave(DROP)
        answer = SlackConnection(self.slack.url, TOKEN).call("chat.postMessage", channel="C0SUPPORT01", text="x")
        self.assertFalse(answer.ok)
        self.assertEqual(self.slack.count("chat.postMessage"), 1)

    def test_redirects_are_refused_and_the_token_stays_here(self):
        stolen = []

        class Thief(BaseHTTPRequestHandler):
            def do_POST(self):
                stolen.append(self.headers.get("Authorization"))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args):
                pass

        thief = HTTPServer(("127.0.0.1", 0), Thief)
        Thread(target=thief.serve_forever, args=(0.05,), daemon=True).start()
        self.addCleanup(thief.server_close)
        self.addCleanup(thief.shutdown)
        target = f"http://127.0.0.1:{thief.server_port}/"
        for status in (301, 302, 303, 307, 308):
            with self.subTest(status):
                self.slack.misbehave((status, {"Location": target}, ""))
                answer = SlackConnection(self.slack.url, TOKEN).call("chat.postMessage", channel="C", text="x")
                self.assertEqual(answer.error, "redirected")
        self.assertFalse(stolen)

    def test_a_proxy_never_sees_a_call_to_this_machine(self):
        with patch.object(urllib.request, "getproxies", lambda: {"http": "http://127.0.0.1:9"}):
            answer = SlackConnection(self.slack.url, TOKEN).call("auth.test")
        self.assertTrue(answer.ok)

    def test_odd_bodies_are_no_answer_of_slack(self):
        for body in ("[1]", '"x"', "null", "{}", "", '{"ok": "yes"}', "<html>"):
            with self.subTest(body):
                self.slack.misbehave((200, {}, body), method="auth.test")
                answer = SlackConnection(self.slack.url, TOKEN).call("auth.test")
                self.assertFalse(answer.ok)
                self.assertEqual(answer.error, "bad_answer")

    def test_an_answer_that_drips_ends_in_time_wherever_it_drips(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        for where, first, drop in (
            ("status", b"HTTP/1.1 200 ", b"O"),
            ("a header", head + b"X-Long: ", b"a"),
            ("many headers", head, b"X-More: a\r\n"),
            ("the body", head + b"Content-Length: 100000\r\n\r\n", b" "),
            ("an endless body", head + b"\r\n", b" "),
            ("a chunk", head + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", b" "),
            ("an error", head.replace(b"200 OK", b"500 Oh") + b"Content-Length: 100000\r\n\r\n", b" "),
            ("nothing", b"", b""),
        ):
            with self.subTest(where), _dripping(first, drop) as port, patch.object(slack_client, "TIMEOUT", 0.5):
                for connection in (
                    SlackConnection(f"http://127.0.0.1:{port}/api/", TOKEN),
                    slack_client.SlackWebhook(f"http://127.0.0.1:{port}/services/x"),
                ):
                    began = time.monotonic()
                    answer = connection.call("auth.test")
                    self.assertIn(answer.error, ("no_answer", "bad_answer"))
                    self.assertLess(time.monotonic() - began, 5, "ten times as long as it may take")

    def blackholes(self, count):
        """Addresses of which nothing comes back, as behind a firewall that drops what it forbids."""
        found = []
        for _number in range(count):
            hole = socket.socket()
            self.addCleanup(hole.close)
            hole.bind(("127.0.0.1", 0))
            hole.listen(0)
            for _waiting in range(4):  # more than may wait to be accepted
                client = socket.socket()
                self.addCleanup(client.close)
                client.setblocking(False)
                client.connect_ex(hole.getsockname())
            found.append(hole.getsockname())
        return found

    def test_a_name_with_many_addresses_takes_no_longer_to_connect(self):
        """Slack has several: one after the other, each for so long, a call would outlast the lease of its message."""
        there = ("127.0.0.1", urlsplit(self.slack.url).port)
        for places, is_reached in (
            (self.blackholes(5), False),
            ([*self.blackholes(3), there], True),
            ([there, *self.blackholes(3)], True),
            ([("127.0.0.1", 9), there], True),
            ([("127.0.0.1", 9)], False),
        ):
            with self.subTest(places=len(places), is_reached=is_reached):
                known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
                began = time.monotonic()
                with patch.object(socket, "getaddrinfo", return_value=known):
                    answer = SlackConnection(self.slack.url, TOKEN, timeout=2).call("auth.test")
                self.assertLess(time.monotonic() - began, 3)
                # Whatever was not connected was not sent either.
                self.assertEqual(answer.error, "" if is_reached else "connection_failed")

    def test_an_answer_of_any_size_fits_into_memory(self):
        for status in (200, 500):
            with self.subTest(status), patch.object(slack_client, "MAX_BODY", 100_000):
                self.slack.misbehave((status, {}, "x" * 1_000_000), method="auth.test")
                answer = SlackConnection(self.slack.url, TOKEN).call("auth.test")
                self.assertEqual(answer.error, "no_answer")

    def test_an_answer_without_end_is_not_read_to_its_end(self):
        with _flooding() as (port, sent):
            for connection in (
                SlackConnection(f"http://127.0.0.1:{port}/api/", TOKEN),
                slack_client.SlackWebhook(f"http://127.0.0.1:{port}/services/x"),
            ):
                self.assertEqual(connection.call("auth.test").error, "no_answer")
                self.assertGreater(sent[-1], 1_000_000)
                self.assertLess(sent[-1], 20_000_000, "what the sockets hold is a part of it")

    def test_what_postgresql_cannot_store_is_taken_out_of_every_answer(self):
        for odd in ("a\0b", "a\ud800b"):
            for body in (
                {"ok": False, "error": odd},
                {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": [odd]}},
                {"ok": False, "error": "missing_scope", "needed": odd},
                {"ok": True, "ts": odd, "message": {"text": odd, odd: [odd]}},
            ):
                with self.subTest(body):
                    self.slack.misbehave((200, {}, body))
                    entry = self.entries(self.new_ticket())
                    with mute_logger("odoo.addons.helpdesk_bridge.models.slack.helpdesk_slack_dispatcher"):
                        self.assertEqual(self.attempt(), entry)
                    entry.flush_recordset()
                    self.assertNotEqual((entry.state, entry.error), ("pending", False))
                    self.workspace.bot_token = TOKEN
                    entry.ticket_id.unlink()

    def test_nothing_secret_reaches_the_log_at_any_level(self):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        loggers = [logging.getLogger(name) for name in ("", "odoo", "odoo.addons.helpdesk_bridge")]
        loggers += [logging.getLogger(name) for name in logging.root.manager.loggerDict if "helpdesk_bridge" in name]
        loggers[0].addHandler(handler)
        self.addCleanup(loggers[0].removeHandler, handler)
        for logger in loggers:
            # slack_sdk's own logger keeps its level: that is what is tested here
            if not logger.name.endswith("slack_sdk"):
                self.addCleanup(logger.setLevel, logger.level)
                logger.setLevel(logging.DEBUG)
        # Odoo's log of queries shows whatever is written, in every addon
        logging.getLogger("odoo.sql_db").setLevel(logging.INFO)
        logging.getLogger("odoo.addons.helpdesk_bridge.test").debug("a canary")
        self.new_ticket(name="a secret of the customer")
        for faults in ((), (DROP,), ("invalid_auth",), ((500, {}, "<html>"),)):
            self.slack.misbehave(*faults, method="auth.test")
            self.workspace.action_test_connection()
        self.workspace.bot_token = TOKEN
        self.slack.misbehave("internal_error")
        self.attempt()
        self.assertIn("a canary", stream.getvalue())
        self.assertIn("outbox", stream.getvalue())
        self.assertNotIn(TOKEN, stream.getvalue())
        self.assertNotIn("a secret of the customer", stream.getvalue())

    def test_a_connection_does_not_print_its_token(self):
        self.assertNotIn(TOKEN, repr(self.workspace._connection()))

    def test_only_safe_addresses_may_have_the_token(self):
        for url in (
            "http://slack.com/api/",
            "ftp://slack.com/",
            "https://user:pass@slack.com/api/",
            "https:///api/",
            "http://127.0.0.1.evil.example/",
            "file:///etc/passwd",
            "https://slack.com/api/?x=1",
        ):
            with self.subTest(url), self.assertRaisesRegex(ValidationError, "https"):
                self.workspace.api_url = url
        for url in ("https://slack.com/api/", "https://gateway.example:8443/slack/", "http://localhost:4003/api/"):
            self.workspace.api_url = url

    def test_after_a_change_of_address_the_token_must_be_entered_anew(self):
        self.workspace.api_url = "https://gateway.example/api/"
        self.assertFalse(self.workspace.bot_token)
        self.assertEqual(self.workspace.state, "draft")

    def test_the_same_address_again_keeps_the_token(self):
        self.workspace.api_url = self.slack.url
        self.assertEqual(self.workspace.bot_token, TOKEN)

    def test_a_secret_goes_in_through_the_form_and_never_comes_out(self):
        with Form(self.workspace) as form:
            self.assertFalse(form.bot_token_entry)
            form.bot_token_entry = " xoxb-new "
            form.signing_secret_entry = "s3cret"
        self.assertEqual((self.workspace.bot_token, self.workspace.signing_secret), ("xoxb-new", "s3cret"))
        self.assertFalse(self.workspace.bot_token_entry or self.workspace.signing_secret_entry)
        with Form(self.workspace) as form:
            form.name = "Renamed"
        self.assertEqual(self.workspace.bot_token, "xoxb-new", "an empty field keeps what is stored")

    def test_removing_the_token_is_explicit(self):
        self.workspace.action_remove_token()
        self.assertFalse(self.workspace.has_token)
        self.assertEqual(self.workspace.state, "draft")

    def test_a_copied_workspace_has_no_secrets(self):
        self.workspace.signing_secret = "s"
        copy = self.workspace.copy()
        self.assertFalse(copy.bot_token or copy.signing_secret)
        self.assertEqual(copy.state, "draft")

    def test_testing_the_connection_tells_who_we_are(self):
        message = self.workspace.action_test_connection()["params"]
        self.assertEqual(message["type"], "success")
        self.assertIn("Acme", message["message"])
        self.assertIn("helpdesk", message["message"])

    def test_testing_a_wrong_token_says_how_to_mend_it(self):
        self.workspace.bot_token = "xoxb-wrong"
        message = self.workspace.action_test_connection()["params"]
        self.assertEqual(message["type"], "danger")
        self.assertIn("OAuth & Permissions", message["message"])
        self.assertEqual(self.workspace.state, "paused")

    def test_testing_without_slack_says_so_and_pauses_nothing(self):
        self.workspace.write({"api_url": "http://127.0.0.1:9/api/", "bot_token": TOKEN})
        message = self.workspace.action_test_connection()["params"]
        self.assertIn("could not be reached", message["message"])
        self.assertEqual(self.workspace.state, "ok")


@contextmanager
def _dripping(first, drop):
    """A server on loopback that sends something, then a drop every tenth of a second, for six seconds.

    :return: its port
    """
    is_over = Event()

    def answer(client):
        client.sendall(first)
        for _drop in range(60):
            client.sendall(drop)
            if is_over.wait(0.1):
                break

    with _serving(answer) as port:
        try:
            yield port
        finally:
            is_over.set()


@contextmanager
def _flooding():
    """A server on loopback that answers with so much that nobody should read it all.

    :return: its port, and a list of how many bytes each client has let it send
    """
    sent, block = [], b"x" * 100_000

    def answer(client):
        sent.append(0)
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent[-1] < 200_000_000:
            client.sendall(block)
            sent[-1] += len(block)

    with _serving(answer) as port:
        yield port, sent


@contextmanager
def _serving(answer):
    """A server on loopback. :param answer: takes the socket of a client that has asked"""
    server = socket.create_server(("127.0.0.1", 0))

    def meet(client):
        with client, suppress(OSError):
            client.recv(65536)
            answer(client)

    def serve():
        with suppress(OSError):
            while True:
                Thread(target=meet, args=(server.accept()[0],), daemon=True).start()

    Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()
