"""What Slack delivers, as rows of the Slack inbox: who has done what, and which messages are somebody's words.

The three transports carry the same bodies: an event, an interaction, or a slash command. A body may be anything that
JSON can say; what is not as Slack documents it becomes no row. Sources: https://docs.slack.dev/reference/events/message
and https://docs.slack.dev/interactivity/handling-user-interaction.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field

from .response import as_dict

MESSAGE, CHANGED, DELETED = "message", "message_changed", "message_deleted"
REACTION_ADDED, REACTION_REMOVED = "reaction_added", "reaction_removed"
BLOCK_ACTION, SHORTCUT, VIEW_SUBMISSION, COMMAND = "block_action", "shortcut", "view_submission", "command"
KINDS = (
    *(MESSAGE, CHANGED, DELETED, REACTION_ADDED, REACTION_REMOVED),
    *(BLOCK_ACTION, SHORTCUT, VIEW_SUBMISSION, COMMAND),
)
#: Kinds of which each message has one row: a mention arrives as two events, and catch-up finds what an event told.
MESSAGE_KINDS = (MESSAGE, CHANGED, DELETED)
#: Subtypes of messages that a person has written; every other one is a notice of Slack's.
SPOKEN = frozenset({"", "file_share", "me_message", "thread_broadcast"})
#: The user in whose name Slack speaks.
SLACKBOT = "USLACKBOT"
TOMBSTONE = "tombstone"
#: The type of the metadata on our own messages.
OWN_METADATA = "odoo_helpdesk_notification"
INTERACTIONS = {
    "block_actions": BLOCK_ACTION,
    "shortcut": SHORTCUT,
    "message_action": SHORTCUT,
    "view_submission": VIEW_SUBMISSION,
}
ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
TS = re.compile(r"\d{10}\.\d{6}")


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack: what carries one of these is our own. Empty where it is not known yet.

    :param bot_ref: id of the bot (B…)
    :param user_ref: id of the bot's user (U…)
    """

    bot_ref: str = ""
    user_ref: str = ""


@dataclass(frozen=True)
class Row:
    """One thing that Slack told us.

    :param event_ref: identifies the delivery, whatever transport repeats it
    :param message_ts: the message that it is about
    :param thread_ts: the first message of its thread; empty where it is not known
    :param event_ts: when it happened, by Slack's clock, in an order that texts have
    :param edited_ts: which edit of the message it is
    :param payload: what is needed to carry it out
    """

    kind: str
    event_ref: str
    channel_ref: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    event_ts: str = ""
    edited_ts: str = ""
    user_ref: str = ""
    payload: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """What one body holds.

    :param team_ref: id of the workspace it is for; empty if it does not say
    :param own_posts: (channel, ts) of messages of ours that came back
    :param changed_users: ids of people whose profile has changed
    """

    rows: tuple = ()
    team_ref: str = ""
    own_posts: tuple = ()
    changed_users: tuple = ()


def parse(body, own=Identity()):
    """The `Delivery` in a body. :param body: a dict, as `inbound_request.read` returns it :param own: `Identity`"""
    body = as_dict(body)
    if body.get("type") == "event_callback":
        return _event(body, own)
    if text(body.get("type")) in INTERACTIONS:
        return _interaction(body)
    if text(body.get("command")):
        return _command(body)
    return Delivery(team_ref=team_of(body))


def team_of(body):
    """The id of the workspace that a body is for; empty if it does not say."""
    return ref(body.get("team_id")) or ref(as_dict(body.get("team")).get("id"))


def ref(value):
    """`value` if it can be an id of Slack's, else an empty text."""
    return value if isinstance(value, str) and ID.fullmatch(value) else ""


def ts(value):
    """`value` if it can be a timestamp of Slack's, else an empty text."""
    return value if isinstance(value, str) and TS.fullmatch(value) else ""


def text(value):
    """`value` if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def _event(body, own):
    event = as_dict(body.get("event"))
    kind, team = event.get("type"), team_of(body)
    if kind == "user_change":
        changed = ref(as_dict(event.get("user")).get("id"))
        return Delivery(team_ref=team, changed_users=(changed,) if changed else ())
    reference = text(body.get("event_id"))[:200]
    if not reference:
        return Delivery(team_ref=team)
    if kind in (REACTION_ADDED, REACTION_REMOVED):
        row = _reaction(event, kind, reference)
        return Delivery((row,) if row else (), team)
    if kind not in ("message", "app_mention"):
        return Delivery(team_ref=team)
    ours = {own.user_ref, *_bot_users(body)} - {""}
    app = ref(body.get("api_app_id"))
    if event.get("subtype") == CHANGED:
        row = _changed(event, reference, ours)
    elif event.get("subtype") == DELETED:
        row = _deleted(event, reference, ours)
    else:
        row = _message(event, reference, ours)
        channel, posted = ref(event.get("channel")), ts(event.get("ts"))
        if channel and posted and _is_own(event, own, ours, app):
            return Delivery((), team, own_posts=((channel, posted),))
    return Delivery((row,) if row else (), team)


def _bot_users(body):
    """The users of our app's bot, as the envelope names them."""
    authorizations = body.get("authorizations")
    for one in map(as_dict, authorizations if isinstance(authorizations, list) else ()):
        if one.get("is_bot") is True:
            yield ref(one.get("user_id"))


def _is_own(message, own, ours, app):
    metadata = as_dict(message.get("metadata"))
    return bool(
        (own.bot_ref and message.get("bot_id") == own.bot_ref)
        or (app and message.get("app_id") == app)
        or ref(message.get("user")) in ours
        or (message.get("bot_id") and metadata.get("event_type") == OWN_METADATA)
    )


def is_programs(message, ours=()):
    """Whether a program has written a message: an app, a workflow, Slack itself or our own bot.

    :param ours: ids of our bot's users; what a user's token posts has no `bot_id`
    """
    user = ref(message.get("user"))
    return bool(
        not user
        or user == SLACKBOT
        or user in ours
        or message.get("bot_id")
        or message.get("bot_profile")
        or message.get("app_id")
        or message.get("subtype") == "bot_message"
    )


def _message(event, reference, ours):
    sent, thread = ts(event.get("ts")), ts(event.get("thread_ts"))
    channel = ref(event.get("channel"))
    subtype = event.get("subtype") or ""
    if not (channel and sent and thread) or sent == thread or event.get("hidden") is True:
        return None
    if not isinstance(subtype, str) or subtype not in SPOKEN or is_programs(event, ours):
        return None
    return Row(
        MESSAGE, reference, channel, sent, thread, event_ts=sent, user_ref=ref(event.get("user")), payload=_kept(event)
    )


def _changed(event, reference, ours):
    message, before = as_dict(event.get("message")), as_dict(event.get("previous_message"))
    happened = ts(event.get("event_ts")) or ts(event.get("ts"))
    channel, sent = ref(event.get("channel")), ts(message.get("ts"))
    if is_tombstone(message):
        gone = {**event, "deleted_ts": sent, "previous_message": before or {**message, "user": message.get("user")}}
        return _deleted(gone, reference, ours)
    thread = ts(message.get("thread_ts"))
    if not (channel and sent and thread and happened) or sent == thread or is_programs(message, ours):
        return None
    if not is_human_edit(message, before):
        return None
    edited = as_dict(message.get("edited"))
    return Row(
        CHANGED,
        reference,
        channel,
        sent,
        thread,
        event_ts=happened,
        edited_ts=ts(edited.get("ts")) or happened,
        user_ref=ref(edited.get("user")) or ref(message.get("user")),
        payload=_kept(message),
    )


def is_tombstone(message):
    """Whether a message only says that it was deleted: that is what becomes of one that has replies."""
    return message.get("subtype") == TOMBSTONE


def is_human_edit(message, before):
    """Whether a person has changed a message. Slack also reports a reply in the thread, or a link's preview, so.

    :param before: the message before; empty where Slack does not say
    """
    edited = ts(as_dict(message.get("edited")).get("ts"))
    if not before:
        return bool(edited)
    return message.get("text") != before.get("text") or edited != ts(as_dict(before.get("edited")).get("ts"))


def _deleted(event, reference, ours):
    before = as_dict(event.get("previous_message"))
    channel, gone = ref(event.get("channel")), ts(event.get("deleted_ts")) or ts(before.get("ts"))
    happened = ts(event.get("event_ts")) or ts(event.get("ts"))
    thread = ts(before.get("thread_ts"))
    if not (channel and gone and happened) or thread == gone:
        return None
    if before and not thread:
        return None  # it stood in the channel itself
    if before and before.get("subtype") != TOMBSTONE and is_programs(before, ours):
        return None
    return Row(DELETED, reference, channel, gone, thread, event_ts=happened, user_ref=ref(before.get("user")))


def _reaction(event, kind, reference):
    item = as_dict(event.get("item"))
    channel, sent, user = ref(item.get("channel")), ts(item.get("ts")), ref(event.get("user"))
    if item.get("type") != "message" or not (channel and sent and user):
        return None
    happened = ts(event.get("event_ts")) or sent
    payload = {"reaction": text(event.get("reaction"))[:100]}
    return Row(kind, reference, channel, sent, event_ts=happened, user_ref=user, payload=payload)


def _interaction(body):
    container, message = as_dict(body.get("container")), as_dict(body.get("message"))
    channel = ref(as_dict(body.get("channel")).get("id")) or ref(container.get("channel_id"))
    sent = ts(container.get("message_ts")) or ts(message.get("ts")) or ts(body.get("message_ts"))
    actions = body.get("actions")
    first = as_dict(actions[0]) if isinstance(actions, list) and actions else {}
    row = Row(
        INTERACTIONS[body["type"]],
        _once(body),
        channel,
        sent,
        ts(container.get("thread_ts")) or ts(message.get("thread_ts")) or sent,
        event_ts=ts(first.get("action_ts")) or ts(body.get("action_ts")),
        user_ref=ref(as_dict(body.get("user")).get("id")),
        payload=_kept(body),
    )
    return Delivery((row,), team_of(body))


def _command(body):
    row = Row(
        COMMAND,
        _once(body),
        ref(body.get("channel_id")),
        user_ref=ref(body.get("user_id")),
        payload=_kept(body),
    )
    return Delivery((row,), team_of(body))


def _once(body):
    """What identifies an interaction: Slack gives each its own trigger."""
    trigger = text(body.get("trigger_id"))
    if trigger:
        return f"trigger:{trigger}"[:200]
    return "sha256:" + hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _kept(values):
    """What is stored: not the outdated verification token, which is a secret of the app."""
    return {name: value for name, value in values.items() if name != "token"}


def caught_up(channel_ref, message, team_ref=""):
    """The bodies for a message that catch-up has found: itself, and its latest edit.

    :param message: as ``conversations.replies`` returns it
    """
    sent = ts(message.get("ts"))
    edited = ts(as_dict(message.get("edited")).get("ts"))
    said = {**message, "type": "message", "channel": channel_ref}
    yield _caught(team_ref, f"catch_up:{channel_ref}:{sent}", said)
    if edited:
        change = {"type": "message", "subtype": CHANGED, "channel": channel_ref, "event_ts": edited, "message": message}
        yield _caught(team_ref, f"catch_up:{channel_ref}:{sent}:{edited}", change)


def _caught(team_ref, reference, event):
    return {"type": "event_callback", "team_id": team_ref, "event_id": reference, "event": event}
