"""Two ears for what the Slack double says, made of slack_sdk's own clients and of nothing of ours."""

import json
import logging
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

QUIET = logging.getLogger("slack_ears")
QUIET.setLevel(logging.CRITICAL)


def until(look, what, patience=10):
    """What `look` returns as soon as it is true; AssertionError when it never is."""
    deadline = time.monotonic() + patience
    while not (seen := look()):
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(0.01)
    return seen


class SocketEar:
    """A Socket Mode client that keeps what it hears.

    :ivar heard: the requests, oldest first; `messages` everything, decoded
    :ivar answer: function (request) → the payload of the acknowledgement; False says nothing at all
    """

    def __init__(self, slack, **options):
        self.heard, self.messages, self.answer = [], [], lambda request: None
        web = WebClient(base_url=slack.api_url, logger=QUIET, retry_handlers=[])
        options = {"auto_reconnect_enabled": False, "ping_interval": 0.3, "concurrency": 1, **options}
        self.client = SocketModeClient(app_token=slack.app_token, web_client=web, logger=QUIET, **options)
        self.client.socket_mode_request_listeners.append(self._listen)
        self.client.on_message_listeners.append(lambda text: self.messages.append(json.loads(text)))

    def _listen(self, client, request):
        self.heard.append(request)
        payload = self.answer(request)
        if payload is not False:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    def events(self, kind=None):
        """The events heard."""
        told = [one.payload["event"] for one in self.heard if one.type == "events_api"]
        return [event for event in told if kind in (None, event["type"], event.get("subtype"))]

    def waits_for(self, kind=None, count=1):
        """The events of a kind, as soon as there are so many."""
        return until(lambda: len(found := self.events(kind)) >= count and found, f"{count} × {kind}")

    @property
    def connection(self):
        """The double's number of the connection that it has now, 0 if it never had one."""
        hellos = self.control("hello")
        return int(hellos[-1]["debug_info"]["host"].rpartition("-")[2]) if hellos else 0

    def control(self, kind):
        """The messages of the socket itself of a type."""
        return [message for message in self.messages if message["type"] == kind]


@contextmanager
def socket_ear(slack, **options):
    """A connected one for a block."""
    ear = SocketEar(slack, **options)
    try:
        ear.client.connect()
        until(lambda: ear.control("hello") or ear.control("disconnect"), "hello")
        yield ear
    finally:
        # Slack ends it: slack_sdk would wait for the next byte, for seconds.
        ear.client.auto_reconnect_enabled = ear.client.default_auto_reconnect_enabled = False
        if ear.connection in [one["id"] for one in slack.sockets()]:
            slack.sockets("drop", id=ear.connection)
        # Nor does it end before its queue has been empty for a second.
        ear.client.message_processor.event.set()
        ear.client.enqueue_message('{"type": "end"}')
        ear.client.close()


class HttpEar:
    """A server that takes what Slack posts, after slack_sdk has verified the signature.

    :ivar heard: [(headers, payload)], oldest first
    :ivar script: answers for the next requests, each (status, body, headers) or a function (payload) → such; after
        that it answers 200
    """

    def __init__(self, slack):
        self.verifier, self.heard, self.script, self.forged = SignatureVerifier(slack.signing_secret), [], [], 0
        self.url = ""

    def take(self, headers, body):
        """One request; returns (status, body, headers)."""
        if not self.verifier.is_valid_request(body, headers):
            self.forged += 1
            return 401, "", {}
        payload = self._decoded(headers, body)
        if payload.get("type") == "url_verification":
            return 200, payload["challenge"], {}
        self.heard.append((headers, payload))
        answer = self.script.pop(0) if self.script else (200, "", {})
        return answer(payload) if callable(answer) else answer

    def _decoded(self, headers, body):
        if "json" in headers["content-type"]:
            return json.loads(body)
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        return json.loads(form["payload"]) if "payload" in form else form

    def payloads(self):
        """What was heard, without headers."""
        return [payload for _headers, payload in self.heard]

    def waits_for(self, count):
        """The requests, as soon as there are so many."""
        return until(lambda: len(self.heard) >= count and self.heard, f"{count} requests")


@contextmanager
def http_ear(slack):
    """A listening one for a block."""
    ear = HttpEar(slack)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, text, more = ear.take(headers, body)
            try:
                self.send_response(status)
                for name, value in {**more, "Content-Length": str(len(text.encode()))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())
            except ConnectionError:
                pass  # Slack waits three seconds only

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    ear.url = f"http://127.0.0.1:{server.server_port}/slack"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()
