"""What catch-up finds by asking, in the shape in which Slack would have delivered it."""

from .inbound_row import CHANGED, ts
from .response import as_dict


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
