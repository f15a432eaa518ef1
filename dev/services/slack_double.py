"""Slack without Slack: starts dev/slack_double.mjs and speaks with its wire."""

import json
import subprocess
import urllib.request
from contextlib import contextmanager

from slack_sdk import WebClient

from dev.paths import DEV, Environment
from dev.services.process import ServiceFailed, background, tail


class SlackDouble:
    """A running double; what its faults do is listed in dev/slack_wire.mjs."""

    def __init__(self, port, control):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.api_url = f"{self.url}/api/"
        # Heard even while nobody listens on Slack's own port.
        self._control = f"http://127.0.0.1:{control}"
        self._learn()

    def _learn(self):
        info = self._ask("GET", "__info")
        self.token, self.user_tokens = info["token"], info["user_tokens"]
        self.channels, self.users = info["channels"], info["users"]

    def _ask(self, verb, path, content=None):
        body = json.dumps(content).encode() if content is not None else None
        request = urllib.request.Request(f"{self._control}/{path}", body, method=verb)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def reset(self):
        """A fresh team: other ids, no messages, no faults, nothing recorded."""
        self._ask("POST", "__reset")
        self._learn()

    def fault(self, mode, method="*", n=1, **more):
        """Let the next n calls of a method fail (-1: until `heal`)."""
        self._ask("PUT", "__fault", {"mode": mode, "method": method, "n": n, **more})

    def armed(self):
        """The faults that have not happened yet."""
        return self._ask("GET", "__fault")

    def heal(self):
        """No more faults."""
        self._ask("DELETE", "__fault")

    def delay(self, milliseconds):
        """Let every answer come that much later."""
        self._ask("PUT", "__delay", {"ms": milliseconds})

    def calls(self, method=None):
        """The recorded calls, oldest first."""
        return [call for call in self._ask("GET", "__calls") if method in (None, call["method"])]

    def calls_from_now(self, method):
        """A function that lists the calls of a method since now, oldest first."""
        before = len(self.calls(method))
        return lambda: self.calls(method)[before:]

    def client(self, token=None, **options):
        """A client of slack_sdk for the bot, or for the owner of another token."""
        # The SDK's default handler sends again after a dropped answer, and so twice.
        options.setdefault("retry_handlers", [])
        return WebClient(token or self.token, base_url=self.api_url, **options)

    def add_channel(self, name):
        """One more public channel with the bot in it; returns its id."""
        self.channels[name] = self._ask("PUT", "__channel", {"name": name})
        return self.channels[name]

    def webhook(self, channel):
        """The address of a channel's incoming webhook; nobody has one for a channel that is not there."""
        return f"{self.url}/services/T0ACME001/B0HELPDESK/{channel}"

    def page(self, channel):
        """The web page with a channel's messages."""
        return f"{self.url}/?channel={self.channels[channel]}"

    def messages(self, channel, thread_ts=None):
        """A channel's messages, or a thread's, oldest first."""
        client, ref = self.client(self.user_tokens["anna"]), self.channels.get(channel, channel)
        if thread_ts:
            return client.conversations_replies(channel=ref, ts=thread_ts)["messages"]
        found, cursor = [], ""
        while True:
            page = client.conversations_history(channel=ref, limit=1000, cursor=cursor)
            found += page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return sorted(found, key=lambda message: float(message["ts"]))


@contextmanager
def slack_double(port=None, name="slack"):
    """Run a Slack double for a block."""
    # It asks the system for a port itself: nobody can take that away between asking and listening.
    command = ["node", DEV / "slack_double.mjs", Environment.load().node_modules, port or 0]
    with background(name, command, stdout=subprocess.PIPE) as (child, log):
        line = child.stdout.readline()
        if not line:
            raise ServiceFailed(f"The Slack double did not start:\n{tail(log)}")
        yield SlackDouble(**json.loads(line))
