"""Bounds the texts of an email in place, before Odoo reads them; the whole texts become files.

The parts are those that Odoo shows (`_message_parse_extract_payload`): every plain text or HTML without a file name,
also those of attached emails.
"""

import base64
from typing import NamedTuple

from . import bounded_html, bounded_text, mime_text

#: Bytes of one part that are looked at: inline pictures, and as much text as is shown.
MAX_SOURCE = 8_000_000
#: Odoo cleans all HTML before a part once more for the part: elements, and characters by 50, cleaned for all parts.
MAX_WORK = 25_000
#: Texts in one email. Further ones become files.
MAX_TEXTS = 200


class WholeText(NamedTuple):
    """A text of which the ticket shows only the beginning, or nothing."""

    name: str  #: of its file
    content: bytes  #: in UTF-8


def bound(message):
    """Bound the texts of an email. Ordinary parts are not touched.

    :param message: an ``email.message.EmailMessage``
    :return: the `WholeText` of each part that is not shown to its end
    """
    limits, whole = _Limits(), []
    for part in list(message.walk()):
        if _is_shown(part):
            text = limits.apply(part)
            if text is not None:
                number = f"-{len(whole) + 1}" if whole else ""
                whole.append(WholeText(f"message{number}.{'html' if _is_html(part) else 'txt'}", text))
    return whole


class _Limits:
    """What is left for the parts that follow. Plain text and HTML have limits of their own: they may be alternatives."""

    def __init__(self):
        self.text = self.html_text = bounded_text.MAX_TEXT
        self.elements, self.work, self.texts = bounded_html.MAX_ELEMENTS, MAX_WORK, MAX_TEXTS
        self.cleaned = 0

    def apply(self, part):
        """Bound one part. :return: its whole text, as bytes, if something is missing"""
        data, charset = mime_text.part_bytes(part), mime_text.parameter(part, "charset")
        charset = mime_text.best_charset(data[:MAX_SOURCE], charset)
        source = data[:MAX_SOURCE].decode(charset, "replace")
        self.texts -= 1
        bounded = self._html(source) if _is_html(part) else self._plain(source)
        if bounded.text != source:
            _replace(part, bounded.text)
        if not bounded.is_cut and len(data) <= MAX_SOURCE:
            return None
        if bounded.text == source:
            _replace(part, source)
        return data if charset in ("utf-8", "ascii") else data.decode(charset, "replace").encode()

    def _plain(self, source):
        bounded = bounded_text.bounded(source, self.text if self.texts >= 0 else 0)
        self.text -= len(bounded.text)
        return bounded

    def _html(self, source):
        is_room = self.texts >= 0 and self.work >= 0
        bounded = bounded_html.bounded(source, self.html_text if is_room else 0, self.elements if is_room else 0)
        self.elements -= bounded.elements
        self.html_text = max(0, self.html_text - len(bounded.text) // 2)
        self.cleaned += bounded.elements + len(bounded.text) // 50
        self.work -= self.cleaned
        return bounded


def _is_html(part):
    return part.get_content_type() == "text/html"


def _is_shown(part):
    if part.get_content_type() not in ("text/plain", "text/html") or part.is_multipart():
        return False
    return not part.get_filename() and not part.get("Content-Disposition", "").strip().startswith("attachment")


def _replace(part, text):
    """Give a part another text, in an encoding that keeps its line ends."""
    kind = part.get_content_type()
    for name in ("Content-Type", "Content-Transfer-Encoding"):
        del part[name]
    part["Content-Type"] = f'{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.b64encode(text.encode("utf-8", "replace")).decode())
