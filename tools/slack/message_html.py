"""What a person wrote in Slack, as HTML: with names instead of ids, and every word of it escaped.

A message typed in Slack has its text twice: as *rich text* in its blocks, which says what is bold or a list, and as
mrkdwn, where `<@U…>`, `<https://…|label>` and `&amp;` stand for what a reader sees. The blocks are read where there
are any. Sources: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and
https://docs.slack.dev/messaging/formatting-message-text.
"""

import re
from dataclasses import dataclass
from html import escape
from html import unescape as unescape_html

from . import app_attachments, emoji, layout_blocks
from .forwarded_message import forwarded_in
from .inbound_row import ref
from .message_blocks import Blocks
from .message_words import LINK, Names, anchor, channel, clean, dicts, escaped, group, moment, person, unescape

#: How deep the elements of a message are read, and how many of its characters: Slack allows 40,000.
MAX_DEPTH = 12
MAX_TEXT = 60_000
TOKEN = re.compile(r"<([^<>\n]{1,4000})>")
PREFORMATTED = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
#: Text between a marker and its twin, where neither stands inside of a word.
STYLES = [
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), "b"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), "i"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), "s"),
]
#: What ends a line in the HTML that is made here, and every tag of it.
END, TAG = re.compile(r"</(?:p|li|tr|pre|blockquote)>|<br>"), re.compile(r"<[^>]*>")
#: No id has a name.
NO_NAMES = Names()


@dataclass(frozen=True)
class Mentioned:
    """The ids in a message whose names it does not say itself."""

    people: tuple = ()
    channels: tuple = ()


def to_html(message, names=NO_NAMES):
    """The words of a message as HTML; empty if it has none.

    :param message: as an event has it
    """
    names = _with_own(message, names)
    html = _laid_out(message, names) or _from_text(_said(message), names)
    if html and message.get("subtype") == "me_message":
        html = re.sub(r"<p>(.*?)</p>", r"<p><i>\1</i></p>", html)
    return html


def _laid_out(message, names):
    """The blocks of a message, or of an attachment, as HTML."""
    return layout_blocks.render(dicts(message.get("blocks")), Blocks(names), lambda text: _from_text(text, names))


def whole_html(message, names=NO_NAMES):
    """The same, with what an app says in attachments, and with what was forwarded as quotations: with whose words they
    are, and where they stand.
    """
    said = [to_html(message, names)]
    for one in app_attachments.attachments_of(message):
        said.append(app_attachments.render(one, _laid_out(one, names), lambda text: _from_text(text, names)))
    return "".join([*said, *(_quotation(one, names) for one in forwarded_in(message))])


def _quotation(forwarded, names):
    author = escaped(forwarded.author or names.people.get(forwarded.author_ref, ""))
    origin = anchor(forwarded.url, author) if LINK.match(forwarded.url) else author
    html = (f"<p>{origin}</p>" if origin else "") + to_html(forwarded.message, names)
    return f"<blockquote>{html}</blockquote>" if html else ""


def plain(message, names=NO_NAMES):
    """The words of a message, and of what was forwarded with it, as plain text."""
    said = "\n".join(filter(None, [_plain(one, names) for one in _with_forwarded(message)]))
    return said or unescape_html(TAG.sub("", END.sub("\n", whole_html(message, names)))).strip()


def has_words(message):
    """Whether a message says something, beside its files."""
    attached = forwarded_in(message) or app_attachments.attachments_of(message)
    return bool(_said(message).strip() or message.get("blocks") or attached)


def _with_forwarded(message):
    return [message, *(one.message for one in forwarded_in(message))]


def _plain(message, names):
    names = _with_own(message, names)
    return emoji.replace_names(unescape(TOKEN.sub(lambda found: _token_text(found[1], names), _said(message)))).strip()


def mentioned(message):
    """The `Mentioned` of a message, and of what was forwarded with it."""
    found = [_mentioned(one) for one in _with_forwarded(message)]
    people, channels = ({one: None for part in parts for one in part} for parts in zip(*found, strict=True))
    return Mentioned(tuple(people), tuple(channels))


def _mentioned(message):
    known, people, channels = _with_own(message, Names()), {}, {}
    attached = app_attachments.attachments_of(message)
    blocks = [block for one in (message, *attached) for block in dicts(one.get("blocks"))]
    said = [
        _said(message),
        *layout_blocks.texts(blocks),
        *(text for one in attached for text in app_attachments.texts(one)),
    ]
    for found in (token for text in said for token in TOKEN.finditer(text)):
        target = found[1].partition("|")[0]
        if target[:1] == "@" and ref(target[1:]):
            people[target[1:]] = None
        elif target[:1] == "#" and ref(target[1:]):
            channels[target[1:]] = None
    for element in _elements(blocks):
        people |= {ref(element.get("user_id")): None} if element.get("type") == "user" else {}
        channels |= {ref(element.get("channel_id")): None} if element.get("type") == "channel" else {}
    people = [one for one in people if one and one not in known.people]
    return people, [one for one in channels if one and one not in known.channels]


def _said(message):
    return message["text"][:MAX_TEXT] if isinstance(message.get("text"), str) else ""


def _elements(value, depth=0):
    """Every element in blocks, however deep."""
    if depth <= MAX_DEPTH:
        for one in dicts(value):
            yield one
            yield from _elements(layout_blocks.elements(one), depth + 1)


def _with_own(message, names):
    """`names`, and those that the message's text says itself: ``<#C1|general>``."""
    people, channels, groups = dict(names.people), dict(names.channels), dict(names.groups)
    for found in TOKEN.finditer(_said(message)):
        target, _bar, label = found[1].partition("|")
        label = unescape(label).strip().lstrip("@#")
        if not label:
            continue
        if target[:1] == "@":
            people.setdefault(target[1:], label)
        elif target[:1] == "#":
            channels.setdefault(target[1:], label)
        elif target.startswith("!subteam^"):
            groups.setdefault(target.removeprefix("!subteam^"), label)
    return Names(people, channels, groups)


# ------------------------------------------------------------
# mrkdwn
# ------------------------------------------------------------


def _from_text(text, names):
    parts, at = [], 0
    # Preformatted text first: nothing in it is markup.
    for found in PREFORMATTED.finditer(text):
        parts.append(_paragraphs(text[at : found.start()], names))
        parts.append(f"<pre>{escape(clean(_plain_tokens(found[1], names)))}</pre>" if found[1].strip() else "")
        at = found.end()
    parts.append(_paragraphs(text[at:], names))
    return "".join(parts)


def _paragraphs(text, names):
    """Lines as a paragraph, and lines that begin with > as a quotation."""
    html, block, is_quote = "", [], False
    for line in [*text.strip("\n").split("\n"), None]:
        quoted = line is not None and line.startswith("&gt;")
        if line is None or quoted != is_quote:
            inner = "<br>".join(block)
            if inner.replace("<br>", "").strip():
                html += f"<blockquote>{inner}</blockquote>" if is_quote else f"<p>{inner}</p>"
            block, is_quote = [], quoted
        if line is not None:
            block.append(_line(re.sub(r"^(&gt;){1,3} ?", "", line) if quoted else line, names))
    return html


def _line(line, names):
    """A line with its codes, tokens and styles. What is finished already stands aside, so that no style reads it."""
    aside = []

    def put_aside(html):
        aside.append(html)
        return f"\ue000{len(aside) - 1}\ue000"

    line = clean(line)
    line = re.sub(
        r"`([^`\n]+)`", lambda found: put_aside(f"<code>{escape(_plain_tokens(found[1], names))}</code>"), line
    )
    line = TOKEN.sub(lambda found: put_aside(_token_html(found[1], names)), line)
    html = escape(emoji.replace_names(unescape(line)), quote=False)
    for pattern, tag in STYLES:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    for _nested in range(2):
        html = re.sub("\ue000(\\d+)\ue000", lambda found: aside[int(found[1])], html)
    return html


def _plain_tokens(text, names):
    return unescape(TOKEN.sub(lambda found: _token_text(found[1], names), text))


def _token_html(token, names):
    target, _bar, label = token.partition("|")
    if target[:1] in "@#!":
        return escaped(_token_text(token, names))
    return anchor(unescape(target), escaped(emoji.replace_names(unescape(label))))


def _token_text(token, names):
    target, _bar, label = token.partition("|")
    label = unescape(label)
    if target[:1] == "@":
        return person(target[1:], names)
    if target[:1] == "#":
        return channel(target[1:], names)
    if target.startswith("!subteam^"):
        return group(target.removeprefix("!subteam^"), names)
    if target.startswith("!date^"):
        return label or moment(target.split("^")[1])
    if target[:1] == "!":
        return label or "@" + target[1:].partition("^")[0]
    return label or re.sub(r"(?i)^(mailto|tel):", "", unescape(target))
