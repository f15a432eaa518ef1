"""How a ticket reads in Slack: facts in, one message (``text`` and ``blocks``) out.

Limits are Slack's: https://docs.slack.dev/reference/block-kit/blocks/ (header 150, section text 3,000, field 2,000,
button 75) and a total of about 12,000 characters. ``text`` stays under 3,000, because ``chat.update`` refuses more
than 4,000 where ``chat.postMessage`` takes 40,000: what was posted must stay editable.
"""

import re
from dataclasses import dataclass, field

from . import acts, mrkdwn

MAX_HEADER = 150
MAX_FIELD = 300
MAX_EXCERPT = 700
MAX_EXCERPT_LINES = 12
MAX_TEXT = 600
MAX_FILE = 60
MAX_FILES = 5
MAX_BUTTON = 75
MAX_URL = 3000
MAX_SECTION = 3000
#: Elements of a context block: https://docs.slack.dev/reference/block-kit/blocks/context-block
MAX_SENTENCES = 10

#: Mentions that Slack knows by name; anything else is the id of a user group.
CHANNEL, HERE, GROUP = "channel", "here", "group"
USER_GROUP = re.compile(r"S[A-Z0-9]{6,20}")
MEMBER = re.compile(r"[UW][A-Z0-9]{6,20}")
#: An eye-catcher for what is more urgent than usual, by the priority's key.
URGENT = {"2": ":large_orange_diamond:", "3": ":red_circle:"}


@dataclass(frozen=True)
class Root:
    """The current data of a ticket, in plain unescaped words.

    :param labels: the translated names ``customer``, ``assignee``, ``status``, ``priority``, ``created``, ``due``,
        ``open``, ``moved``, ``merged``, ``duplicate``, ``archived`` and ``there``
    :param headline: what the mention is about ("New ticket"), shown only together with it
    :param mention: what `mention` returns
    :param assignee_ref: the assignee's member id in Slack, when it is known
    :param level: the priority's key, for its emoji
    :param due: epoch seconds of the next due date, 0 for none
    :param paused: what stands there instead while the SLA pauses
    :param created: epoch seconds, UTC; `created_text` stands in where Slack cannot show a date
    :param moved: the channel of the current thread, when this is a former one
    :param gone: why nobody works on this ticket any more, when it is archived or a duplicate
    :param turn: what the ticket waits for, beside its status
    :param acts: what can be done here, as `acts.Act` and `acts.Menu`
    :param answering: who is answering the customer, in a sentence
    :param sentences: what other addons add
    :param files: names of what came with the request
    :param snoozed: epoch seconds until when it is snoozed, 0 if it is not; `snoozed_text` stands in
    """

    reference: str
    title: str
    customer: str
    assignee: str
    status: str
    emoji: str
    created: int
    created_text: str
    excerpt: str
    url: str
    labels: dict = field(hash=False)
    headline: str = ""
    mention: str = ""
    assignee_ref: str = ""
    due: int = 0
    due_text: str = ""
    paused: str = ""
    priority: str = ""
    level: str = ""
    moved: "Moved | None" = None
    gone: "Gone | None" = None
    turn: str = ""
    acts: tuple = ()
    answering: str = ""
    snoozed: int = 0
    snoozed_text: str = ""
    sentences: tuple = ()
    files: tuple = ()


@dataclass(frozen=True)
class Moved:
    """Where a ticket has gone. :param channel_ref: empty when it is posted in no channel any more"""

    team: str = ""
    channel_ref: str = ""
    url: str = ""


@dataclass(frozen=True)
class Gone:
    """Where a ticket goes on. The other ticket's title is not for everybody in this channel.

    :param label: the name of a label: ``merged``, ``duplicate`` or ``archived``
    :param reference: of the ticket in which it goes on, with its `url` in Odoo; empty when it is only archived
    :param thread_url: of that ticket's thread; empty when it has none
    """

    label: str
    reference: str = ""
    url: str = ""
    thread_url: str = ""


def mention(kind, group=""):
    """The token of a mention that notifies: ``<!channel>``, ``<!here>``, ``<!subteam^S…>`` or nothing."""
    if kind in (CHANNEL, HERE):
        return f"<!{kind}>"
    if kind == GROUP and USER_GROUP.fullmatch(group or ""):
        return f"<!subteam^{group}>"
    return ""


def member(ref):
    """The token that names a member of the workspace; a new message notifies them, an edit does not."""
    return f"<@{ref}>" if MEMBER.fullmatch(ref or "") else ""


def status_emoji(closed, unattended):
    """A colour for the eye beside the stage's name, never instead of it."""
    if closed:
        return ":white_check_mark:"
    return ":new:" if unattended else ":large_blue_circle:"


def root(facts):
    """The first message of a ticket's thread, as arguments of ``chat.postMessage`` or ``chat.update``."""
    headline = f"{facts.reference} {mrkdwn.one_line(facts.title)}"
    who = f" — {_short(facts.customer, MAX_FIELD)}" if facts.customer else ""
    text = f"{facts.mention} {_short(headline, MAX_TEXT)}{who}".strip()
    blocks = [
        *_mention_block(facts),
        *_moved_block(facts),
        *_gone_block(facts),
        {"type": "header", "text": _plain(_short(headline, MAX_HEADER))},
        {"type": "section", "fields": _fields(facts)},
        *_sentences_block(facts.sentences),
        *_excerpt_block(facts.excerpt, facts.files),
        *_answering_block(facts.answering),
        *_button_block(facts),
    ]
    return {"text": text, "blocks": blocks}


def flat(message, reference, url):
    """A message that stands alone, as nothing can be put below another: it begins with what names its ticket.

    :param message: ``text`` and ``blocks`` as they would stand in a thread
    :param url: of the ticket
    """
    name = mrkdwn.escape(reference)
    words = " ".join(message["text"].replace(name, "", 1).split())
    first, *others = message["blocks"]
    if first["type"] == "section" and "text" in first:
        label = mrkdwn.link(url, reference) if url and len(url) < MAX_FIELD else name
        joined = f"{label} {first['text']['text']}"
        blocks = [section(joined), *others] if len(joined) <= MAX_SECTION else [section(label), first, *others]
    else:
        blocks = message["blocks"]  # a header begins with it
    return {"text": f"{name} {words}", "blocks": blocks}


def _mention_block(facts):
    if not facts.mention:
        return []
    return [section(f"{facts.mention} {_short(facts.headline, MAX_FIELD)}".strip())]


def _moved_block(facts):
    moved = facts.moved
    if not moved:
        return []
    channel = f"<#{moved.channel_ref}>" if moved.channel_ref else ""
    there = mrkdwn.link(moved.url, facts.labels["there"]) if moved.url else ""
    where = " · ".join(filter(None, [_short(moved.team, MAX_FIELD), channel, there]))
    return [section(f":arrow_right: *{_short(facts.labels['moved'], MAX_FIELD)}* {where}".strip())]


def _gone_block(facts):
    gone = facts.gone
    if not gone:
        return []
    label = f"*{_short(facts.labels[gone.label], MAX_FIELD)}*"
    if not gone.reference:
        return [section(f":file_folder: {label}")]
    there = mrkdwn.link(gone.thread_url, facts.labels["there"]) if gone.thread_url else ""
    where = " · ".join(filter(None, [mrkdwn.link(gone.url, gone.reference), there]))
    return [section(f":arrow_right: {label} {where}")]


def _fields(facts):
    status = f"{facts.emoji} {_short(facts.status, MAX_FIELD)}"
    if facts.turn:
        status += f" · {mrkdwn.bold(mrkdwn.shorten(mrkdwn.one_line(facts.turn), MAX_FIELD))}"
    if facts.snoozed:
        label = _short(facts.labels["snoozed"], MAX_FIELD)
        status += f" · :zzz: {label} {mrkdwn.date(facts.snoozed, facts.snoozed_text)}"
    values = {
        "customer": _short(facts.customer, MAX_FIELD),
        "assignee": member(facts.assignee_ref) or _short(facts.assignee, MAX_FIELD),
        "status": status.strip(),
        "priority": f"{URGENT.get(facts.level, '')} {_short(facts.priority, MAX_FIELD)}".strip(),
        "created": mrkdwn.date(facts.created, facts.created_text),
        "due": mrkdwn.date(facts.due, facts.due_text, countdown=True) if facts.due else _short(facts.paused, MAX_FIELD),
    }
    return [_mrkdwn(f"*{_short(facts.labels[name], MAX_FIELD)}*\n{value}") for name, value in values.items() if value]


def quotation(excerpt):
    """The beginning of a text as a quotation; empty when there is none."""
    lines = excerpt.strip().split("\n")
    cut = "\n".join(lines[:MAX_EXCERPT_LINES])
    if len(lines) > MAX_EXCERPT_LINES:
        cut += "\n…"
    return mrkdwn.quote(mrkdwn.shorten(cut, MAX_EXCERPT))


def files_line(names):
    """The names of files in a line of their own; empty when there are none."""
    if not names:
        return ""
    shown = [mrkdwn.escape(mrkdwn.shorten(mrkdwn.one_line(name), MAX_FILE)) for name in names[:MAX_FILES]]
    more = len(names) - len(shown)
    return f":paperclip: {', '.join(shown)}" + (f" +{more}" if more else "")


def _excerpt_block(excerpt, files):
    words = "\n".join(filter(None, [quotation(excerpt), files_line(files)]))
    return [section(words)] if words else []


def _sentences_block(sentences):
    shown = [words for words in (_short(sentence, MAX_FIELD) for sentence in sentences) if words][:MAX_SENTENCES]
    return [{"type": "context", "elements": list(map(_mrkdwn, shown))}] if shown else []


def _answering_block(words):
    words = _short(words, MAX_FIELD)
    return [{"type": "context", "elements": [_mrkdwn(f":writing_hand: {words}")]}] if words else []


def _button_block(facts):
    about = facts.reference
    buttons = [*acts.elements(facts.acts, about=about), *open_button(facts.url, facts.labels["open"], about)]
    # A menu at the end, as everywhere in Slack.
    buttons.sort(key=lambda element: element["type"] == "overflow")
    return [{"type": "actions", "elements": buttons}] if buttons else []


def open_button(url, label, about):
    """The button that opens a ticket in Odoo, if its address is not too long, as a list. :param about: its reference"""
    if not url or len(url) > MAX_URL:
        return []
    text = _plain(_short(label, MAX_BUTTON))
    button = {"type": "button", "action_id": f"{acts.PREFIX}{acts.OPEN}", "text": text, "url": url}
    return [{**button, **acts.spoken(text, about)}]


def section(text):
    """A block of text; what is anybody's words in it has been escaped before."""
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text):
    # verbatim: Slack shall not look for @channel, #names and addresses in a customer's words by itself
    # https://docs.slack.dev/reference/block-kit/composition-objects/text-object/
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text):
    return {"type": "plain_text", "text": text, "emoji": False}


def _short(text, limit):
    """A user's text on one line, escaped and within `limit`: all text of users enters a block through here."""
    return mrkdwn.escape(mrkdwn.shorten(mrkdwn.one_line(text), limit))
