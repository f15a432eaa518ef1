"""A Slack of our own for tests: a real HTTP server on loopback, so that slack_sdk and the sockets are real too.

It is strict where Slack is strict (unknown channels, block and text limits) and can be told to misbehave.
"""

import email.utils
import json
import threading
import time
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

TOKEN, APP_TOKEN = "xoxb-right", "xapp-1-A0APP00001-1-right"
#: Behaviours for `SlackFake.misbehave`, beside any error code of Slack's.
DROP = "drop"  #: close the connection without an answer, before anything is stored
DROP_AFTER = "drop_after"  #: store the message, then close the connection without an answer
SILENT = "silent"  #: never answer
HTML = "html"  #: answer as a proxy's error page


class SlackFake:
    """:ivar messages: what is stored, oldest first; each a dict with channel, ts, text, blocks, metadata, thread_ts
    :ivar calls: every call seen, as (method, arguments)
    """

    def __init__(self, message_problems=None, view_problems=None):
        """:param message_problems: says what Slack would not take in a message; :param view_problems: in a view"""
        self.message_problems, self.view_problems = message_problems, view_problems
        self.refused = []  # what was wrong with what we sent
        self.channels = {"C0SUPPORT01", "C0SUPPORT02"}
        self.team, self.bot = "Acme", "helpdesk"
        self.reset()
        self._last_ts = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._release = threading.Event()
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def reset(self):
        """As new, but for its channels and names, and with a clock that goes on."""
        self.messages, self.calls, self.headers = [], [], []
        self.flat = []  # what came in by the webhook
        self.info = {}  # what is special about a channel, by its id
        self.listed = {}  # names of the channels that the bot is in, by id
        self.people = {}  # members by their address
        self.users = {}  # what users.info says, by id
        self.files = {}  # (status, headers, bytes) by the path of a download
        self.downloads = []  # (path, headers) of each
        self.ephemeral = []  # what only one person was shown
        self.views, self.hashes = {}, {}  # what is open, and in which state, by its external id
        self.homes = {}  # the App Home of each person
        self.triggers = set()  # what may open a view, once
        self.responses = []  # what came in at a response_url
        self.scopes = ""  # what the bot may do, as Slack's header says it; empty: not said
        self._faults = defaultdict(deque)  # by method
        self.proxy = None  # takes method and arguments of each call, returns a fault or None
        self.page_size = 200
        self.behind = 0  # seconds by which Slack's clock is behind everybody else's

    def armed(self):
        """What `misbehave` was told and nobody has met."""
        return {method: list(faults) for method, faults in self._faults.items() if faults}

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    @property
    def webhook_url(self):
        return f"http://127.0.0.1:{self._server.server_port}/services/T0ACME001/B0HOOK001/s3cret"

    def stop(self):
        self._release.set()
        self._server.shutdown()
        self._server.server_close()

    def misbehave(self, *faults, method="chat.postMessage"):
        """The next calls of `method` go wrong, one fault each.

        :param faults: an error code, a behaviour named above, or a tuple (HTTP status, headers, body)
        """
        self._faults[method].extend(faults)

    def next_ts(self):
        self._last_ts = max(self._last_ts + 1 if not self.behind else 0, int((time.time() - self.behind) * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def chatter(self, count, channel="C0SUPPORT01"):
        """Messages of other people in a channel."""
        self.messages += [{"channel": channel, "text": "lunch?", "ts": self.next_ts()} for _number in range(count)]

    def count(self, method):
        return sum(1 for name, _arguments in self.calls if name == method)

    # ------------------------------------------------------------

    def _handler(self):
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                fake._hand_over(self)

            def do_POST(self):
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                is_json = "json" in self.headers.get("Content-Type", "")
                arguments = json.loads(raw or b"{}") if is_json else dict(parse_qsl(raw.decode()))
                if self.path.startswith("/response/"):
                    if fault := fake._fault("response_url", arguments):
                        return fake._write(self, *fault)
                    fake._refusal({"channel": "C0SUPPORT01", **arguments})
                    fake.responses.append(arguments)
                    return fake._write(self, 200, {}, "ok")
                if self.path.startswith("/services/"):
                    return fake._take_flat(self, arguments)
                fake._answer(self, self.path.rpartition("/")[2], arguments)

        return Handler

    def _answer(self, handler, method, arguments):
        self.calls.append((method, arguments))
        self.headers.append(dict(handler.headers))
        fault = self._fault(method, arguments)
        if fault == SILENT:
            self._release.wait(60)
        if fault in (DROP, SILENT):
            return self._hang_up(handler)
        if fault == HTML:
            return self._write(handler, 502, {}, "<html>Bad gateway</html>")
        if isinstance(fault, tuple):
            return self._write(handler, *fault)
        if fault and fault != DROP_AFTER:
            return self._write(handler, 200, {}, {"ok": False, "error": fault})
        token = (handler.headers.get("Authorization") or "").removeprefix("Bearer").strip()
        if method in APP_METHODS and token == TOKEN:
            return self._write(handler, 200, {}, {"ok": False, "error": "not_allowed_token_type"})
        if token != (APP_TOKEN if method in APP_METHODS else TOKEN):
            return self._write(handler, 200, {}, {"ok": False, "error": "invalid_auth" if token else "not_authed"})
        body = METHODS[method](self, arguments)
        if fault == DROP_AFTER:
            return self._hang_up(handler)
        return self._write(handler, 200, {"X-OAuth-Scopes": self.scopes} if self.scopes else {}, body)

    def _hand_over(self, handler):
        """A file: Slack answers without the token with its login page, as HTML and with status 200."""
        self.downloads.append((handler.path, dict(handler.headers)))
        status, headers, raw = self.files.get(handler.path, (404, {}, b""))
        if handler.headers.get("Authorization") != f"Bearer {TOKEN}" and status == 200:
            headers, raw = {"Content-Type": "text/html; charset=utf-8"}, b"<html>Sign in to Acme</html>"
        handler.send_response_only(status)
        for name, value in {"Content-Type": "application/octet-stream", **headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    def _take_flat(self, handler, message):
        """An incoming webhook: text in, text out, and nothing to find the message by."""
        self.calls.append(("webhook", message))
        fault = self._fault("webhook", message)
        if isinstance(fault, tuple):
            return self._write(handler, *fault)
        if fault != DROP:
            self.flat.append(message)
        return self._hang_up(handler) if fault else self._write(handler, 200, {}, "ok")

    def _fault(self, method, arguments):
        return (self.proxy and self.proxy(method, arguments)) or self._next_fault(method)

    def _next_fault(self, method):
        return self._faults[method].popleft() if self._faults[method] else None

    @staticmethod
    def _hang_up(handler):
        handler.close_connection = True
        handler.connection.close()

    def _write(self, handler, status, headers, body):
        raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        handler.send_response_only(status)
        handler.send_header("Date", email.utils.formatdate(time.time() - self.behind, usegmt=True))
        handler.send_header("Content-Type", "text/html" if isinstance(body, str) else "application/json")
        handler.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    def _auth_test(self, arguments):
        return {
            "ok": True,
            "url": "https://acme.slack.example/",
            "team": self.team,
            "user": self.bot,
            "team_id": "T0ACME001",
            "user_id": "U0BOT0001",
            "bot_id": "B0BOT0001",
        }

    def _chat_post_message(self, arguments):
        error = self._refusal(arguments)
        if error:
            return {"ok": False, "error": error}
        message = {**arguments, "ts": self.next_ts(), "bot_id": "B0BOT0001"}
        if not self._find(message["channel"], message.get("thread_ts")):
            # A reply to what is not there is no error: it lands in the channel, and only the echo tells.
            message.pop("thread_ts", None)
        self.messages.append(message)
        return {"ok": True, "channel": message["channel"], "ts": message["ts"], "message": message}

    def _chat_update(self, arguments):
        message = self._find(arguments["channel"], arguments["ts"])
        if not message:
            return {"ok": False, "error": "message_not_found"}
        error = "msg_too_long" if len(arguments.get("text") or "") > 4000 else self._refusal(arguments)
        if error:
            return {"ok": False, "error": error}
        message.update({name: arguments[name] for name in ("text", "blocks") if name in arguments}, edited=True)
        return {"ok": True, "channel": message["channel"], "ts": message["ts"], "message": message}

    def _find(self, channel, ts):
        return next((m for m in self.messages if m["channel"] == channel and m["ts"] == ts), None)

    def delete(self, message):
        """Somebody deletes a message in Slack."""
        self.messages.remove(message)

    def thread(self, root):
        """The lines below a message."""
        return [message for message in self.messages if message.get("thread_ts") == root["ts"]]

    def roots(self, channel="C0SUPPORT01"):
        """What stands in a channel itself."""
        return [m for m in self.messages if m["channel"] == channel and not m.get("thread_ts")]

    def _conversations_info(self, arguments):
        ref = arguments["channel"]
        if ref not in self.channels | self.info.keys():
            return {"ok": False, "error": "channel_not_found"}
        return {"ok": True, "channel": {"id": ref, "name": "support", "is_member": True, **self.info.get(ref, {})}}

    def _users_conversations(self, arguments):
        """The channels in `listed`, of the kinds that are asked for, a page at a time."""
        kinds = arguments["types"].split(",")
        found = [
            {"id": ref, "name": name}
            for ref, name in sorted(self.listed.items())
            if ("private_channel" if ref.startswith("G") else "public_channel") in kinds
        ]
        start = int(arguments.get("cursor") or 0)
        end = start + self.page_size
        cursor = str(end) if len(found) > end else ""
        return {"ok": True, "channels": found[start:end], "response_metadata": {"next_cursor": cursor}}

    def new_user(self, ref, name, email="", **values):
        """A full member of the workspace, in the shape of https://docs.slack.dev/reference/objects/user-object."""
        profile = {"real_name": name, "display_name": name.split()[0].lower(), **({"email": email} if email else {})}
        user = {
            "id": ref,
            "team_id": "T0ACME001",
            "name": name.lower().replace(" ", "."),
            "deleted": False,
            "real_name": name,
            "profile": profile,
            "is_bot": False,
            "is_app_user": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_email_confirmed": True,
            **values,
        }
        self.users[ref] = user
        if email and user["team_id"] == "T0ACME001" and not user["deleted"]:
            self.people.setdefault(email, ref)
        return user

    def _users_info(self, arguments):
        user = self.users.get(arguments["user"])
        return {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}

    def _chat_post_ephemeral(self, arguments):
        if arguments.get("channel") not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        self.ephemeral.append(arguments)
        return {"ok": True, "message_ts": self.next_ts()}

    @property
    def response_url(self):
        """Where the app answers a click."""
        return f"http://127.0.0.1:{self._server.server_port}/response/1"

    def _views_open(self, arguments):
        if arguments["trigger_id"] not in self.triggers:
            return {"ok": False, "error": "expired_trigger_id"}
        self.triggers.discard(arguments["trigger_id"])
        view = arguments["view"]
        if refusal := self._view_refusal(view):
            return refusal
        self.views[view["external_id"]] = view
        self.hashes[view["external_id"]] = "1.0"
        return {"ok": True, "view": {**view, "id": "V1"}}

    def _views_update(self, arguments):
        # A view that was filled has no other name than its id; there is one at a time here.
        name = arguments.get("external_id") or next(reversed(self.views), None)
        if name not in self.views:
            return {"ok": False, "error": "not_found"}
        if arguments.get("hash", self.hashes.get(name)) != self.hashes.get(name):
            return {"ok": False, "error": "hash_conflict"}
        if refusal := self._view_refusal(arguments["view"]):
            return refusal
        self.views[name] = arguments["view"]
        if arguments.get("view_id"):
            self.hashes[name] = f"1.{int(self.hashes[name][2:]) + 1}"
        return {"ok": True, "view": {**arguments["view"], "hash": self.hashes[name]}}

    def _views_publish(self, arguments):
        if refusal := self._view_refusal(arguments["view"]):
            return refusal
        self.homes[arguments["user_id"]] = arguments["view"]
        return {"ok": True, "view": arguments["view"]}

    def _bots_info(self, arguments):
        if arguments["bot"] != "B0BOT0001":
            return {"ok": False, "error": "bot_not_found"}
        return {"ok": True, "bot": {"id": "B0BOT0001", "name": self.bot, "app_id": "A0APP00001"}}

    def _connections_open(self, _arguments):
        return {"ok": True, "url": "wss://wss.slack.example/link/?ticket=1"}

    def _files_info(self, arguments):
        found = self.info.get(arguments["file"])
        return {"ok": True, "file": found} if found else {"ok": False, "error": "file_not_found"}

    def _users_lookup_by_email(self, arguments):
        ref = self.people.get(arguments["email"])
        return {"ok": True, "user": {"id": ref}} if ref else {"ok": False, "error": "users_not_found"}

    def _refusal(self, arguments):
        # The ID of a person stands for the conversation with them.
        if arguments.get("channel") not in {*self.channels, *self.people.values()}:
            return "channel_not_found"
        if not arguments.get("text") and not arguments.get("blocks"):
            return "no_text"
        if self.message_problems:
            found = self.message_problems(arguments)
            self.refused += [found] if found else []
            return "invalid_blocks" if found else None
        return blocks_refusal(arguments.get("blocks") or [])

    def _view_refusal(self, view):
        if found := self.view_problems and self.view_problems(view):
            self.refused.append(found)
            return {"ok": False, "error": "invalid_arguments"}
        return None

    def _conversations_replies(self, arguments):
        if not self._find(arguments["channel"], arguments["ts"]):
            return {"ok": False, "error": "thread_not_found"}
        found = [m for m in self.messages if arguments["ts"] in (m["ts"], m.get("thread_ts"))]
        # The first message is always there: https://docs.slack.dev/reference/methods/conversations.replies
        found = [m for m in found if m["ts"] == arguments["ts"] or m["ts"] >= arguments.get("oldest", "")]
        return self._page(found, arguments)

    def _conversations_history(self, arguments):
        found = [
            {
                **message,
                "metadata": message.get("metadata") if arguments.get("include_all_metadata") else None,
                **self._thread_facts(message),
            }
            for message in reversed(self.messages)
            if message["channel"] == arguments["channel"]
            and not message.get("thread_ts")
            and float(message["ts"]) >= float(arguments.get("oldest", 0))
        ]
        return self._page(found, arguments)

    def _thread_facts(self, message):
        """What a first message says of its replies."""
        place = (message["channel"], message["ts"])
        replies = [m["ts"] for m in self.messages if (m["channel"], m.get("thread_ts")) == place]
        facts = {"thread_ts": message["ts"], "reply_count": len(replies), "latest_reply": max(replies, default="")}
        return facts if replies else {}

    def _page(self, found, arguments):
        start = int(arguments.get("cursor") or 0)
        end = start + self.page_size
        cursor = str(end) if end < len(found) else ""
        return {"ok": True, "messages": found[start:end], "response_metadata": {"next_cursor": cursor}}


#: Methods that take the app's token, not the bot's.
APP_METHODS = frozenset({"apps.connections.open"})
METHODS = {
    "apps.connections.open": SlackFake._connections_open,
    "auth.test": SlackFake._auth_test,
    "bots.info": SlackFake._bots_info,
    "chat.postEphemeral": SlackFake._chat_post_ephemeral,
    "chat.postMessage": SlackFake._chat_post_message,
    "chat.update": SlackFake._chat_update,
    "conversations.history": SlackFake._conversations_history,
    "conversations.info": SlackFake._conversations_info,
    "conversations.replies": SlackFake._conversations_replies,
    "files.info": SlackFake._files_info,
    "users.conversations": SlackFake._users_conversations,
    "users.info": SlackFake._users_info,
    "users.lookupByEmail": SlackFake._users_lookup_by_email,
    "views.open": SlackFake._views_open,
    "views.publish": SlackFake._views_publish,
    "views.update": SlackFake._views_update,
}


def blocks_refusal(blocks):
    """The error code Slack answers for blocks beyond its limits, or None."""
    if len(blocks) > 50:
        return "invalid_blocks"
    for block in blocks:
        texts = [block.get("text"), *block.get("fields", ()), *(e.get("text") for e in block.get("elements", ()))]
        limit = {"header": 150, "section": 3000}.get(block["type"], 75)
        for text in filter(None, texts):
            if not 0 < len(text["text"]) <= limit:
                return "invalid_blocks"
    if len(json.dumps(blocks)) > 12000:
        return "msg_blocks_too_long"
    return None
