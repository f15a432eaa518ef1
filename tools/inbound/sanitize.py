"""Sanitizes the bytes of an email before the standard library and Odoo read them.

Oversized emails, with hundreds of nested parts or a hundred thousand recipients, are refused with a reason. Broken
emails, which would raise in the middle of the gateway, are repaired (`sanitize_headers`). All of this takes time linear
in the size of the email.

The walk through the parts follows ``email.feedparser`` line by line, and finds the same headers and boundaries.
"""

import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import NamedTuple

from ..common.translatable import _
from ..email import charsets
from . import boundaries, boundary_lines, repeated_headers
from .raw_headers import RawHeaders
from .sanitize_headers import MAX_SAMPLE, Field, repaired, with_charset

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

#: 25 MB of attachments when encoded, and as much text.
MAX_BYTES = 50_000_000
MAX_HEADER_BYTES = 500_000
MAX_HEADERS = 1_000
MAX_RECIPIENTS = 2_000
#: Email programs nest four levels. Every level makes the parser slower; at about 900 it raises RecursionError.
MAX_DEPTH = 30
#: Emails of people have a few dozen. 500 take a second.
MAX_PARTS = 500

RECIPIENT_HEADERS = frozenset({"to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc"})

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
HEADER_LINE = re.compile(rb"From |[!-9;-~]*:|[\t ]")
#: With the line end before it, which always exists because parts come after headers.
BOUNDARY_LINE = re.compile(rb"[\r\n]--([^\r\n]*)")
HEADERS_END = re.compile(rb"\r\n\r?\n|\n\r?\n|\r\r|\Z")


@dataclass(frozen=True)
class Sanitized:
    """An email that the gateway may process, or the reason why not."""

    raw: bytes  #: as received, or repaired
    notes: tuple = ()  #: the repairs, in plain words: `Translatable`
    refusal: str = ""  #: why the gateway must not process it; empty if it may


class Part(NamedTuple):
    """One header block of the email."""

    start: int
    end: int  #: after the last header line
    body: int  #: after the empty line, if there is one
    fields: list
    depth: int
    boundaries: tuple  #: of the open parts around it
    kind: str = ""  #: how the parser reads it: main type, or "digest"


class _Refused(Exception):
    """The email is oversized; the argument is the reason."""


def too_large(size, max_bytes=MAX_BYTES):
    """Why an email of so many bytes is not processed; a `Translatable`."""
    return _("the email has %(bytes)s bytes, more than %(limit)s", bytes=f"{size:,}", limit=f"{max_bytes:,}")


def sanitize(raw, max_bytes=MAX_BYTES):
    """The email in a form that the gateway can process, or a refusal. Takes any bytes, never raises.

    The caller attaches a refused email to a ticket as received, or shows it to an administrator, with the reason.
    """
    if not raw.strip():
        return Sanitized(raw, refusal=_("the email is empty"))
    if len(raw) > max_bytes:
        return Sanitized(raw, refusal=too_large(len(raw), max_bytes))
    pieces, position = [], 0
    try:
        clean, notes = _from_first_header(raw)
        for part, text, _body_end in walk(clean, notes):
            pieces += [clean[position : part.start], text]
            position = part.end
    except _Refused as refused:
        return Sanitized(raw, refusal=refused.args[0])
    if not notes:
        return Sanitized(raw)
    return Sanitized(b"".join([*pieces, clean[position:]]), tuple(dict.fromkeys(notes)))


def with_message_id(raw, message_id):
    """A sanitized email with another Message-ID; it may have headers only, or no empty line after them."""
    first = _part(raw, 0, [])
    kept = b"".join(field.raw for field in first.fields if field.name != "message-id")
    return b"Message-ID: " + message_id.encode() + b"\r\n" + kept + raw[first.end :]


def walk(raw, notes):
    """Every header block with its new text, and where its body ends (None if there are parts in it).

    Adds notes about repairs, raises _Refused if something is oversized.
    """
    open_parts = []  #: (boundary, default type of its parts); an attached message is open too, without a boundary
    position, default, count, raw_headers = 0, "text/plain", 0, RawHeaders(raw, notes)
    while position is not None:
        part, count = _part(raw, position, open_parts), count + 1
        _refuse_oversized(part, count)
        fields = [repaired(field, notes) for field in raw_headers.in_utf8(part.fields)]
        body = raw[part.body : part.body + boundaries.MAX_PREAMBLE]
        fields = repeated_headers.one_type(fields, body, _boundary_of, notes)
        kind, boundary = _structure(fields, default)
        if kind in ("multipart", "digest"):
            outer = {bounds for bounds, _default in open_parts if bounds}
            fields = boundaries.mended(fields, boundary, body, outer, notes)
            kind, boundary = _structure(fields, default)
        if kind == "message":
            open_parts.append((None, "text/plain"))
            body_end = position = part.body
        else:
            if boundary is not None:
                open_parts.append((boundary, "message/rfc822" if kind == "digest" else "text/plain"))
            body_end, position = _next_part(raw, part.body, open_parts)
        if count == 1:
            language = _language(fields)
        if boundary is None and kind != "message":
            fields = repeated_headers.one_encoding(
                fields, raw[part.body : min(body_end, part.body + MAX_SAMPLE)], notes
            )
        if kind == "text" and (fields or part.body > part.end):
            fields = with_charset(fields, raw[part.body : min(body_end, part.body + MAX_SAMPLE)], notes, language)
        is_leaf = kind != "message" and boundary is None
        yield part._replace(kind=kind), b"".join(field.raw for field in fields), body_end if is_leaf else None
        default = open_parts[-1][1] if open_parts else ""


def _language(fields):
    texts = {field.name: field.text for field in reversed(fields)}
    return charsets.language(*(texts.get(name, "") for name in ("content-language", "accept-language", "from")))


def attached_messages(raw, notes=()):
    """Where the body of each attached message begins and ends that is not in another one: ``[(part, end)]``."""
    found, depth = [], None
    for part, _text, _end in walk(raw, list(notes)):
        if depth is not None and part.depth > depth:
            continue
        depth = part.depth if part.kind == "message" else None
        if depth is not None:
            found.append((part, _end_of(raw, part)))
    return found


def from_first_header(raw):
    """An email as it is walked through: what comes before its first header is dropped."""
    try:
        return _from_first_header(raw)[0]
    except _Refused:
        return raw


def first_part(raw):
    """The header block of an email."""
    return _part(raw, 0, [])


def _end_of(raw, part):
    """Where the body of a part ends, with the line end that belongs to the boundary line."""
    boundaries = dict.fromkeys(part.boundaries, 0)
    for line in BOUNDARY_LINE.finditer(raw, max(part.body - 1, 0)) if boundaries else ():
        if _boundary(line[1], boundaries)[0] is not None:
            return line.start() + 1
    return len(raw)


def _next_part(raw, start, open_parts):
    """Where the body at `start` ends and where the next header block begins (or None); closes parts that end there."""
    position, body_end, boundaries = start - 1, None, _boundaries(open_parts)
    while boundaries and (line := BOUNDARY_LINE.search(raw, position)):
        position = line.end()
        index, closing = _boundary(line[1], boundaries)
        if index is None:
            continue
        body_end = line.start() + 1 if body_end is None else body_end
        del open_parts[index + (not closing) :]
        if not closing:
            return body_end, LINE.match(raw, line.end()).end()
        boundaries = _boundaries(open_parts)
    return len(raw) if body_end is None else body_end, None


def _boundaries(open_parts):
    """Boundary → index of the outermost open part with it, which is the part that a boundary line ends."""
    return {
        boundary: index for index, (boundary, _default) in reversed([*enumerate(open_parts)]) if boundary is not None
    }


def _boundary(text, boundaries):
    """``(index of the open part, whether the line closes it)`` for the text after the two dashes of a line."""
    text = text.rstrip(b" \t\r\n")
    if text in boundaries:
        return boundaries[text], False
    return boundaries.get(text.removesuffix(b"--")), True


def _part(raw, start, open_parts):
    """The header block at `start`, or the beginning of an oversized one, long enough to be refused.

    The rest of an oversized header block counts as its body, so that two oversized emails have two identities.
    """
    lines, position, body = [], start, None
    boundaries = _boundaries(open_parts)
    while position < len(raw) and body is None:
        end = LINE.match(raw, position).end()
        line = raw[position:end]
        if line.startswith(b"--") and _boundary(line[2:], boundaries)[0] is not None:
            break
        if not HEADER_LINE.match(line):
            body = position if line.strip(b"\r\n") else end
        elif end - start > MAX_HEADER_BYTES or len(lines) > MAX_HEADERS:
            body, position = position, end
        elif lines and line[:1] in b" \t":
            lines[-1].append(line)
            position = end
        else:
            lines.append([line])
            position = end
    fields = [Field.of(b"".join(chunks)) for chunks in lines]
    return Part(start, position, position if body is None else body, fields, len(open_parts), tuple(boundaries))


def _refuse_oversized(part, count):
    if count > MAX_PARTS:
        raise _Refused(_("the email has more than %(limit)s parts", limit=f"{MAX_PARTS:,}"))
    if part.depth > MAX_DEPTH:
        raise _Refused(_("the email has parts nested more than %(limit)s deep", limit=MAX_DEPTH))
    if part.end - part.start > MAX_HEADER_BYTES:
        raise _Refused(_("the email has more than %(limit)s bytes of headers", limit=f"{MAX_HEADER_BYTES:,}"))
    if len(part.fields) > MAX_HEADERS:
        raise _Refused(_("the email has more than %(limit)s headers", limit=f"{MAX_HEADERS:,}"))
    listed = [field.raw for field in part.fields if field.name in RECIPIENT_HEADERS]
    recipients = max(sum(raw.count(mark) for raw in listed) for mark in (b"@", b","))
    if recipients > MAX_RECIPIENTS:
        raise _Refused(
            _(
                "the email has about %(count)s recipients, more than %(limit)s",
                count=f"{recipients:,}",
                limit=f"{MAX_RECIPIENTS:,}",
            )
        )


def _structure(fields, default):
    """How the parser reads a header block: ``(kind, boundary)``, with a boundary only if parts follow."""
    holder = EmailMessage(policy=email.policy.SMTP)
    holder.set_default_type(default)
    value = next((field.text for field in fields if field.name == "content-type"), None)
    if value is not None:
        holder.set_raw("Content-Type", value)
    main, kind = holder.get_content_maintype(), holder.get_content_type()
    if main == "message" and kind != "message/delivery-status":
        return "message", None
    boundary = holder.get_boundary() if main == "multipart" else None
    if boundary is not None:
        boundary = boundary.encode("utf-8", "surrogateescape")
    return ("digest" if kind == "multipart/digest" else main), boundary


def _boundary_of(field):
    return _structure([field], "text/plain")[1]


def _from_first_header(raw):
    """``(raw, notes)`` without a byte order mark, empty lines or NUL bytes in names, which hide headers.

    Raises _Refused if the headers are oversized.
    """
    stripped, notes = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), []
    if len(stripped) < len(raw):
        notes.append(_("bytes before the first header removed"))
    # The end of the headers, or one byte beyond the limit.
    end = HEADERS_END.search(stripped, 0, MAX_HEADER_BYTES + 1).start()
    if b"\x00" in stripped[:end]:
        if end > MAX_HEADER_BYTES:
            raise _Refused(_("the email has more than %(limit)s bytes of headers", limit=f"{MAX_HEADER_BYTES:,}"))
        head = b"".join(map(_without_nul_in_name, LINE.findall(stripped[:end])))
        if head != stripped[:end]:
            stripped = head + stripped[end:]
            notes.append(_("headers with NUL bytes in their names renamed"))
    return boundary_lines.mended(stripped, notes), notes


def _without_nul_in_name(line):
    """Rename a header with NUL bytes in its name: the mail server did not recognise it, so it must not count."""
    if b"\x00" not in line.partition(b":")[0]:
        return line
    bare = line.replace(b"\x00", b"")
    return (b"X-Unreadable-" if b":" in bare else b" ") + bare
