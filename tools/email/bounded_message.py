"""Bounds the texts of an email in place, before Odoo reads them; the whole texts become files.

The parts are those that Odoo shows (`_message_parse_extract_payload`): every plain text or HTML without a file name,
also those of attached emails.
"""

import base64
import binascii
import codecs
import copy
import quopri
from typing import NamedTuple

from . import bounded_html, bounded_text, mime_text

#: Bytes of one part that are looked at: inline pictures, and as much text as is shown.
MAX_SOURCE = 8_000_000
#: Odoo cleans all HTML before a part once more for the part: elements, and characters by 50, cleaned for all parts.
MAX_WORK = 10_000
#: Texts that are shown of one email.
MAX_TEXTS = 200
#: Files for whole texts; the last one has all that follow.
MAX_FILES = 10
#: Lines of one large body. Base64 of 50 MB has 650,000; the standard library needs 40 bytes for each.
MAX_LINES = 1_000_000
#: Characters of line ends that the standard library removes before the boundaries that end a part.
MAX_LINE_ENDS = 99
#: The text of a part that stays as it is.
UNTOUCHED = object()


class WholeText(NamedTuple):
    """A text of which the ticket shows only the beginning, or nothing."""

    name: str  #: of its file
    chunks: list  #: bytes in UTF-8; several if one file has several parts

    @property
    def content(self):
        return b"\n".join(self.chunks)


def bound(message, bodies=None, is_bounce=False):
    """Bound the texts of an email. Ordinary parts are not touched.

    :param message: an ``email.message.EmailMessage``
    :param bodies: {key: `tools.inbound.large_bodies.Body`} that were taken out of it (`mime_text.BODY_HEADER`)
    :param is_bounce: its attached emails are not kept, but the router reads their headers
    :return: the `WholeText` of each part that is not shown to its end, then of each attached email that is not shown
    """
    limits, whole, sealed = _Limits(), [], []
    _put_back(message, bodies or {})
    for parent, part in list(_parts(message, is_bounce)):
        if part.is_multipart():
            # Odoo shows its texts too, and makes it a file: what is shown of it cannot be bounded apart.
            attempt = copy.copy(limits)
            texts = [(inner, attempt.fitted(inner)) for inner in part.get_payload(0).walk() if _shown_as(inner)]
            if any(text is None for _inner, text in texts):
                sealed.append(_seal(parent, part))
                continue
            limits = attempt
            for inner, text in texts:
                if text is not UNTOUCHED:
                    _replace(inner, text)
        elif kind := _shown_as(part, parent is None):
            text, shown = limits.apply(part, kind)
            if text is not None:
                _add(whole, "html" if part.get_content_subtype() == "html" else "txt", text)
            is_empty = text is not None and not shown
            if is_empty and parent is not None and parent.get_content_maintype() == "multipart":
                parent.get_payload().remove(part)  # otherwise Odoo cleans all HTML once more for it
            elif shown is not None:
                _replace(part, shown)
    return whole + sealed


def _put_back(message, bodies):
    """Give the parts the bodies that were taken out of them."""
    left = dict(bodies)
    for part in message.walk() if left else ():
        key = next((value for value in part.get_all(mime_text.BODY_HEADER, ()) if value in left), None)
        parsed = part._payload  # `get_payload` would decode it
        if key is None or not isinstance(parsed, str):
            continue
        body = left.pop(key)
        line_ends = body.kept - len(parsed)
        if not 0 <= line_ends <= MAX_LINE_ENDS:
            raise ValueError("The parser did not find the beginning of a large body")
        del part[mime_text.BODY_HEADER]
        _give(part, bytes(body.data[: len(body.data) - line_ends]))
    if left:
        raise ValueError("The parser did not find the part of a large body")


def _give(part, data):
    """Give a part its body as it was received; in an encoding without lines if it has too many of them."""
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES:
        encoding = str(part.get("Content-Transfer-Encoding", "")).lower()
        if encoding == "base64":
            data = data.translate(None, b"\r\n")
        else:
            data = quopri.decodestring(data) if encoding == "quoted-printable" else data
            del part["Content-Transfer-Encoding"]
            part["Content-Transfer-Encoding"] = "base64"
            data = binascii.b2a_base64(data, newline=False)
    part.set_payload(data.decode("ascii", "surrogateescape"))


def _parts(message, is_bounce):
    """``(parent, part)`` of every part without parts, and every attached email, in reading order."""
    waiting = [(None, message)]
    while waiting:
        parent, part = waiting.pop()
        if part.is_multipart() and (is_bounce or part.get_content_type() != "message/rfc822"):
            waiting += [(part, child) for child in reversed(part.get_payload())]
        else:
            yield parent, part


def _shown_as(part, is_root=False):
    """How Odoo shows a part: "plain", "html", or "" if it is a file or contains parts.

    If the whole email is one text, Odoo shows it whatever its name, and takes all but plain text for HTML.
    """
    kind = part.get_content_type()
    if is_root and part.get_content_maintype() == "text":
        return "plain" if kind == "text/plain" else "html"
    if kind not in ("text/plain", "text/html") or part.is_multipart() or part.get_filename():
        return ""
    return "" if part.get("Content-Disposition", "").strip().startswith("attachment") else part.get_content_subtype()


def _seal(parent, part):
    """Take an attached email out, so that Odoo shows nothing of it. :return: it as a file"""
    content = part.get_payload(0).as_bytes()
    name = " ".join((part.get_filename() or "attachment").split())
    if parent is not None and parent.get_content_maintype() == "multipart":
        parent.get_payload().remove(part)
    else:
        part.set_payload("")
        part.replace_header("Content-Type", "text/plain")
    return WholeText(name, [content])


def _add(whole, extension, text):
    if len(whole) < MAX_FILES:
        number = f"-{len(whole) + 1}" if whole else ""
        # The mark says that it is UTF-8: HTML may name another charset.
        mark = codecs.BOM_UTF8 if extension == "html" and not text.startswith(codecs.BOM_UTF8) else b""
        whole.append(WholeText(f"message{number}.{extension}", [mark + text]))
    else:
        whole[-1].chunks.append(text)


class _Limits:
    """What is left for the parts that follow. Plain text and HTML are limited separately: they may be alternatives."""

    def __init__(self):
        self.text = self.html_text = bounded_text.MAX_TEXT
        self.elements, self.work, self.texts = bounded_html.MAX_ELEMENTS, MAX_WORK, MAX_TEXTS
        self.quotes, self.cleaned, self.is_first = bounded_text.MAX_QUOTES, 0, True

    def apply(self, part, kind):
        """What to do with one part.

        :return: (its whole text, as bytes, if something is missing; the text to show, if it is another); else None
        """
        data, charset, source, bounded = self._read(part, kind)
        is_cut = bounded.is_cut or len(data) > MAX_SOURCE
        shown = bounded.text if is_cut or bounded.text != source else None
        if not is_cut:
            return None, shown
        return data if charset in ("utf-8", "ascii") else data.decode(charset, "replace").encode(), shown

    def fitted(self, part):
        """The text to show of a part of an attached email: `UNTOUCHED`, one with other line ends, or None."""
        data, _charset, source, bounded = self._read(part, _shown_as(part))
        if bounded.is_cut or len(data) > MAX_SOURCE:
            return None
        if bounded.text == source:
            return UNTOUCHED
        return bounded.text if bounded.text == bounded_text.NEW_LINE.sub("\n", source) else None

    def _read(self, part, kind):
        data = mime_text.part_bytes(part)
        charset = mime_text.best_charset(data[:MAX_SOURCE], mime_text.parameter(part, "charset"))
        source = data[:MAX_SOURCE].decode(charset, "replace")
        return data, charset, source, self._html(source) if kind == "html" else self._plain(source)

    def _plain(self, source):
        bounded = bounded_text.bounded(source, self.text if self.texts > 0 else 0, self.quotes)
        self.text -= bounded.length
        self.quotes -= bounded.quotes
        self.texts -= 1
        return bounded

    def _html(self, source):
        if min(self.texts, self.work, self.html_text, self.elements) <= 0:
            return bounded_text.Bounded("", bool(source.strip()))
        bounded = bounded_html.bounded(source, self.html_text, self.elements, self.is_first)
        self.texts, self.is_first = self.texts - 1, False
        self.elements -= bounded.elements
        self.html_text -= bounded.length
        self.work -= self.cleaned
        self.cleaned += bounded.elements + len(bounded.text) // 50
        return bounded


def _replace(part, text):
    """Give a part another text, in an encoding that keeps its line ends."""
    kind = part.get_content_type()
    for name in ("Content-Type", "Content-Transfer-Encoding"):
        del part[name]
    part["Content-Type"] = f'{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.b64encode(text.encode("utf-8", "replace")).decode())
