"""Messages and what happens to them, in the shapes that Slack keeps and tells.

https://docs.slack.dev/reference/events/message, .../message/message_changed, .../message/message_deleted,
.../message/thread_broadcast, .../message/file_share; https://docs.slack.dev/messaging/#threading

- A reply changes its parent (`reply_count`, `latest_reply`, `reply_users`): a hidden `message_changed` tells of that.
- A parent with replies is not deleted, it becomes a *tombstone*: that too is a `message_changed`.
- The last reply of a tombstone takes the tombstone along.
"""

import copy
import uuid

from .errors import SlackError
from .team import SLACKBOT, TEAM

#: What of a message no reader gets: metadata is given to who asks, the rest is the double's own.
PRIVATE = ("metadata", "_users")
THREAD_FIELDS = ("reply_count", "reply_users_count", "latest_reply", "reply_users", "is_locked", "subscribed")


def public(message, metadata=False):
    """A message as others see it."""
    return copy.deepcopy(
        {key: value for key, value in message.items() if key not in PRIVATE or (metadata and key == "metadata")}
    )


class Messages:
    """Posting, editing, deleting; every change is told to the app."""

    def __init__(self, slack):
        self._slack = slack

    @property
    def _space(self):
        return self._slack.space

    def post(self, channel, message, thread_ts=None, broadcast=False):
        """Store a message and tell of it; returns it.

        A `thread_ts` that names nothing puts it into the channel, without an error. One that names a reply means the
        reply's thread.
        """
        message = {"type": "message", **message, "ts": self._space.clock.ts(), "team": message.get("team", TEAM)}
        root = channel.messages.get(str(thread_ts)) if thread_ts else None
        if root and root.get("thread_ts", root["ts"]) != root["ts"]:
            root = channel.messages.get(root["thread_ts"])
        if root:
            message |= {"thread_ts": root["ts"], "parent_user_id": root.get("user", SLACKBOT)}
            if broadcast:
                message |= {"subtype": "thread_broadcast", "root": public(root)}
        channel.messages[message["ts"]] = message
        self._tell(channel, {**public(message), "event_ts": message["ts"]})
        if root:
            before = public(root)
            channel.threads.setdefault(root["ts"], []).append(message["ts"])
            self._count(channel, root, message, 1)
            self._tell_changed(channel, root, before)
        return message

    def edit(self, channel, message, changes, editor):
        """Change a message and tell of it."""
        before = public(message)
        for key, value in changes.items():
            if value is None:
                message.pop(key, None)
            else:
                message[key] = value
        if editor:
            message["edited"] = {"user": editor, "ts": self._space.clock.ts()}
        self._tell_changed(channel, message, before)
        return message

    def delete(self, channel, message):
        """Delete a message, or make a tombstone of one with replies; tell of it."""
        before, ts = public(message), message["ts"]
        if channel.threads.get(ts):
            kept = {key: message[key] for key in ("ts", "thread_ts", "_users", *THREAD_FIELDS) if key in message}
            message.clear()
            message |= {"type": "message", "subtype": "tombstone", "text": "This message was deleted."}
            message |= {"user": SLACKBOT, "hidden": True, **kept}
            return self._tell_changed(channel, message, before)
        self._remove(channel, before)
        root = channel.messages.get(message.get("thread_ts"))
        if root and root is not message:
            was = public(root)
            channel.threads[root["ts"]].remove(ts)
            self._count(channel, root, message, -1)
            if root.get("subtype") == "tombstone" and not channel.threads[root["ts"]]:
                self._remove(channel, public(root))
            else:
                self._tell_changed(channel, root, was)

    def unfurl(self, channel, message, attachments):
        """Show a link's preview below a message, as Slack does by itself a moment after it was posted."""
        self.edit(channel, message, {"attachments": attachments}, editor=None)

    def _remove(self, channel, before):
        del channel.messages[before["ts"]]
        now = self._space.clock.ts()
        event = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": now, "event_ts": now}
        self._tell(channel, {**event, "deleted_ts": before["ts"], "previous_message": before})

    def _count(self, channel, root, reply, more):
        """What a parent knows of its replies, after one has come or gone."""
        replies, users = channel.threads[root["ts"]], root.setdefault("_users", {})
        user = reply.get("user", "")
        users[user] = users.get(user, 0) + more
        users = [one for one, written in users.items() if written]
        root |= {
            "thread_ts": root["ts"],
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "latest_reply": replies[-1] if replies else "0000000000.000000",
            "reply_users": users[:5],
            "is_locked": False,
            "subscribed": False,
        }

    def _tell_changed(self, channel, message, before):
        now = self._space.clock.ts()
        event = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": now, "event_ts": now}
        self._tell(channel, {**event, "message": public(message), "previous_message": before})

    def _tell(self, channel, event):
        self._slack.events.tell({**event, "channel": channel.id, "channel_type": channel.type}, channel)
        self._slack.changed()


def found(channel, ts):
    """The message of a timestamp; SlackError when there is none."""
    message = channel.messages.get(str(ts))
    if not message or message.get("subtype") == "tombstone":
        raise SlackError("message_not_found")
    return message


def by_person(person, text, blocks):
    """What a message that somebody typed begins with; another app's bot types nothing, it has its marks instead."""
    message = {"user": person.id, "text": text, "team": person.team_id}
    if person.is_bot:
        message |= {"bot_id": f"B{person.id[1:]}", "app_id": f"A{person.id[1:]}"}
        message["bot_profile"] = {"id": message["bot_id"], "app_id": message["app_id"], "name": person.real_name}
    else:
        message["client_msg_id"] = str(uuid.uuid4())
    if blocks:
        message["blocks"] = blocks
    if person.is_foreign:
        message |= {"user_team": person.team_id, "source_team": person.team_id}
        message["user_profile"] = {"real_name": person.real_name, "display_name": person.name, "team": person.team_id}
    return message
