"""How a ticket reads in Slack: facts in, one message (``text`` and ``blocks``) out.

Limits are Slack's: https://docs.slack.dev/reference/block-kit/blocks/ (header 150, section text 3,000, field 2,000,
button 75) and a total of about 12,000 characters. ``text`` stays under 3,000, because ``chat.update`` refuses more
than 4,000 where ``chat.postMessage`` takes 40,000: what was posted must stay editable.
"""

import re
from dataclasses import dataclass, field

from . import mrkdwn

MAX_HEADER = 150
MAX_FIELD = 300
MAX_EXCERPT = 700
MAX_EXCERPT_LINES = 12
MAX_TEXT = 600
MAX_BUTTON = 75
MAX_URL = 3000

#: Mentions that Slack knows by name; anything else is the id of a user group.
CHANNEL, HERE, NONE, GROUP = "channel", "here", "none", "group"
USER_GROUP = re.compile(r"S[A-Z0-9]{6,20}")


@dataclass(frozen=True)
class Root:
    """The present of a ticket, in plain unescaped words.

    :param labels: the translated names ``customer``, ``assignee``, ``status``, ``created`` and ``open``
    :param headline: what the mention is about ("New ticket"), shown only together with it
    :param mention: what `mention` returns
    :param created: epoch seconds, UTC; `created_text` stands in where Slack cannot show a date
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


def mention(kind, group=""):
    """The token that rings a bell: ``<!channel>``, ``<!here>``, ``<!subteam^S…>`` or nothing."""
    if kind in (CHANNEL, HERE):
        return f"<!{kind}>"
    if kind == GROUP and USER_GROUP.fullmatch(group or ""):
        return f"<!subteam^{group}>"
    return ""


def status_emoji(closed, unattended):
    """A colour for the eye beside the stage's name, never instead of it."""
    if closed:
        return ":white_check_mark:"
    return ":new:" if unattended else ":large_blue_circle:"


def root(facts):
    """The first message of a ticket's thread, as arguments of ``chat.postMessage`` or ``chat.update``."""
    headline = f"{facts.reference} {_one_line(facts.title)}"
    who = f" — {_short(facts.customer, MAX_FIELD)}" if facts.customer else ""
    text = f"{facts.mention} {_short(headline, MAX_TEXT)}{who}".strip()
    blocks = [
        *_mention_block(facts),
        {"type": "header", "text": _plain(_short(headline, MAX_HEADER))},
        {"type": "section", "fields": _fields(facts)},
        *_excerpt_block(facts.excerpt),
        *_button_block(facts),
    ]
    return {"text": text, "blocks": blocks}


def text_only(message):
    """The same message for a Slack that refused its blocks."""
    return {"text": message["text"]}


def _mention_block(facts):
    if not facts.mention:
        return []
    return [_section(f"{facts.mention} {_short(facts.headline, MAX_FIELD)}".strip())]


def _fields(facts):
    status = f"{facts.emoji} {_short(facts.status, MAX_FIELD)}"
    values = {
        "customer": _short(facts.customer, MAX_FIELD),
        "assignee": _short(facts.assignee, MAX_FIELD),
        "status": status.strip(),
        "created": mrkdwn.date(facts.created, facts.created_text),
    }
    return [_mrkdwn(f"*{_short(facts.labels[name], MAX_FIELD)}*\n{value}") for name, value in values.items() if value]


def _excerpt_block(excerpt):
    lines = excerpt.strip().split("\n")
    cut = "\n".join(lines[:MAX_EXCERPT_LINES])
    if len(lines) > MAX_EXCERPT_LINES:
        cut += "\n…"
    cut = mrkdwn.shorten(cut, MAX_EXCERPT)
    return [_section(mrkdwn.quote(cut))] if cut else []


def _button_block(facts):
    if not facts.url or len(facts.url) > MAX_URL:
        return []
    button = {
        "type": "button",
        "action_id": "helpdesk_open",
        "text": _plain(_short(facts.labels["open"], MAX_BUTTON)),
        "url": facts.url,
    }
    return [{"type": "actions", "elements": [button]}]


def _section(text):
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text):
    # verbatim: Slack shall not look for @channel, #names and addresses in a customer's words by itself
    # https://docs.slack.dev/reference/block-kit/composition-objects/text-object/
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text):
    return {"type": "plain_text", "text": text, "emoji": False}


def _one_line(text):
    return " ".join(text.split())


def _short(text, limit):
    """Somebody's words on one line, escaped and within `limit`: the only door into a block."""
    return mrkdwn.escape(mrkdwn.shorten(_one_line(text), limit))
