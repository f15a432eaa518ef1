"""Limits how much of the texts of one email a ticket shows; the whole texts become files."""

import codecs
from typing import NamedTuple

from . import bounded_html, bounded_text

#: Bytes of one part that are looked at: as much text as is shown, whatever markup there is around it.
MAX_SOURCE = 8_000_000
#: Elements, and characters by 50, that Odoo cleans for one email.
MAX_WORK = 10_000
#: Texts that are shown of one email.
MAX_TEXTS = 200
#: Files for whole texts; the last one has all that follow.
MAX_FILES = 10


class WholeText(NamedTuple):
    """A text of which the ticket shows only the beginning, or nothing."""

    name: str  #: of its file
    chunks: list  #: bytes in UTF-8, which follow one another

    @property
    def content(self):
        return self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)


def add(whole, extension, text):
    """Add a text to the whole texts of an email. :param extension: of its file's name"""
    if len(whole) < MAX_FILES:
        number = f"-{len(whole) + 1}" if whole else ""
        # The mark says that it is UTF-8: HTML may name another charset.
        mark = [codecs.BOM_UTF8] if extension == "html" and not text.startswith(codecs.BOM_UTF8) else []
        whole.append(WholeText(f"message{number}.{extension}", [*mark, text]))
    else:
        whole[-1].chunks.extend([b"\n", text])


class Limits:
    """What is left for the texts that follow. Plain text and HTML are limited separately."""

    def __init__(self):
        self.text = self.html_text = bounded_text.MAX_TEXT
        self.elements, self.work, self.texts = bounded_html.MAX_ELEMENTS, MAX_WORK, MAX_TEXTS
        self.is_first = True

    def plain(self, source):
        """The `Bounded` of a plain text."""
        bounded = bounded_text.bounded(source, self.text if self.texts > 0 else 0, len(source))
        self.text -= bounded.length
        self.texts -= 1
        return bounded

    def html(self, source):
        """The `Bounded` of some HTML."""
        if min(self.texts, self.work, self.html_text, self.elements) <= 0:
            return bounded_text.Bounded("", bool(source.strip()))
        bounded = bounded_html.bounded(source, self.html_text, self.elements, self.is_first)
        self.texts, self.is_first = self.texts - 1, False
        self.elements -= bounded.elements
        self.html_text -= bounded.length
        self.work -= bounded.elements + len(bounded.text) // 50
        return bounded
