"""What a mail server tells of mails of ours: whom they did not reach, and which ones they were.

Sources: RFC 3464 (delivery reports), RFC 3463 (status codes), Exim's ``X-Failed-Recipients``.
"""

from itertools import islice
from typing import NamedTuple

from ..email import addresses, mime_text


class Failure(NamedTuple):
    """An address that a mail of ours did not reach."""

    address: str
    status: str  #: RFC 3463, as ``5.1.1``; may be empty


def failures(message):
    """The addresses that a bounce gives up on; empty for other mails and for bounces that name none.

    By the per-recipient fields of RFC 3464 section 2.3, else Exim's ``X-Failed-Recipients``.
    """
    found = []
    for fields in groups(message):
        address = _recipient(fields)
        if address and action(fields) == "failed":
            found.append(Failure(address, mime_text.header(fields, "Status").partition(" ")[0][:20]))
    if not found:
        listed = addresses.parse(*mime_text.header_values(message, "X-Failed-Recipients"))
        found = [Failure(address, "") for _name, address in listed]
    return found


def returned_text(message):
    """Where a bounce may name what it is about: the subjects of the mails it returns, and its own words."""
    found = []
    for part in mime_text.parts(message):
        kind = mime_text.content_type(part)
        if kind == ("message", "rfc822") and part.is_multipart():
            found.append(mime_text.header(part.get_payload()[0], "Subject"))
        elif kind == ("text", "rfc822-headers"):
            found.append(mime_text.text_of(part)[: mime_text.MAX_TEXT])
    return "\n".join([*map(mime_text.decode, found), mime_text.body_text(message)])


def groups(message):
    """The field groups of a delivery report, the first of which is about the report itself."""
    for part in mime_text.parts(message):
        if mime_text.content_type(part) == ("message", "delivery-status") and part.is_multipart():
            yield from islice(part.get_payload(), mime_text.MAX_PARTS)


def action(fields):
    """What became of one recipient: ``failed``, ``delayed``, ``delivered``; "" where the group says nothing."""
    return mime_text.header(fields, "Action").partition(" ")[0].lower()


def _recipient(fields):
    """Original-Recipient is whom we wrote to, Final-Recipient where that led: ``rfc822; jane@example.com``."""
    for name in ("Original-Recipient", "Final-Recipient"):
        address = addresses.normalize(mime_text.header(fields, name).partition(";")[2])
        if address:
            return address
    return ""
