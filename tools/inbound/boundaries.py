"""Mends the boundary of an email that names another one than its parts have, or none.

Programs forget the quotes that RFC 2045 section 5.1 wants around ``----=_Part_1``, take single ones, write another
case, or add dashes. Read strictly, such an email has no parts: its text is shown as source, and no file is one.
"""

import email.policy
import re
from email.message import Message

from ..common.translatable import _
from .sanitize_headers import Field

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

#: Bytes before the first part that are looked at.
MAX_PREAMBLE = 100_000
#: The first line of a part with headers.
FIRST_PART = re.compile(rb"(?:\A|[\r\n])--([!-~ ]{1,200}?)[ \t]*(?:\r\n|\r|\n)content-[a-z-]+:", re.IGNORECASE)
LINE = re.compile(rb"(?:\A|[\r\n])--([^\r\n]*)")
PARAMETER = re.compile(r';\s*boundary\s*=\s*(?:"[^"]*"?|[^;]*)', re.IGNORECASE)
QUOTES = "\"'` \t"


def mended(fields, declared, body, outer, notes):
    """The fields of a multipart, with the boundary that its parts have.

    :param declared: the boundary that the parser reads, as bytes, or None
    :param body: the bytes below the fields, at least MAX_PREAMBLE if there are so many
    :param outer: the boundaries of the parts around it
    """
    body = body[:MAX_PREAMBLE]
    if declared and begins(declared, body):
        return fields
    at, field = next((at, field) for at, field in enumerate(fields) if field.name == "content-type")
    found = _found(field.text, declared, _without_outer(body, outer))
    if not found or found in outer:
        return fields
    notes.append(_("%(header)s rewritten", header=field.title))
    value = f'{PARAMETER.sub("", field.text).rstrip("; ")}; boundary="{found.decode()}"'
    return [
        *fields[:at],
        Field("content-type", f"Content-Type: {value}\r\n".encode("ascii", "surrogateescape")),
        *fields[at + 1 :],
    ]


def begins(boundary, body):
    """Whether a part begins, or the last one ends, with this boundary."""
    line = rb"(?:\A|[\r\n])--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:[\r\n]|\Z)"
    return bool(re.search(line, body))


def _without_outer(body, outer):
    for line in LINE.finditer(body) if outer else ():
        if line[1].rstrip().removesuffix(b"--") in outer or line[1].rstrip() in outer:
            return body[: line.start()]
    return body


def _found(value, declared, body):
    """The boundary of the parts in a body, or b""."""
    holder = Message(policy=email.policy.compat32)
    holder["Content-Type"] = value
    try:
        written = holder.get_boundary("") or ""
    except Exception:  # any error of the standard library for hostile RFC 2231 parameters
        written = ""
    texts = (written, written.strip(QUOTES), (declared or b"").decode("ascii", "replace").removeprefix("--"))
    for text in filter(None, texts):
        if text.isascii() and text.isprintable() and not set(text) & set('"\\') and begins(text.encode(), body):
            return text.encode()
    first = FIRST_PART.search(body)
    return first[1] if first and not set(first[1]) & set(b'"\\') else b""
