"""What Slack delivers, as rows of the Slack inbox: who has done what, and which messages are somebody's words.

The three transports carry the same bodies: an event, an interaction, or a slash command. A body may be anything that
JSON can say; what is not as Slack documents it becomes no row. Sources: https://docs.slack.dev/reference/events/message
and https://docs.slack.dev/interactivity/handling-user-interaction.
"""

import hashlib
import json

from . import channel_events
from .inbound_row import (
    BLOCK_ACTION,
    CHANGED,
    COMMAND,
    DELETED,
    HOME,
    MESSAGE,
    REACTION_ADDED,
    REACTION_REMOVED,
    SHORTCUT,
    VIEW_CLOSED,
    VIEW_SUBMISSION,
    Delivery,
    Identity,
    Row,
    ref,
    teams_of,
    text,
    ts,
)
from .response import as_dict

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
    "view_closed": VIEW_CLOSED,
}
#: Interactions that people of other workspaces can begin: they see our messages in shared channels.
CLICKS = frozenset({"block_actions", "view_submission"})
#: Who we are while that is not known.
NOBODY = Identity()


def parse(body, own=NOBODY):
    """The `Delivery` in a body. :param body: a dict, as `inbound_request.read` returns it :param own: `Identity`"""
    body = as_dict(body)
    if body.get("type") == "event_callback":
        return _event(body, own)
    if text(body.get("type")) in INTERACTIONS:
        return _interaction(body)
    if text(body.get("command")):
        return _command(body)
    return Delivery(team_refs=teams_of(body))


def _event(body, own):
    event = as_dict(body.get("event"))
    kind, teams = event.get("type"), teams_of(body)
    if kind == "user_change":
        changed = ref(as_dict(event.get("user")).get("id"))
        return Delivery(team_refs=teams, changed_users=(changed,) if changed else ())
    if moved := channel_events.moved(event):
        return Delivery(team_refs=teams, moved_channels=(moved,))
    if channel := channel_events.changed(event):
        return Delivery(team_refs=teams, changed_channels=(channel,))
    reference = text(body.get("event_id"))[:200]
    if not reference:
        return Delivery(team_refs=teams)
    if kind in (REACTION_ADDED, REACTION_REMOVED):
        row = _reaction(event, kind, reference)
        return Delivery((row,) if row else (), teams)
    if kind == "app_home_opened":
        row = _home(event, reference)
        return Delivery((row,) if row else (), teams)
    if kind not in ("message", "app_mention"):
        return Delivery(team_refs=teams)
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
            return Delivery((), teams, own_posts=((channel, posted),))
    return Delivery((row,) if row else (), teams)


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


def _home(event, reference):
    """Somebody looks at the home tab of the app; its other tab is no business of ours."""
    user = ref(event.get("user"))
    if event.get("tab", "home") != "home" or not user:
        return None
    return Row(HOME, reference, event_ts=ts(event.get("event_ts")), user_ref=user)


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
    # A click in a shared channel names the workspace of who has clicked: it is theirs to be refused, not to be lost.
    return Delivery((row,), frozenset() if body["type"] in CLICKS else teams_of(body))


def _command(body):
    row = Row(
        COMMAND,
        _once(body),
        ref(body.get("channel_id")),
        user_ref=ref(body.get("user_id")),
        payload=_kept(body),
    )
    return Delivery((row,), teams_of(body))


def _once(body):
    """What identifies an interaction: Slack gives each its own trigger."""
    trigger = text(body.get("trigger_id"))
    if trigger:
        return f"trigger:{trigger}"[:200]
    return "sha256:" + hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _kept(values):
    """What is stored: not the outdated verification token, which is a secret of the app."""
    return {name: value for name, value in values.items() if name != "token"}
