"""Where a mail goes: one table from what is known about it to what becomes of it.

A machine's answer opens, reopens and answers nothing (RFC 3834 section 2); a machine's report may open a ticket, in
silence. A sender joins a ticket only when they are on it, whatever their headers quote. The first line that fits
decides.
"""

from dataclasses import dataclass
from enum import Enum

from .auto_mail import Kind


class Disposition(Enum):
    """What becomes of a mail."""

    IGNORE = "ignore"  #: nothing
    NOTE = "note"  #: kept on its ticket, internally, waking nobody
    JOIN = "join"  #: a reply on its ticket
    OPEN = "open"  #: a new ticket
    FOLLOW_UP = "follow_up"  #: a new ticket, linked with the old one it came too late for
    STRANGER = "stranger"  #: a new ticket; the sender named one that they are not on


#: A program's word about a mail of ours: nothing anybody has to do.
REPORTS = frozenset({Kind.RECEIPT, Kind.BOUNCE})


@dataclass(frozen=True)
class Mail:
    """What is known about a mail.

    :param kind: what wrote it
    :param is_ignored: a filter says that its sender's mail is not wanted
    :param names: its headers or its subject name a ticket
    :param joins: its sender is on that ticket
    :param closed: that ticket is closed
    :param expired: that ticket was closed too long ago to be reopened
    :param forwards: an agent forwards somebody's mail
    """

    kind: Kind = Kind.PERSON
    is_ignored: bool = False
    names: bool = False
    joins: bool = False
    closed: bool = False
    expired: bool = False
    forwards: bool = False


#: (what a mail must be, what becomes of it)
TABLE = (
    (lambda mail: mail.is_ignored or mail.kind in REPORTS, Disposition.IGNORE),
    (lambda mail: mail.kind is Kind.AUTO_REPLY and mail.joins, Disposition.NOTE),
    (lambda mail: mail.kind is Kind.AUTO_REPLY, Disposition.IGNORE),
    # A report on a closed ticket is a new case: a note there is one that nobody reads.
    (lambda mail: mail.joins and mail.kind is Kind.AUTO_GENERATED and mail.closed, Disposition.FOLLOW_UP),
    (lambda mail: mail.joins and mail.kind is Kind.AUTO_GENERATED, Disposition.NOTE),
    # What an agent forwards to a ticket is for the team; the customer gets what the agent writes.
    (lambda mail: mail.joins and mail.forwards, Disposition.NOTE),
    (lambda mail: mail.joins and mail.expired, Disposition.FOLLOW_UP),
    (lambda mail: mail.joins, Disposition.JOIN),
    (lambda mail: mail.names, Disposition.STRANGER),
    (lambda mail: True, Disposition.OPEN),
)


def disposition(mail):
    """What becomes of `mail`."""
    return next(found for fits, found in TABLE if fits(mail))
