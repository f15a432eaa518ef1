"""Finds the emails that are attached to an email, under whatever type, and reads their headers."""

import binascii
import email.policy
from contextlib import suppress
from email.parser import BytesHeaderParser
from quopri import decodestring

from ..email import mime_text

#: How much of an attached email is read: its headers.
MAX_ATTACHED = 500_000
#: Types of attached emails: the standard's, and those that programs invent.
MESSAGES = frozenset({("message", sub) for sub in ("rfc822", "global", "news")})
FILES = MESSAGES | {("application", sub) for sub in ("rfc822", "email", "eml", "x-eml", "x-email", "x-rfc822")}


def headers_of_attached(message):
    """The headers of each attached email, in order."""
    return [inner for inner in map(_inner, mime_text.parts(message)) if inner is not None]


def _inner(part):
    """The headers of the email that a part is, or None."""
    if mime_text.content_type(part) in MESSAGES and part.is_multipart():
        inner = part.get_payload()[0]
        return _decoded(part, inner) if not inner.keys() else inner
    is_file = mime_text.content_type(part) in FILES or _file_name(part).endswith(".eml")
    return _headers(mime_text.part_bytes(part)) if is_file and not part.is_multipart() else None


def _decoded(part, inner):
    """An attached email that was encoded, against RFC 2046 section 5.2.1, or None."""
    text = str(inner.get_payload())[: MAX_ATTACHED * 2].encode("ascii", "replace")
    encoding = mime_text.header(part, "Content-Transfer-Encoding").lower()
    with suppress(binascii.Error):
        return _headers(decodestring(text) if encoding == "quoted-printable" else binascii.a2b_base64(text))
    return None


def _headers(data):
    return BytesHeaderParser(policy=email.policy.SMTP).parsebytes(data[:MAX_ATTACHED])


def _file_name(part):
    with suppress(Exception):  # any error of the standard library for a hostile name
        return (part.get_filename() or "").strip().lower()
    return ""
