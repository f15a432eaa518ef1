"""Bounds the texts of an email in place, before Odoo reads them; the whole texts become files.

The parts are those that Odoo shows (`_message_parse_extract_payload`): every plain text or HTML without a file name,
also those of attached emails.
"""

import base64
import binascii
from contextlib import suppress
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


class WholeText(NamedTuple):
    """A text of which the ticket shows only the beginning, or nothing."""

    name: str  #: of its file
    chunks: list  #: bytes in UTF-8; several if one file has several parts

    @property
    def content(self):
        return b"\n".join(self.chunks)


def bound(message, bodies=None):
    """Bound the texts of an email. Ordinary parts are not touched.

    :param message: an ``email.message.EmailMessage``
    :param bodies: {key: bytes} of the bodies that were taken out of it (`mime_text.BODY_HEADER`)
    :return: the `WholeText` of each part that is not shown to its end
    """
    limits, whole = _Limits(), []
    for part in message.walk() if bodies else ():
        _put_back(part, bodies)
    for parent, part in list(_parts(message)):
        if _is_attached_email(part):
            # Odoo shows its texts too, and makes it a file: what is shown of it cannot be bounded apart.
            if not all(limits.fits(inner) for _parent, inner in _parts(part.get_payload(0)) if _is_shown(inner)):
                _seal(part)
        elif _is_shown(part):
            text, shown = limits.apply(part)
            if text is not None:
                _add(whole, "html" if _is_html(part) else "txt", text)
            is_empty = text is not None and not shown
            if is_empty and parent is not None and parent.get_content_maintype() == "multipart":
                parent.get_payload().remove(part)  # otherwise Odoo cleans all HTML once more for it
            elif shown is not None:
                _replace(part, shown)
    return whole


def _put_back(part, bodies):
    """Give a part the body that was taken out of it, in an encoding without lines."""
    body = bodies.get(part.get(mime_text.BODY_HEADER))
    del part[mime_text.BODY_HEADER]
    if body is None:
        return
    data = _decoded(part, body)
    if not _is_shown(part) and part.get_content_maintype() == "text":
        # As text, it would take up to four bytes for each character, and end as the same bytes.
        name = part.get_filename()
        del part["Content-Type"], part["Content-Disposition"]
        part["Content-Type"] = "application/octet-stream"
        part.add_header("Content-Disposition", "attachment", **({"filename": name} if name else {}))
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(binascii.b2a_base64(data, newline=False).decode())


def _decoded(part, body):
    """The content of a body as bytes; broken base64 or an unknown encoding stays as it is."""
    encoding = mime_text.header(part, "Content-Transfer-Encoding").lower()
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        with suppress(ValueError):
            return binascii.a2b_base64(body)
    return bytes(body)


def _parts(message):
    """``(parent, part)`` of every part without parts, and every attached email, in reading order."""
    waiting = [(None, message)]
    while waiting:
        parent, part = waiting.pop()
        if part.is_multipart() and not _is_attached_email(part):
            waiting += [(part, child) for child in reversed(part.get_payload())]
        else:
            yield parent, part


def _is_attached_email(part):
    return part.get_content_type() == "message/rfc822" and part.is_multipart()


def _seal(part):
    """Turn an attached email into a file, of which Odoo shows nothing."""
    content = part.get_payload(0).as_bytes()
    name = part.get_filename() or "attachment"
    for header in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        del part[header]
    part["Content-Type"] = "application/octet-stream"
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=name)
    part.set_payload(base64.b64encode(content).decode())


def _add(whole, extension, text):
    if len(whole) < MAX_FILES:
        number = f"-{len(whole) + 1}" if whole else ""
        whole.append(WholeText(f"message{number}.{extension}", [text]))
    else:
        whole[-1].chunks.append(text)


class _Limits:
    """What is left for the parts that follow. Plain text and HTML are limited separately: they may be alternatives."""

    def __init__(self):
        self.text = self.html_text = bounded_text.MAX_TEXT
        self.elements, self.work, self.texts = bounded_html.MAX_ELEMENTS, MAX_WORK, MAX_TEXTS
        self.quotes, self.cleaned, self.is_first = bounded_text.MAX_QUOTES, 0, True

    def apply(self, part):
        """What to do with one part.

        :return: (its whole text, as bytes, if something is missing; the text to show, if it is another); else None
        """
        data, charset, source, bounded = self._read(part)
        is_cut = bounded.is_cut or len(data) > MAX_SOURCE
        shown = bounded.text if is_cut or bounded.text != source else None
        if not is_cut:
            return None, shown
        return data if charset in ("utf-8", "ascii") else data.decode(charset, "replace").encode(), shown

    def fits(self, part):
        """Whether a part of an attached email can be shown as it is."""
        data, _charset, source, bounded = self._read(part)
        return bounded.text == source and not bounded.is_cut and len(data) <= MAX_SOURCE

    def _read(self, part):
        data = mime_text.part_bytes(part)
        charset = mime_text.best_charset(data[:MAX_SOURCE], mime_text.parameter(part, "charset"))
        source = data[:MAX_SOURCE].decode(charset, "replace")
        return data, charset, source, self._html(source) if _is_html(part) else self._plain(source)

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
