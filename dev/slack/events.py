"""Which events the app is told, and in what wrapper.

https://docs.slack.dev/apis/events-api: only what it has subscribed to, with the scope for it, in conversations that its
bot is in. https://docs.slack.dev/reference/objects/event-object
"""

import json
import time
from collections import deque

from .team import OTHER_TEAM, TEAM

#: So many events are remembered.
KEPT = 20_000
#: The scope of an event; those of messages depend on the sort of conversation.
SCOPES = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "file_shared": "files:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_rename": "channels:read",
    "channel_id_changed": "channels:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "group_archive": "groups:read",
    "group_rename": "groups:read",
}
MESSAGES = {
    "channel": ("message.channels", "channels:history"),
    "group": ("message.groups", "groups:history"),
    "im": ("message.im", "im:history"),
}


class Events:
    """Tells the app what happens."""

    def __init__(self, slack):
        self._slack = slack
        self.told = deque(maxlen=KEPT)  # payloads, oldest first, for `redeliver`

    def tell(self, event, channel=None):
        """Deliver an event if the app is to have it."""
        app = self._slack.space.app
        if channel and app.bot_user not in channel.members:
            return
        if self._wanted(event, channel):
            self._send(event, channel)
        mentioned = event["type"] == "message" and f"<@{app.bot_user}>" in event.get("text", "")
        if mentioned and event.get("subtype") in (None, "file_share", "thread_broadcast"):
            mention = {key: value for key, value in event.items() if key not in ("subtype", "channel_type")}
            if self._wanted(mention := {**mention, "type": "app_mention"}, channel):
                self._send(mention, channel)

    def _wanted(self, event, channel):
        app = self._slack.space.app
        name, scope = event["type"], SCOPES.get(event["type"])
        if name == "message":
            name, scope = MESSAGES[channel.type]
        return name in app.events and (not scope or scope in app.scopes) and not app.revoked

    def wrapped(self, event, channel=None):
        """The payload of an event."""
        app, space = self._slack.space.app, self._slack.space
        author = space.people.get(event["user"]) if isinstance(event.get("user"), str) else None
        return {
            "token": app.verification_token,
            # In a shared channel: the workspace from which it is shared, https://github.com/slackapi/bolt-js/issues/687.
            "team_id": OTHER_TEAM if channel and channel.is_ext_shared else TEAM,
            "context_team_id": author.team_id if author else TEAM,
            "context_enterprise_id": None,
            "api_app_id": app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": space.new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "event_context": f"4-{space.new_id('E')}",
        }

    def _send(self, event, channel):
        payload = self.wrapped(_as_sent(event), channel)
        self.told.append(payload)
        fault = self._slack.faults.take(f"event:{event['type']}", json.dumps(event).encode(), group="event")
        mode = fault["mode"] if fault else None
        if mode == "lost":
            return
        wait = fault.get("delay", 1000) / 1000 if mode == "late" else 0
        for _copy in range(2 if mode == "twice" else 1):
            self._slack.delivery.event(payload, wait)


def _as_sent(event):
    """A file of another workspace is only named: ask `files.info` for the rest.

    https://docs.slack.dev/apis/slack-connect#files
    """
    if not event.get("files") or not event.get("user_team"):
        return event
    hidden = [{"id": one["id"], "mode": "file_access", "file_access": "check_file_info"} for one in event["files"]]
    return {**event, "files": hidden}
