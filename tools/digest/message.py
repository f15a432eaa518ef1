"""How a digest reads, in Slack and in an email. Whatever a customer wrote in it is escaped here."""

from dataclasses import dataclass
from html import escape

from ..slack import acts, mrkdwn
from ..slack.root_message import section

#: Tickets in a part; how long their words may be.
MOST = 5
MAX_TITLE, MAX_NAME, MAX_SENTENCE = 120, 60, 300


@dataclass(frozen=True)
class Entry:
    """A ticket, in plain unescaped words. :ivar moment: epoch seconds of `moment_text`; 0 for none"""

    reference: str
    title: str
    url: str
    who: str
    moment: int = 0
    moment_text: str = ""


@dataclass(frozen=True)
class Part:
    """One list. :ivar more: what is said if there are more tickets than entries"""

    title: str
    entries: tuple
    more: str = ""


def slack(title, parts):
    """One message: ``text`` and ``blocks``. :param parts: `Part` objects; those without entries are left out"""
    blocks = [{"type": "header", "text": acts.plain(title, 150)}]
    lines = [title]
    for part in filter(lambda part: part.entries, parts):
        words = [f"*{mrkdwn.words(part.title, MAX_SENTENCE)}*", *map(_line, part.entries[:MOST])]
        words += [mrkdwn.words(part.more, MAX_SENTENCE)] if part.more else []
        blocks.append(section("\n".join(words)))
        lines += [part.title, *(f"{entry.reference} {mrkdwn.one_line(entry.title)}" for entry in part.entries[:MOST])]
    return {"text": mrkdwn.escape(mrkdwn.shorten("\n".join(lines), 2000)), "blocks": blocks}


def html(parts, url="", link=""):
    """The same for an email. :param url: where `link` leads, below it"""
    found = []
    for part in filter(lambda part: part.entries, parts):
        rows = "".join(f"<li>{_row(entry)}</li>" for entry in part.entries[:MOST])
        more = f"<p>{escape(part.more)}</p>" if part.more else ""
        found.append(f"<p><strong>{escape(part.title)}</strong></p><ul>{rows}</ul>{more}")
    if url:
        found.append(f'<p><a href="{escape(url)}">{escape(link)}</a></p>')
    return "".join(found)


def _line(entry):
    reference = mrkdwn.shorten(entry.reference, MAX_NAME)
    label = mrkdwn.link(entry.url, reference) if entry.url else mrkdwn.escape(reference)
    words = mrkdwn.shorten(entry.moment_text, MAX_NAME)
    moment = mrkdwn.date(entry.moment, words, countdown=True) if entry.moment else ""
    facts = [mrkdwn.words(entry.title, MAX_TITLE), mrkdwn.words(entry.who, MAX_NAME) if entry.who else "", moment]
    return f"• {label} {' · '.join(filter(None, facts))}"


def _row(entry):
    facts = " · ".join(escape(mrkdwn.one_line(word)) for word in (entry.title, entry.who, entry.moment_text) if word)
    return f'<a href="{escape(entry.url)}">{escape(entry.reference)}</a> {facts}'
