"""Splits HTML into tokens in linear time, whatever is in it.

It follows https://html.spec.whatwg.org/multipage/parsing.html#tokenization, but loses no text: a tag, a comment or a
style sheet that is never closed counts as text.
"""

import html
import re
from html.entities import html5
from typing import NamedTuple

#: Tags, comments and attributes that are read. Further ones are not shown.
MAX_TOKENS = 40_000
#: Attributes of one tag that are kept: libxml2 compares each with all others.
MAX_ATTRIBUTES = 40
MAX_NAME = 100

NAME = re.compile(r"[a-zA-Z][^\s/>]*")
ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=]+|=)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
TAG_END = re.compile(r"[\s/]*(>|\Z)")
COMMENT_END = re.compile(r"--!?>")
#: Elements whose content no one sees, and which contains no tags.
HIDDEN = {name: re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE) for name in ("script", "style", "title")}
#: In a style sheet, what the cleaner of lxml searches the end of.
SLOW_STYLE = re.compile(r"/\*|expression|data:|import", re.IGNORECASE)
#: Characters of one style sheet that an ordinary email has.
MAX_STYLE = 100_000
#: A number that is no character.
LONG_ENTITY = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|([a-zA-Z][a-zA-Z0-9]{0,31};))")


class Token(NamedTuple):
    """One piece of HTML.

    `kind` is "text", "open", "close", "odd" (nothing to show) or "end" (there is more, which is not read).
    """

    kind: str
    name: str = ""  #: of an element, in lower case
    text: str = ""  #: as in the source, with entities
    attributes: dict = {}
    weight: int = 0  #: how unusual it is
    is_odd: bool = False  #: no honest email has it


def tokens(source):
    """Every `Token` of some HTML."""
    return _Reader(source).tokens()


def decoded(text):
    """Some text without entities. As for libxml2, a name ends with ";": "&region=eu" is no sign, but part of a link."""
    return ENTITY.sub(_character, LONG_ENTITY.sub("\ufffd", text))


def _character(entity):
    return html.unescape(entity[0]) if not entity[1] or entity[1] in html5 else entity[0]


class _Reader:
    """:ivar unclosed: what was searched in vain, and is not searched again"""

    def __init__(self, source):
        self.source, self.position, self.left = source, 0, MAX_TOKENS
        self.unclosed = set()

    def tokens(self):
        source = self.source
        while self.position < len(source):
            begin = source.find("<", self.position)
            if begin != self.position:
                end = len(source) if begin < 0 else begin
                yield Token("text", text=source[self.position : end])
                self.position = end
                continue
            self.left -= 1
            if self.left < 0:
                yield Token("end")
                return
            yield from self._markup()

    def _markup(self):
        start = self.source[self.position + 1 : self.position + 2]
        if start.isascii() and start.isalpha():
            yield from self._open()
        elif start == "/" and NAME.match(self.source, self.position + 2):
            yield from self._close()
        elif self.source.startswith("<!--", self.position):
            yield from self._comment()
        elif start in ("!", "?", "/"):
            yield from self._skip_to(">")
        else:
            yield from self._stray()

    def _stray(self):
        """A "<" that begins nothing is text."""
        yield Token("text", text="&lt;")
        yield Token("odd", weight=1)
        self.position += 1

    def _skip_to(self, end):
        found = -1 if end in self.unclosed else self.source.find(end, self.position)
        if found < 0:
            self.unclosed.add(end)
            yield from self._stray()
        else:
            yield Token("odd", weight=int(found - self.position > 300))
            self.position = found + len(end)

    def _comment(self):
        source, begin = self.source, self.position
        short = 4 if source.startswith(">", begin + 4) else 5 if source.startswith("->", begin + 4) else 0
        found = None if short or "--" in self.unclosed else COMMENT_END.search(source, begin + 4)
        if not short and not found:
            self.unclosed.add("--")
            yield from self._stray()
            return
        self.position = begin + short + 1 if short else found.end()
        conditions = source.count("[if", begin, self.position)
        yield Token("odd", weight=max(0, conditions - 1), is_odd=False)

    def _close(self):
        name = NAME.match(self.source, self.position + 2)
        end = -1 if ">" in self.unclosed else self.source.find(">", name.end())
        if end < 0:
            self.unclosed.add(">")
            yield from self._stray()
            return
        yield Token("close", name[0][:MAX_NAME].lower())
        self.position = end + 1

    def _open(self):
        source = self.source
        name = NAME.match(source, self.position + 1)
        attributes, position, count = {}, name.end(), 0
        while not (end := TAG_END.match(source, position)):
            found = ATTRIBUTE.match(source, position)
            if not found:
                break
            position, count = found.end(), count + 1
            if count > MAX_ATTRIBUTES:
                self.left -= 1
                if self.left < 0:
                    yield Token("end")
                    self.position = len(source)
                    return
            elif len(found[1]) <= MAX_NAME:
                attributes.setdefault(found[1].lower(), found[2] or found[3] or found[4] or "")
        if not end or not end[1]:
            # Never closed: all that follows is its text.
            yield Token("text", text="&lt;" + source[self.position + 1 :].replace("<", "&lt;"))
            yield Token("odd", weight=1_000)
            self.position = len(source)
            return
        lowered = name[0][:MAX_NAME].lower()
        is_odd = count > MAX_ATTRIBUTES or len(name[0]) > MAX_NAME
        yield Token("open", lowered, attributes=attributes, weight=int("encoding" in attributes), is_odd=is_odd)
        self.position = end.end()
        if lowered in HIDDEN:
            yield from self._hidden(lowered)

    def _hidden(self, name):
        end = None if name in self.unclosed else HIDDEN[name].search(self.source, self.position)
        if not end:
            self.unclosed.add(name)
            yield Token("odd", weight=1_000)
            return
        content = self.source[self.position : end.start()]
        slow = sum(1 for _found in SLOW_STYLE.finditer(content[:MAX_STYLE]))
        yield Token("odd", weight=max(0, slow // 4 - 1) + 1_000 * (len(content) > MAX_STYLE))
        self.position = end.end()
