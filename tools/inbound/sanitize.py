"""What has to happen to the bytes of a mail before the standard library and Odoo may see them.

Two kinds of trouble come by mail. Bombs, as a thousand nested parts or a hundred thousand recipients, are refused, with
a reason. Mails that are merely broken would raise in the middle of the gateway; they are mended (mail_mending). All of
it is linear in the size of the mail.

The walk through the parts follows ``email.feedparser`` line by line: what it takes for a header or a boundary is one.
"""

import email.policy
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import NamedTuple

from ..common.translatable import _
from ..email import addresses, mime_text
from .sanitize_headers import MAX_SAMPLE, Field, message_id, repaired, with_charset

# pylint: disable=prefer-env-translation  # nobody knows an env here: see saying

#: 25 MB of attachments, encoded, and room for as much text.
MAX_BYTES = 50_000_000
MAX_HEADER_BYTES = 500_000
MAX_HEADERS = 1_000
MAX_RECIPIENTS = 2_000
#: Mail programs nest four levels; every level makes the parser slower, at about 900 it raises RecursionError.
MAX_DEPTH = 30
MAX_PARTS = 1_000

RECIPIENT_HEADERS = frozenset({"to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc"})

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
HEADER_LINE = re.compile(rb"From |[!-9;-~]*:|[\t ]")
#: With the line end before it: there is always one, for parts come after headers.
BOUNDARY_LINE = re.compile(rb"[\r\n]--([^\r\n]*)")
HEADERS_END = re.compile(rb"\r\n\r?\n|\n\r?\n|\r\r|\Z")


@dataclass(frozen=True)
class Sanitized:
    """A mail that the gateway may have, or why not."""

    raw: bytes  #: as it came, or mended
    notes: tuple = ()  #: what was mended, in words for an administrator: sayings
    refusal: str = ""  #: why the gateway must not see it; empty: it may


@dataclass(frozen=True)
class Identity:
    """What makes two fetched mails the same one."""

    message_id: str  #: as core will see it once sanitized; empty when the email has none
    sender: str  #: normalised; empty when From names none
    content: str  #: hash of what the writer wrote: sender, date, subject, body; untouched by transport
    subject: str  #: readable, for people: the hash has it already


class Part(NamedTuple):
    """One header block on the way through the mail."""

    start: int
    end: int  #: behind the last header line
    body: int  #: behind the empty line, if there is one
    fields: list
    depth: int


class _Refused(Exception):
    """The mail is a bomb; its argument says which."""


def sanitize(raw, max_bytes=MAX_BYTES):
    """The same mail in a form that the gateway can digest, or a refusal. Takes any bytes, never raises.

    A refused mail is to be kept as it came, and shown to an administrator with the reason.
    """
    if not raw.strip():
        return Sanitized(raw, refusal=_("the email is empty"))
    if len(raw) > max_bytes:
        return Sanitized(
            raw,
            refusal=_(
                "the email has %(bytes)s bytes, more than %(limit)s", bytes=f"{len(raw):,}", limit=f"{max_bytes:,}"
            ),
        )
    pieces, position = [], 0
    try:
        clean, notes = _from_first_header(raw)
        for part, text in _walk(clean, notes):
            pieces += [clean[position : part.start], text]
            position = part.end
    except _Refused as refused:
        return Sanitized(raw, refusal=refused.args[0])
    if not notes:
        return Sanitized(raw)
    return Sanitized(b"".join([*pieces, clean[position:]]), tuple(dict.fromkeys(notes)))


def identity(raw):
    """What tells this mail from every other, and knows it again in another mailbox."""
    raw = raw[:MAX_BYTES]
    with suppress(_Refused):
        raw, _notes = _from_first_header(raw)
    first, values = _part(raw, 0, []), {}
    for field in first.fields:
        values.setdefault(field.name, field.text)
    senders = addresses.parse(values.get("from", ""))
    sender = senders[0][1] if senders else ""
    body = raw[first.body :].replace(b"\r\n", b"\n").rstrip()
    subject = mime_text.decode(values.get("subject", ""))
    written = [sender, " ".join(values.get("date", "").split()), subject]
    digest = hashlib.sha256("\n".join(written).encode("utf-8", "replace") + b"\n\n" + body)
    return Identity(message_id(values.get("message-id", "")), sender, digest.hexdigest(), subject)


def with_message_id(raw, message_id):
    """The same sanitized mail under another Message-ID; it may have headers alone, or no empty line behind them."""
    first = _part(raw, 0, [])
    kept = b"".join(field.raw for field in first.fields if field.name != "message-id")
    return b"Message-ID: " + message_id.encode() + b"\r\n" + kept + raw[first.end :]


def _walk(raw, notes):
    """Every header block with its new text. Notes what changed, raises _Refused on a bomb."""
    open_parts = []  #: (boundary, default type of its parts); a message in a message is open too, without a boundary
    position, default, count = 0, "text/plain", 0
    while position is not None:
        part, count = _part(raw, position, open_parts), count + 1
        _refuse_oversized(part, count)
        fields = [repaired(field, notes) for field in part.fields]
        kind, boundary = _structure(fields, default)
        if kind == "message":
            open_parts.append((None, "text/plain"))
            body_end = position = part.body
        else:
            if boundary is not None:
                open_parts.append((boundary, "message/rfc822" if kind == "digest" else "text/plain"))
            body_end, position = _next_part(raw, part.body, open_parts)
        if kind == "text" and (fields or part.body > part.end):
            fields = with_charset(fields, raw[part.body : min(body_end, part.body + MAX_SAMPLE)], notes)
        yield part, b"".join(field.raw for field in fields)
        default = open_parts[-1][1] if open_parts else ""


def _next_part(raw, start, open_parts):
    """Where the body at `start` ends and where the next header block begins (None: nowhere); closes what it passes."""
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
    """Boundary → index of the outermost open part that has it: that is the one a line ends."""
    return {
        boundary: index for index, (boundary, _default) in reversed([*enumerate(open_parts)]) if boundary is not None
    }


def _boundary(text, boundaries):
    """``(index of the open part, whether the line closes it)`` for what follows the two dashes of a line."""
    text = text.rstrip(b" \t\r\n")
    if text in boundaries:
        return boundaries[text], False
    return boundaries.get(text.removesuffix(b"--")), True


def _part(raw, start, open_parts):
    """The header block at `start`; of one that is too long only the beginning, which is too long already.

    What is left out of its fields belongs to its body: two bombs are two mails.
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
    return Part(start, position, position if body is None else body, fields, len(open_parts))


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
    """What the parser will make of a header block: ``(kind, boundary)``, a boundary only when parts follow."""
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


def _from_first_header(raw):
    """``(raw, notes)`` without what hides headers: a byte order mark, empty lines, NUL bytes in names.

    Raises _Refused where that is too much to look through.
    """
    stripped, notes = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), []
    if len(stripped) < len(raw):
        notes.append(_("bytes before the first header removed"))
    # Where they end, or a byte too far.
    end = HEADERS_END.search(stripped, 0, MAX_HEADER_BYTES + 1).start()
    if b"\x00" in stripped[:end]:
        if end > MAX_HEADER_BYTES:
            raise _Refused(_("the email has more than %(limit)s bytes of headers", limit=f"{MAX_HEADER_BYTES:,}"))
        head = b"".join(map(_without_nul_in_name, LINE.findall(stripped[:end])))
        if head != stripped[:end]:
            stripped = head + stripped[end:]
            notes.append(_("headers with NUL bytes in their names renamed"))
    return stripped, notes


def _without_nul_in_name(line):
    """A header that hides its name is no such header: its server did not see it either, and may have let it pass."""
    if b"\x00" not in line.partition(b":")[0]:
        return line
    bare = line.replace(b"\x00", b"")
    return (b"X-Unreadable-" if b":" in bare else b" ") + bare
