"""What catch-up asks Slack, and what it finds there in the shape in which Slack would have delivered it.

A channel's history shows its latest messages, and of each the `latest_reply`:
https://docs.slack.dev/reference/methods/conversations.history. Only where that is newer than what Odoo has asked up to,
the replies are read: https://docs.slack.dev/reference/methods/conversations.replies. A first message that is further
back is asked about in turn, as long as its ticket is open.
"""

from dataclasses import dataclass, field
from datetime import timezone

from .inbound_row import CHANGED, ts
from .response import as_dict

#: Calls a minute of each method; Slack's Tier 3 allows more than fifty.
MAX_HISTORY, MAX_REPLIES = 40, 40
#: Pages of one channel's history, and of one thread's replies, in one run. Histories share `MAX_HISTORY` between them.
MAX_PAGES, MAX_THREAD_PAGES = 5, 5
#: Messages of one page.
PAGE = 200
#: Of the calls for replies, those that look for edits where somebody has just written.
LIVELY = 10
#: Seconds back from where a thread was read up to: what was edited since comes along.
BACK = 3600
#: Answers that say that there is no such thread any more.
GONE = frozenset({"thread_not_found", "message_not_found", "invalid_ts_latest", "invalid_ts_oldest"})


@dataclass(frozen=True)
class Thread:
    """A thread that is asked about.

    :param read_up_to: its newest message that was asked for before; empty: nothing yet
    :param since: nothing before this is taken
    :param latest: its newest reply, as far as Slack has said
    """

    id: int
    channel_ref: str
    ts: str
    read_up_to: str = ""
    since: str = ""
    latest: str = ""

    @property
    def is_behind(self):
        """Whether Slack has told of a reply that was not asked for yet."""
        return bool(self.latest) and self.latest > max(self.read_up_to, self.since)

    @property
    def oldest(self):
        """From where on its replies are asked for."""
        if not self.is_behind or not self.read_up_to:
            return self.since
        return max(self.since, back(self.read_up_to, BACK))


@dataclass
class Found:
    """What was found in one thread.

    :ivar messages: what people and programs have said there, oldest first
    :ivar read_up_to: what to remember; all before it was asked for
    :ivar trouble: the `Answer` of a call that failed
    :ivar is_complete: whether everything was read
    """

    thread: Thread
    messages: list = field(default_factory=list)
    read_up_to: str = ""
    trouble: object = None
    is_complete: bool = False


def moment_ts(moment):
    """Slack's timestamp of a moment, naive UTC, in whole seconds."""
    return f"{int(moment.replace(tzinfo=timezone.utc).timestamp()):010d}.000000"


def minute(moment):
    """The number of a minute, naive UTC: what `in_rotation` turns by."""
    return int(moment.replace(tzinfo=timezone.utc).timestamp()) // 60


def back(moment, seconds):
    """A timestamp of Slack's, some seconds before another one."""
    whole, _dot, fraction = moment.partition(".")
    return f"{max(0, int(whole) - int(seconds)):010d}.{fraction or '000000'}"


def latest_replies(messages):
    """{ts of a first message: its latest reply} among a channel's messages."""
    found = {}
    for message in map(as_dict, messages if isinstance(messages, list) else ()):
        root, latest = ts(message.get("ts")), ts(message.get("latest_reply"))
        if root and latest and message.get("thread_ts") in (None, root):
            found[root] = latest
    return found


def oldest_of(messages):
    """The timestamp of the oldest message of a page; empty for none."""
    sent = [ts(as_dict(message).get("ts")) for message in (messages if isinstance(messages, list) else ())]
    return min(filter(None, sent), default="")


def replies_of(thread, messages):
    """The replies among what ``conversations.replies`` returned, oldest first; the first message is not one."""
    replies = [message for message in map(as_dict, messages if isinstance(messages, list) else ())]
    replies = [message for message in replies if ts(message.get("ts")) and message["ts"] != thread.ts]
    return sorted(replies, key=lambda message: message["ts"])


def in_rotation(places, at_once, number):
    """The same places, begun elsewhere each minute, so that each is among the first soon.

    :param at_once: how many of the first are taken
    :param number: of the minute
    """
    start = number * at_once % len(places) if places else 0
    return places[start:] + places[:start]


def in_turn(behind, missing, older, lively, waiting=frozenset()):
    """Which threads are asked about in this run, in this order, each once.

    :param behind: threads with a newer reply
    :param missing: the ids of those whose newest reply Odoo has from nowhere else: they come first
    :param older: open tickets' threads, those that were not asked about for longest first
    :param lively: threads in which somebody has written lately, in the same order
    :param waiting: the ids of those for which something waits that was said later: they come before all others
    """
    first = sorted(behind, key=lambda thread: (thread.id not in waiting, thread.id not in missing, thread.latest))
    room = max(0, MAX_REPLIES - len(first))
    chosen = {thread.id: thread for thread in first[:MAX_REPLIES]}
    spare = min(LIVELY, room)
    for thread in lively:
        if spare and thread.id not in chosen:
            chosen[thread.id] = thread
            spare -= 1
    for thread in older:
        if len(chosen) >= MAX_REPLIES:
            break
        chosen.setdefault(thread.id, thread)
    return list(chosen.values())


def bodies(thread, messages, known, team_ref=""):
    """The bodies of what Odoo does not know yet: messages, and edits of those that it knows.

    :param known: {ts of a message: the set of edits of it that are known}
    """
    for message in messages:
        sent = message["ts"]
        if sent < thread.since:
            continue
        body, *edits = caught_up(thread.channel_ref, message, team_ref)
        if sent not in known:
            yield body
        for edit in edits:
            if edit["event"]["event_ts"] not in known.get(sent, ()):
                yield edit


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
