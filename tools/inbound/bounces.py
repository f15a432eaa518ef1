"""Reads bounces: which addresses an email of ours did not reach, and which email it was.

Sources: RFC 3464 (delivery reports), RFC 6533 (those about international addresses), RFC 3463 (status codes), Exim's
``X-Failed-Recipients``, https://cr.yp.to/proto/qsbmf.txt (qmail).
"""

import email.policy
import re
from email import message_from_string
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice
from typing import NamedTuple

from ..email import addresses, mime_text, mime_tree, own_mark

#: A delivery report, and what it returns: an email, or its headers.
REPORT = ("message", "delivery-status")
GLOBAL_REPORT = ("message", "global-delivery-status")
RETURNED = frozenset({("message", sub) for sub in ("rfc822", "global", "global-headers", "rfc822-headers")})
#: Bytes of a report, and of headers, that are read.
MAX_BYTES = 500_000
EMPTY_LINES = re.compile(rb"\n(?:[ \t]*\n)+")
#: How qmail begins, and how it names an address that it gives up on.
QMAIL = "Hi. This is the "
QMAIL_ADDRESS = re.compile(r"^<([^<>\s]{1,300}@[^<>\s]{1,300})>:", re.MULTILINE)
QMAIL_COPY = re.compile(r"^--- (?:Below this line|Enclosed) ", re.MULTILINE)
#: The mark of an email of ours, in the text of a program that returns emails as text.
MARK = re.compile(
    rf"^[> \t]*{re.escape(own_mark.HEADER)}:[ \t]*({own_mark.MARK.pattern})[ \t]*$", re.MULTILINE | re.IGNORECASE
)
#: How RFC 6533 section 3 writes a character of an address in ASCII: ``j\\x{E4}ne@example.com``.
CODED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


class Failure(NamedTuple):
    """An address that an email of ours did not reach."""

    address: str
    status: str  #: RFC 3463, as ``5.1.1``; may be empty


#: A part that says that an email was read.
RECEIPTS = frozenset({("message", f"{kind}disposition-notification") for kind in ("", "global-")})


def failures(message):
    """The addresses that a bounce reports as failed; empty for other emails and for bounces without addresses.

    From the per-recipient fields of RFC 3464 section 2.3, else from Exim's ``X-Failed-Recipients``, or qmail's text.
    """
    found = []
    for fields in groups(message):
        address = _recipient(fields)
        if address and action(fields) == "failed":
            found.append(Failure(address, _first_word(fields, "Status")[:20]))
    if not found:
        listed = addresses.parse(*mime_text.header_values(message, "X-Failed-Recipients"))
        found = [Failure(address, "") for _name, address in listed] or _qmail_failures(message)
    return found


def _qmail_failures(message):
    text = mime_text.body_text(message)
    if not text.startswith(QMAIL):
        return []
    copy = QMAIL_COPY.search(text)
    named = QMAIL_ADDRESS.findall(text[: copy.start()] if copy else text)[: mime_text.MAX_PARTS]
    return [Failure(address, "") for address in addresses.normalize_all(*named)]


def returned(message):
    """The emails that a bounce returns, whole or only their headers; of one in its text, no more than our mark."""
    for part in mime_text.parts(message):
        kind = mime_text.content_type(part)
        if kind in RETURNED and part.is_multipart():
            yield _inner(part)
        elif kind == ("text", "rfc822-headers"):
            yield message_from_string(mime_text.text_of(part)[: mime_text.MAX_TEXT], policy=email.policy.compat32)
    marks = MARK.findall(mime_text.body_text(message))
    if marks:
        holder = Message(policy=email.policy.compat32)
        holder[own_mark.HEADER] = marks[0][0].lower()
        yield holder


def _inner(part):
    """The email that a part is; one that was encoded is decoded."""
    inner = part.get_payload()[0]
    return inner if inner.keys() else _fields(mime_tree.attached(part, {}))


def _fields(data):
    return BytesHeaderParser(policy=email.policy.compat32).parsebytes(data[:MAX_BYTES].lstrip(b"\r\n"))


def returned_text(message):
    """The text that may contain our reference: the subjects of the returned emails, and the bounce's own text."""
    found = []
    for part in mime_text.parts(message):
        kind = mime_text.content_type(part)
        if kind in RETURNED and part.is_multipart():
            found.append(mime_text.header(_inner(part), "Subject"))
        elif kind == ("text", "rfc822-headers"):
            found.append(mime_text.text_of(part)[: mime_text.MAX_TEXT])
    return "\n".join([*map(mime_text.decode, found), mime_text.body_text(message)])


def groups(message):
    """The field groups of a delivery report; the first one describes the report itself."""
    for part in mime_text.parts(message):
        kind = mime_text.content_type(part)
        encoding = mime_text.header(part, "Content-Transfer-Encoding").lower()
        if kind not in (REPORT, GLOBAL_REPORT) or not part.is_multipart():
            continue
        if kind == REPORT and not encoding.startswith(("base64", "quoted-printable")):
            yield from islice(part.get_payload(), mime_text.MAX_PARTS)
            continue
        # The parser has read it as an email, or has not decoded it.
        yield from map(_fields, EMPTY_LINES.split(_report(part), mime_text.MAX_PARTS))


def action(fields):
    """The action for one recipient: ``failed``, ``delayed``, ``delivered``; "" if the group has none."""
    return _first_word(fields, "Action").lower()


def says_it_was_read(message, reader):
    """Whether a part says that this address has read an email."""
    for part in mime_text.parts(message):
        if reader and mime_text.content_type(part) in RECEIPTS and _recipient(_fields(_report(part))) == reader:
            return True
    return False


def _report(part):
    return mime_tree.attached(part, {})[:MAX_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip()


def _first_word(fields, name):
    return mime_text.decode(mime_text.header(fields, name)).partition(" ")[0]


def _recipient(fields):
    """Original-Recipient is the address we wrote to, Final-Recipient where it led: ``rfc822; jane@example.com``."""
    for name in ("Original-Recipient", "Final-Recipient"):
        kind, _mark, text = mime_text.header(fields, name).partition(";")
        if kind.strip().lower() == "utf-8":
            text = CODED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)
        address = addresses.normalize(text)
        if address:
            return address
    return ""
