"""Tells whether two emails that were fetched are the same email."""

import hashlib
from dataclasses import dataclass

from ..email import addresses, mime_text
from . import sanitize, sanitize_headers


@dataclass(frozen=True)
class Identity:
    """Identifies an email: two fetched emails with the same identity are the same email."""

    message_id: str  #: as Odoo reads it after sanitizing; empty if there is none
    sender: str  #: normalised; empty if From has no address
    content: str  #: hash of sender, date, subject and body, which transport does not change
    subject: str  #: decoded, for display


def identify(raw):
    """The identity of an email, which is the same in every mailbox.

    A device that writes neither a Message-ID nor a date sends the same each time: only what the servers on the way have
    written tells its emails apart.
    """
    raw = sanitize.from_first_header(raw[: sanitize.MAX_BYTES])
    first, values = sanitize.first_part(raw), {}
    for field in first.fields:
        values.setdefault(field.name, field.text)
    senders = addresses.parse(values.get("from", ""))
    sender = senders[0][1] if senders else ""
    message_id = sanitize_headers.message_id(values.get("message-id", ""))
    subject = mime_text.decode(values.get("subject", ""))
    written = [sender, " ".join(values.get("date", "").split()), subject]
    if not message_id and not written[1]:
        written += [field.text for field in first.fields if field.name == "received"]
    body = raw[first.body :].replace(b"\r\n", b"\n").rstrip()
    digest = hashlib.sha256("\n".join(written).encode("utf-8", "replace") + b"\n\n" + body)
    return Identity(message_id, sender, digest.hexdigest(), subject)
