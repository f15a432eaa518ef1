"""What Slack tells of channels: that one has another name or another id, was archived or deleted, or is back.

Sources: https://docs.slack.dev/reference/events and, for what a channel itself says of it,
https://docs.slack.dev/reference/events/message. The latter come with the events ``message.channels`` and
``message.groups``, which every app of ours has.
"""

from . import urls
from .inbound_row import ref, text
from .response import as_dict

#: When a private channel is shared with another organization, it gets another id for good. The former one is dead.
MOVED = "channel_id_changed"
KINDS = ("channel", "group")
CHANGED = {f"{kind}_{what}" for kind in KINDS for what in ("rename", "archive", "unarchive", "deleted", "left")}
NOTICES = {f"{kind}_{what}" for kind in KINDS for what in ("name", "archive", "unarchive")}


def changed(event):
    """The id of the channel about which an event tells something new; empty for none."""
    kind, notice = text(event.get("type")), text(event.get("subtype"))
    if kind in CHANGED or kind == "message" and notice in NOTICES:
        channel = event.get("channel")
        return ref(as_dict(channel).get("id") or channel)
    return ""


def moved(event):
    """The former and the present id of a channel; empty if an event does not tell of another one."""
    if text(event.get("type")) != MOVED:
        return ()
    former, now = ref(event.get("old_channel_id")), ref(event.get("new_channel_id"))
    return (former, now) if former and former != now and urls.channel_id(now) == now else ()
