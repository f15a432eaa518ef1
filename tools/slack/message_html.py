"""What a person wrote in Slack, as HTML: with names instead of ids, and every word of it escaped.

A message typed in Slack has its text twice: as *rich text* in its blocks, which says what is bold or a list, and as
mrkdwn, where `<@U…>`, `<https://…|label>` and `&amp;` stand for what a reader sees. The blocks are read where there
are any. Sources: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and
https://docs.slack.dev/messaging/formatting-message-text.
"""

import re
from dataclasses import dataclass, field
from html import escape

from . import emoji, mrkdwn
from .inbound_event import ref
from .response import as_dict

#: Elements that are read of one message, and how deep: a message is at most 40,000 characters.
MAX_ELEMENTS, MAX_DEPTH, MAX_INDENT = 5_000, 12, 8
MAX_TEXT = 60_000
TOKEN = re.compile(r"<([^<>\n]{1,4000})>")
PREFORMATTED = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
#: Text between a marker and its twin, where neither stands inside of a word.
STYLES = [
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), "b"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), "i"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), "s"),
]
TAGS = {"code": "code", "strike": "s", "italic": "i", "bold": "b", "underline": "u"}
LINK = re.compile(r"(?i)(https?|mailto|tel|ftp):")


@dataclass(frozen=True)
class Names:
    """What ids are called.

    :param people: names by id
    :param channels: names by id, without the #
    :param groups: handles of user groups by id, without the @
    """

    people: dict = field(default_factory=dict)
    channels: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Mentioned:
    """The ids in a message whose names it does not say itself."""

    people: tuple = ()
    channels: tuple = ()


def to_html(message, names=Names()):
    """The words of a message as HTML; empty if it has none.

    :param message: as an event has it
    """
    names = _with_own(message, names)
    blocks = [block for block in _list(message.get("blocks")) if block.get("type") == "rich_text"]
    html = _Blocks(names).render(blocks) if blocks else ""
    html = html or _from_text(_said(message), names)
    if html and message.get("subtype") == "me_message":
        html = re.sub(r"<p>(.*?)</p>", r"<p><i>\1</i></p>", html)
    return html


def plain(message, names=Names()):
    """The words of a message as plain text."""
    names = _with_own(message, names)
    return emoji.replace_names(_unescape(TOKEN.sub(lambda found: _token_text(found[1], names), _said(message)))).strip()


def mentioned(message):
    """The `Mentioned` of a message."""
    known, people, channels = _with_own(message, Names()), {}, {}
    for found in TOKEN.finditer(_said(message)):
        target = found[1].partition("|")[0]
        if target[:1] == "@" and ref(target[1:]):
            people[target[1:]] = None
        elif target[:1] == "#" and ref(target[1:]):
            channels[target[1:]] = None
    for element in _elements(message.get("blocks")):
        people |= {ref(element.get("user_id")): None} if element.get("type") == "user" else {}
        channels |= {ref(element.get("channel_id")): None} if element.get("type") == "channel" else {}
    return Mentioned(
        tuple(one for one in people if one and one not in known.people),
        tuple(one for one in channels if one and one not in known.channels),
    )


def _said(message):
    return message["text"][:MAX_TEXT] if isinstance(message.get("text"), str) else ""


def _list(value):
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _elements(value, depth=0):
    """Every element in blocks, however deep."""
    if depth <= MAX_DEPTH:
        for one in _list(value):
            yield one
            yield from _elements(one.get("elements"), depth + 1)


def _with_own(message, names):
    """`names`, and those that the message's text says itself: ``<#C1|general>``."""
    people, channels, groups = dict(names.people), dict(names.channels), dict(names.groups)
    for found in TOKEN.finditer(_said(message)):
        target, _bar, label = found[1].partition("|")
        label = _unescape(label).strip().lstrip("@#")
        if not label:
            continue
        if target[:1] == "@":
            people.setdefault(target[1:], label)
        elif target[:1] == "#":
            channels.setdefault(target[1:], label)
        elif target.startswith("!subteam^"):
            groups.setdefault(target.removeprefix("!subteam^"), label)
    return Names(people, channels, groups)


def _clean(text):
    return mrkdwn.FORBIDDEN.sub("", text)


def _escaped(text):
    return escape(_clean(text)).replace("\n", "<br>")


def _unescape(text):
    """What Slack has escaped, exactly these three, as a reader sees it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _anchor(url, label):
    """A link; one to a place that a browser would not open as a link is text."""
    url = "".join(_clean(url).split())
    label = label or _escaped(re.sub(r"(?i)^(mailto|tel):", "", url))
    if not LINK.match(url):
        return label
    return f'<a href="{escape(url)}" target="_blank" rel="noreferrer noopener">{label}</a>'


def _person(user_ref, names):
    return "@" + (names.people.get(user_ref) or "someone")


def _channel(channel_ref, names):
    return "#" + (names.channels.get(channel_ref) or "channel")


def _group(group_ref, names):
    return "@" + (names.groups.get(group_ref) or "group")


# ------------------------------------------------------------
# Rich text
# ------------------------------------------------------------


class _Blocks:
    def __init__(self, names):
        self.names, self.left = names, MAX_ELEMENTS

    def render(self, blocks):
        parts = []
        for block in blocks:
            elements = _list(block.get("elements"))
            while elements:
                if elements[0].get("type") == "rich_text_list":
                    # A change of the indent begins another element: together they are one list.
                    count = next(
                        (n for n, one in enumerate(elements) if one.get("type") != "rich_text_list"), len(elements)
                    )
                    parts.append(self._lists(elements[:count]))
                    elements = elements[count:]
                else:
                    parts.append(self._section(elements.pop(0)))
        return "".join(filter(None, parts))

    def _section(self, element):
        inner = self._inline(element)
        kind = element.get("type")
        if not inner:
            return ""
        if kind == "rich_text_quote":
            return f"<blockquote>{inner}</blockquote>"
        if kind == "rich_text_preformatted":
            return f"<pre>{inner}</pre>"
        return f"<p>{inner}</p>"

    def _inline(self, element):
        is_pre = element.get("type") == "rich_text_preformatted"
        html = "".join(self._piece(piece, is_pre) for piece in _list(element.get("elements")))
        if not is_pre:
            html = re.sub(r"(<br>)+$", "", html)
        return html

    def _lists(self, elements):
        """Lists as Slack has them, one element for each change of indent or style, as nested lists."""
        html, ends = "", []
        for element in elements:
            tag = "ol" if element.get("style") == "ordered" else "ul"
            indent = element.get("indent")
            depth = min(max(indent, 0), MAX_INDENT) + 1 if isinstance(indent, int) else 1
            while len(ends) > depth or (len(ends) == depth and not ends[-1].startswith(f"</{tag}>")):
                html += ends.pop()
            while len(ends) < depth:
                # A list within a list belongs to the item above it.
                within = "</li>" if ends and html.endswith("</li>") else ""
                html = html.removesuffix(within) + f"<{tag}{_start(element) if len(ends) == depth - 1 else ''}>"
                ends.append(f"</{tag}>{within}")
            html += "".join(f"<li>{self._inline(item)}</li>" for item in _list(element.get("elements")))
        return html + "".join(reversed(ends))

    def _piece(self, piece, is_pre):
        self.left -= 1
        if self.left < 0:
            return ""
        html = self._content(piece, is_pre)
        styles = as_dict(piece.get("style"))
        for name, tag in TAGS.items():
            if html and styles.get(name) is True:
                html = f"<{tag}>{html}</{tag}>"
        return html

    def _content(self, piece, is_pre):
        kind, said = piece.get("type"), piece.get("text")
        said = said if isinstance(said, str) else ""
        if kind == "text":
            return escape(_clean(said)) if is_pre else _escaped(said)
        if kind == "link":
            return _anchor(piece["url"], _escaped(said)) if isinstance(piece.get("url"), str) else _escaped(said)
        if kind == "emoji":
            return _escaped(emoji.sign(piece))
        return _escaped(self._named(kind, piece))

    def _named(self, kind, piece):
        if kind == "user":
            return _person(ref(piece.get("user_id")), self.names)
        if kind == "channel":
            return _channel(ref(piece.get("channel_id")), self.names)
        if kind == "usergroup":
            return _group(ref(piece.get("usergroup_id")), self.names)
        value = {"broadcast": "range", "date": "fallback", "color": "value", "team": "team_id"}.get(str(kind), "text")
        value = piece.get(value)
        value = value if isinstance(value, str) else ""
        return f"@{value}" if kind == "broadcast" and value else value


def _start(element):
    """Where a numbered list goes on that a picture or a paragraph has interrupted."""
    offset = element.get("offset") if element.get("style") == "ordered" else None
    return f' start="{offset + 1}"' if isinstance(offset, int) and 0 < offset < 10**6 else ""


# ------------------------------------------------------------
# mrkdwn
# ------------------------------------------------------------


def _from_text(text, names):
    parts, at = [], 0
    # Preformatted text first: nothing in it is markup.
    for found in PREFORMATTED.finditer(text):
        parts.append(_paragraphs(text[at : found.start()], names))
        parts.append(f"<pre>{escape(_clean(_plain_tokens(found[1], names)))}</pre>" if found[1].strip() else "")
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

    line = _clean(line)
    line = re.sub(
        r"`([^`\n]+)`", lambda found: put_aside(f"<code>{escape(_plain_tokens(found[1], names))}</code>"), line
    )
    line = TOKEN.sub(lambda found: put_aside(_token_html(found[1], names)), line)
    html = escape(emoji.replace_names(_unescape(line)), quote=False)
    for pattern, tag in STYLES:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    for _nested in range(2):
        html = re.sub("\ue000(\\d+)\ue000", lambda found: aside[int(found[1])], html)
    return html


def _plain_tokens(text, names):
    return _unescape(TOKEN.sub(lambda found: _token_text(found[1], names), text))


def _token_html(token, names):
    target, _bar, label = token.partition("|")
    if target[:1] in "@#!":
        return _escaped(_token_text(token, names))
    return _anchor(_unescape(target), _escaped(emoji.replace_names(_unescape(label))))


def _token_text(token, names):
    target, _bar, label = token.partition("|")
    label = _unescape(label)
    if target[:1] == "@":
        return _person(target[1:], names)
    if target[:1] == "#":
        return _channel(target[1:], names)
    if target.startswith("!subteam^"):
        return _group(target.removeprefix("!subteam^"), names)
    if target[:1] == "!":
        return label or "@" + target[1:].partition("^")[0]
    return label or re.sub(r"(?i)^(mailto|tel):", "", _unescape(target))
