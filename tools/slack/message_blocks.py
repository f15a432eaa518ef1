"""Rich text, as Slack's own editor makes it, as HTML: paragraphs, lists, quotes and code.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from html import escape

from . import emoji
from .inbound_row import ref
from .message_words import anchor, channel, clean, dicts, escaped, group, moment, person
from .response import as_dict

#: Elements that are read of one message, and how deep lists go.
MAX_ELEMENTS, MAX_INDENT = 5_000, 8
BREAK = "<br>"
TAGS = {"code": "code", "strike": "s", "italic": "i", "bold": "b", "underline": "u"}


class Blocks:
    def __init__(self, names):
        self.names, self.left = names, MAX_ELEMENTS

    def render(self, blocks):
        parts = []
        for block in blocks:
            elements = dicts(block.get("elements"))
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
        html = "".join(self._piece(piece, is_pre) for piece in dicts(element.get("elements")))
        if not is_pre:
            html = _without_breaks_at_end(html)
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
            html += "".join(f"<li>{self._inline(item)}</li>" for item in dicts(element.get("elements")))
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
            return escape(clean(said)) if is_pre else escaped(said)
        if kind == "link":
            return anchor(piece["url"], escaped(said)) if isinstance(piece.get("url"), str) else escaped(said)
        if kind == "emoji":
            return escaped(emoji.sign(piece))
        return escaped(self._named(kind, piece))

    def _named(self, kind, piece):
        if kind == "user":
            return person(ref(piece.get("user_id")), self.names)
        if kind == "channel":
            return channel(ref(piece.get("channel_id")), self.names)
        if kind == "usergroup":
            return group(ref(piece.get("usergroup_id")), self.names)
        value = {"broadcast": "range", "date": "fallback", "color": "value", "team": "team_id"}.get(str(kind), "text")
        value = piece.get(value)
        value = value if isinstance(value, str) else ""
        if kind == "date":
            return value or moment(piece.get("timestamp"))
        return f"@{value}" if kind == "broadcast" and value else value


def _without_breaks_at_end(html):
    """A pattern would begin anew at each of thousands of line breaks that something follows."""
    end = len(html)
    while html.endswith(BREAK, 0, end):
        end -= len(BREAK)
    return html[:end]


def _start(element):
    """Where a numbered list goes on that a picture or a paragraph has interrupted."""
    offset = element.get("offset") if element.get("style") == "ordered" else None
    return f' start="{offset + 1}"' if isinstance(offset, int) and 0 < offset < 10**6 else ""
