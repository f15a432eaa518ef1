"""Finds the sender of an email that an agent forwarded to the mailbox.

A forward is recognised by its subject ("FW:" and similar prefixes, not after a "RE:") or by the marker line that
Gmail, Apple Mail, Thunderbird and Yahoo put above a forwarded email. Then the first block of header lines names the
sender. A reply in Outlook quotes the same kind of block. Therefore an email with a reply prefix is never a forward, and
text below a quote or an attribution ("Jane wrote:") is ignored.

What an agent passes on may be a colleague's forward or reply in turn. Then the blocks below are read as well, until one
names somebody who is none of us. If all are of us, the first one counts.
"""

import email.policy
from dataclasses import dataclass
from email.message import Message
from itertools import chain

from ..email import mime_text, payload, reference
from . import attached_email, forward_blocks, real_sender

#: How deep attached emails are looked into.
MAX_DEPTH = 5


@dataclass(frozen=True)
class Original:
    """The email that was forwarded."""

    name: str  #: may be empty
    address: str  #: normalised
    subject: str  #: without forward and reply prefixes; may be empty


def original(message, own_addresses=(), is_ours=lambda address: False):
    """The email that `message` forwards, or None if it forwards none or the sender is unknown.

    The caller decides whether the forwarder may act for another person.

    :param own_addresses: our own mailboxes, which no forwarded email is from
    :param is_ours: whether an address is the forwarder's or a colleague's: who wrote to them is looked for first
    """
    found = _originals(message, own_addresses, is_ours)
    first = next(found, None)
    if first is None or not is_ours(first.address):
        return first
    return next((one for one in found if not is_ours(one.address)), first)


def _originals(message, own_addresses, is_ours, depth=0):
    """The emails that a message forwards, the outermost first; of the attached ones only the one that counts."""
    subject = mime_text.decode(mime_text.header(message, "Subject"))
    answers = any(mime_text.header(message, name) for name in ("In-Reply-To", "References"))
    # A program that attaches an email to a new one may keep the subject of the email.
    if not reference.is_reply(subject):
        has_prefix = reference.is_forward(subject)
        lines = list(forward_blocks.lines_of(_text(message)))
        blocks = forward_blocks.blocks(lines, has_prefix, not answers)
        first = next(blocks, {})
        if has_prefix and not first:
            first = forward_blocks.unknown_block(lines) or forward_blocks.dated_block(lines)
        if first.get("label") == "lähettäjä" and reference.lead_of(subject) == reference.AMBIGUOUS_WORD:
            return  # a Finnish reply
        for block in chain([first], blocks):
            person = _person(block, own_addresses)
            if person:
                yield Original(*person, reference.clean_subject(block.get("subject") or subject))
    elif answers:
        return
    yield from _attached(message, own_addresses, is_ours, depth)


def _text(message):
    """The words of an email; if it has no text, those inside its winmail.dat or its signed S/MIME file."""
    text = mime_text.body_text(message)
    return text if text.strip() else mime_text.html_lines(payload.read(message).body)


def _person(block, own_addresses):
    """``(name, address)`` of who wrote the email of a block, as `real_sender` finds a sender; or None."""
    holder = Message(policy=email.policy.compat32)  # stores headers as they are
    for header, field in ((real_sender.FROM, "from"), (real_sender.REPLY_TO, "reply")):
        found = forward_blocks.person_in(block.get(field, ""))
        if found:
            holder[header] = '"{}" <{}>'.format(found[0].replace('"', "").replace("\\", ""), found[1])
    found = real_sender.find(holder, own_addresses)
    return (found.name, found.address) if found.address and holder[real_sender.FROM] else None


def _attached(message, own_addresses, is_ours, depth):
    """The attached email, and what it forwards in turn; nothing if there are several senders.

    Only one can be the customer. What is of us is left out, as long as somebody else's is attached.
    """
    if mime_text.content_type(message) == ("multipart", "report") or depth >= MAX_DEPTH:
        return
    found = {}
    for inner in attached_email.headers_of_attached(message):
        sender = real_sender.find(inner, own_addresses)
        if sender.address:
            subject = reference.clean_subject(mime_text.header(inner, "Subject"))
            found[sender.address] = (Original(sender.name, sender.address, subject), inner)
    if len(found) > 1:
        found = {address: one for address, one in found.items() if not is_ours(address)}
    if len(found) == 1:
        [(original_email, inner)] = found.values()
        yield original_email
        # Of a file, only the headers are read; then its parts are not known.
        if is_ours(original_email.address) and (inner.is_multipart() or mime_text.content_type(inner)[0] == "text"):
            yield from _originals(inner, own_addresses, is_ours, depth + 1)
