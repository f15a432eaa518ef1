"""Slack without Slack: starts `dev.slack` and speaks with it; `dev/slack/__init__.py` says what it can do."""

import base64
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from dev.paths import PYTHON_PATH, ROOT
from dev.services.process import ServiceFailed, background, clean_environ, tail

#: The address that people fill in into the manifest for HTTP.
ADDRESS = re.compile(r"https://odoo\.example\.com/\S+")


class NotAllowed(Exception):
    """What the double does not do, or what Slack would not let a person do; the words say why."""


class Person:
    """Somebody in Slack; every method is something that they do there, and returns what it led to."""

    def __init__(self, slack, name):
        self._slack, self.name, self.id = slack, name, slack.people[name]

    def act(self, verb, **what):
        """Any verb of dev/slack/people.py."""
        return self._slack.ask("POST", f"__act/{verb}", self.asked(**what))

    def asked(self, **what):
        """What the double is asked to let them do."""
        what = {key: value for key, value in what.items() if value is not None}
        if "channel" in what:
            what["channel"] = self._slack.channels.get(what["channel"], what["channel"])
        return {"as": self.name, **what}

    def post(self, channel, text="", thread_ts=None, files=(), **more):
        """Write a message. :param files: {name: bytes}; :param more: broadcast, raw, no_blocks"""
        attached = [{"name": name, "content": base64.b64encode(data).decode()} for name, data in dict(files).items()]
        return self.act("post", channel=channel, text=text, thread_ts=thread_ts, files=attached or None, **more)

    def edit(self, channel, ts, text, **more):
        """Change one of their messages."""
        return self.act("edit", channel=channel, ts=ts, text=text, **more)

    def delete(self, channel, ts):
        """Delete one of their messages."""
        return self.act("delete", channel=channel, ts=ts)

    def react(self, channel, ts, name):
        """Add a reaction."""
        return self.act("react", channel=channel, ts=ts, name=name)

    def unreact(self, channel, ts, name):
        """Take it back."""
        return self.act("unreact", channel=channel, ts=ts, name=name)

    def click(self, action_id, channel=None, ts=None, value=None, **more):
        """Click a button or choose from a menu: of a message, of the open modal, or with `home=True` of App Home."""
        return self.act("click", action_id=action_id, channel=channel, ts=ts, value=value, **more)

    def shortcut(self, callback_id, channel=None, ts=None):
        """Use a shortcut, on a message if there is one."""
        return self.act("shortcut", callback_id=callback_id, channel=channel, ts=ts)

    def command(self, channel, command, text="", **more):
        """Type a slash command."""
        return self.act("command", channel=channel, command=command, text=text, **more)

    def submit(self, **values):
        """Submit the open modal. :param values: by action_id; what is not named stays as the app has filled it in"""
        return self.act("submit", values=values)

    def close(self, everything=False):
        """Close the open modal, or all."""
        return self.act("close", everything=everything)

    def modal(self):
        """The modal that they see, None if there is none."""
        return self._slack.ask("GET", f"__modal?as={self.name}")["view"]

    def home(self):
        """Their App Home, None if nothing was published."""
        return self._slack.ask("GET", f"__home?as={self.name}")["view"]

    def told(self):
        """What was said to them alone."""
        return self._slack.ask("GET", f"__ephemeral?as={self.name}")


class SlackDouble:
    """A running double."""

    def __init__(self, port, control):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.api_url = f"{self.url}/api/"
        # Heard even while nobody listens on Slack's own port.
        self._control = f"http://127.0.0.1:{control}"
        self._learn()

    def _learn(self):
        info = self.ask("GET", "__info")
        self.token, self.user_tokens = info["token"], info["user_tokens"]
        self.app_token, self.signing_secret = info["app_token"], info["signing_secret"]
        self.channels, self.users, self.people = info["channels"], info["users"], info["people"]

    def ask(self, verb, path, content=None):
        """A command of the control API; NotAllowed when it is refused."""
        body = json.dumps(content).encode() if content is not None else None
        request = urllib.request.Request(f"{self._control}/{path}", body, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise NotAllowed(refused.read().decode(errors="replace")) from None

    def reset(self):
        """A fresh team: other ids, no messages, no faults, nothing recorded."""
        self.ask("POST", "__reset")
        self._learn()

    # The app

    def app(self, **settings):
        """Change the app's settings, or install it from a `manifest`; dev/slack/app.py lists them."""
        self.ask("PUT", "__app", settings)

    def two_way(self, **settings):
        """Let the app hear and do everything: by Socket Mode, or by HTTP when a `request_url` is given."""
        socket_mode = "request_url" not in settings
        given = {"scopes": "all", "events": "all", "interactivity": True, "home_tab": True, "socket_mode": socket_mode}
        self.app(**{**given, **settings})

    def install(self, request_url=""):
        """Let the app be what the guide's manifest makes it: by Socket Mode, or by HTTP at this address."""
        name = "slack-app-manifest-http.yaml" if request_url else "slack-app-manifest.yaml"
        words = (ROOT / "docs" / name).read_text()
        self.app(manifest=yaml.safe_load(ADDRESS.sub(request_url, words)))

    def uninstall(self):
        """The app is uninstalled in Slack."""
        self.ask("DELETE", "__app")

    def sockets(self, do=None, **more):
        """The open sockets, after what `POST /__sockets` does with them."""
        return self.ask("POST", "__sockets", {"do": do, **more}) if do else self.ask("GET", "__sockets")

    def events(self, kind=None):
        """The payloads of the events that the app was told of, oldest first."""
        return [told for told in self.ask("GET", "__events") if kind in (None, told["event"]["type"])]

    def deliveries(self):
        """Every attempt to deliver something, oldest first."""
        return self.ask("GET", "__deliveries")

    def redeliver(self, by=("socket",), times=1, **which):
        """Deliver an event again: the last one, or the one of `event_id`; returns its payload."""
        return self.ask("POST", "__redeliver", {"by": list(by), "times": times, **which})

    # People

    def person(self, name):
        """Somebody who does things: anna, ben, carla; gina and uma are guests, mallory is a stranger."""
        return Person(self, name)

    def at_once(self, verb, acts):
        """Let people do the same at one moment, which as many requests to the double would not be.

        :param acts: of each, who (a Person) and what, as for its methods
        :return: what each act has led to; None for one that Slack does not allow
        """
        asked = [{"verb": verb, **person.asked(**what)} for person, what in acts]
        return [None if "refused" in found else found for found in self.ask("POST", "__acts", {"acts": asked})]

    def change_person(self, name, **flags):
        """One more person, or another state of one that is there; returns the Person."""
        self.people[name] = self.ask("PUT", "__person", {"name": name, **flags})["id"]
        return Person(self, name)

    # What goes wrong

    def fault(self, mode, method="*", n=1, **more):
        """Let the next n calls of a method fail (-1: until `heal`)."""
        self.ask("PUT", "__fault", {"mode": mode, "method": method, "n": n, **more})

    def armed(self):
        """The faults that have not happened yet."""
        return self.ask("GET", "__fault")

    def heal(self):
        """No more faults."""
        self.ask("DELETE", "__fault")

    def delay(self, milliseconds):
        """Let every answer come that much later."""
        self.ask("PUT", "__delay", {"ms": milliseconds})

    def limits(self, **a_minute):
        """Slack's limits on calls, off until now; or other ones of some methods (`{"conversations.replies": 3}`)."""
        self.ask("PUT", "__limits", {"on": True, **a_minute})

    # What happened

    def calls(self, method=None):
        """The recorded calls, oldest first."""
        return self.ask("GET", f"__calls?method={method}" if method else "__calls")

    def calls_from_now(self, method):
        """A function that lists the calls of a method since now, oldest first."""
        before = len(self.calls(method))
        return lambda: self.calls(method)[before:]

    def client(self, token=None, **options):
        """A client of slack_sdk for the bot, or for the owner of another token."""
        # The SDK's default handler sends again after a dropped answer, and so twice.
        options.setdefault("retry_handlers", [])
        return WebClient(token or self.token, base_url=self.api_url, **options)

    def add_channel(self, name, **more):
        """One more public channel with the bot in it; returns its id."""
        self.channels[name] = self.ask("PUT", "__channel", {"name": name, **more})
        return self.channels[name]

    def webhook(self, channel):
        """The address of a channel's incoming webhook; nobody has one for a channel that is not there."""
        return f"{self.url}/services/T0ACME001/B0HELPDESK/{channel}"

    def page(self, channel):
        """The web page with a channel's messages."""
        return f"{self.url}/?channel={self.channels[channel]}"

    def messages(self, channel, thread_ts=None):
        """A channel's messages, or a thread's, oldest first; nothing of a thread that does not exist."""
        client, ref = self.client(self.user_tokens["anna"]), self.channels.get(channel, channel)
        more, read = ({"ts": thread_ts}, "conversations.replies") if thread_ts else ({}, "conversations.history")
        found, cursor = [], ""
        while cursor is not None:
            asked = {"channel": ref, "limit": 999, "cursor": cursor, "include_all_metadata": True, **more}
            try:
                page = client.api_call(read, json=asked)
            except SlackApiError as refused:
                if refused.response["error"] != "thread_not_found":
                    raise
                return []
            found += page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        return sorted(found, key=lambda message: float(message["ts"]))


@contextmanager
def slack_double(port=None, name="slack"):
    """Run a Slack double for a block."""
    # It asks the system for a port itself: nobody can take that away between asking and listening.
    command = [sys.executable, "-m", "dev.slack", port or 0]
    environ = clean_environ(PYTHONPATH=PYTHON_PATH, PYTHONUNBUFFERED="1")
    with background(name, command, environ, cwd=PYTHON_PATH, stdout=subprocess.PIPE) as (child, log):
        line = child.stdout.readline()
        if not line:
            raise ServiceFailed(f"The Slack double did not start:\n{tail(log)}")
        yield SlackDouble(**json.loads(line))
