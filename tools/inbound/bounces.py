"""Reads bounces: which addresses an email of ours did not reach, and which email it was.

Sources: RFC 3464 (delivery reports), RFC 3463 (status codes), Exim's ``X-Failed-Recipients``.
"""

import email.policy
from email import message_from_string
from itertools import islice
from typing import NamedTuple

from ..email import addresses, mime_text


class Failure(NamedTuple):
    """An address that an email of ours did not reach."""

    address: str
    status: str  #: RFC 3463, as ``5.1.1``; may be empty


def failures(message):
    """The addresses that a bounce reports as failed; empty for other emails and for bounces without addresses.

    From the per-recipient fields of RFC 3464 section 2.3, else from Exim's ``X-Failed-Recipients``.
    """
    found = []
    for fields in groups(message):
        address = _recipient(fields)
        if address and action(fields) == "failed":
            found.append(Failure(address, _first_word(fields, "Status")[:20]))
    if not found:
        listed = addresses.parse(*mime_text.header_values(message, "X-Failed-Recipients"))
        found = [Failure(address, "") for _name, address in listed]
    return found


def returned(message):
    """The emails that a bounce returns, whole or only their headers."""
    for part in mime_text.parts(message):
        kind = mime_text.content_type(part)
        if kind == ("message", "rfc822") and part.is_multipart():
            yield part.get_payload()[0]
        elif kind == ("text", "rfc822-headers"):
            yield message_from_string(mime_text.text_of(part)[: mime_text.MAX_TEXT], policy=email.policy.compat32)


def returned_text(message):
    """The text that may contain our reference: the subjects of the returned emails, and the bounce's own text."""
    found = []
    for part in mime_text.parts(message):
        kind = mime_text.content_type(part)
        if kind == ("message", "rfc822") and part.is_multipart():
            found.append(mime_text.header(part.get_payload()[0], "Subject"))
        elif kind == ("text", "rfc822-headers"):
            found.append(mime_text.text_of(part)[: mime_text.MAX_TEXT])
    return "\n".join([*map(mime_text.decode, found), mime_text.body_text(message)])


def groups(message):
    """The field groups of a delivery report; the first one describes the report itself."""
    for part in mime_text.parts(message):
        if mime_text.content_type(part) == ("message", "delivery-status") and part.is_multipart():
            yield from islice(part.get_payload(), mime_text.MAX_PARTS)


def action(fields):
    """The action for one recipient: ``failed``, ``delayed``, ``delivered``; "" if the group has none."""
    return _first_word(fields, "Action").lower()


def _first_word(fields, name):
    return mime_text.decode(mime_text.header(fields, name)).partition(" ")[0]


def _recipient(fields):
    """Original-Recipient is the address we wrote to, Final-Recipient where it led: ``rfc822; jane@example.com``."""
    for name in ("Original-Recipient", "Final-Recipient"):
        address = addresses.normalize(mime_text.header(fields, name).partition(";")[2])
        if address:
            return address
    return ""
