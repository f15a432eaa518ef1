"""Bounds plain text, so that Odoo can store and quote it in a time linear in its length.

Odoo marks quoted lines, and copies the rest of the text for each block of them. If lines end with CR LF, each line is
such a block: 100 kB of them take 30 seconds.
"""

import re
from typing import NamedTuple

#: Characters that a ticket shows of one email: 50 printed pages. A browser shows that without effort.
MAX_TEXT = 200_000
#: Quoted blocks that Odoo may mark. Conversations have a few dozen.
MAX_QUOTES = 300

#: Where Odoo begins a quoted block: a line with ">" after one without it, or after any line that ends with CR LF.
QUOTE = re.compile(r"\n>+[^\r\n]*(?:\n>+[^\r\n]*)*")
NEW_LINE = re.compile(r"\r\n?")
#: Characters that XML cannot contain: libxml2 ends a text there.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Bounded(NamedTuple):
    """What a ticket shows of a text."""

    text: str
    is_cut: bool = False  #: whether there is more
    length: int = 0  #: of its text, without markup
    elements: int = 0  #: of HTML
    quotes: int = 0  #: blocks that Odoo marks


def bounded(text, room=MAX_TEXT, allowed=MAX_QUOTES):
    """The beginning of a plain text, as it is if that is enough.

    :param room: characters that may be shown
    :param allowed: quoted blocks that may be marked
    """
    is_cut = len(text) > room
    text = text[:room]
    if is_cut or quotes(text, allowed) > allowed or FORBIDDEN.search(text):
        text = defused(NEW_LINE.sub("\n", FORBIDDEN.sub("", text)), allowed)
    return Bounded(text, is_cut, len(text), quotes=quotes(text, allowed))


def quotes(text, allowed=MAX_QUOTES):
    """The number of blocks that Odoo would mark, counted up to one more than allowed."""
    count = 0
    for _found in QUOTE.finditer(text):
        count += 1
        if count > allowed:
            break
    return count


def defused(text, allowed):
    """`text` with line ends of LF, in which Odoo finds at most so many quoted blocks: the others begin with a space."""
    position = 0
    for number, found in enumerate(QUOTE.finditer(text)):
        if number >= allowed:
            return text[:position] + text[position:].replace("\n>", "\n >")
        position = found.end()
    return text
