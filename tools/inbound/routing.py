"""Decides what becomes of an email: a table from facts about it to its disposition.

An automatic reply opens, reopens and answers nothing (RFC 3834 section 2), and neither does a reaction. Another
automatic email may open a ticket, but gets no automatic emails. A newsletter opens one only if its mailbox allows it. A
sender joins a ticket only as a participant, even if the headers refer to it. The first matching row decides.
"""

from dataclasses import dataclass
from enum import Enum

from .auto_mail import Kind


class Disposition(Enum):
    """What becomes of an email."""

    IGNORE = "ignore"  #: nothing
    NOTE = "note"  #: an internal note on its ticket, without notifications
    JOIN = "join"  #: a reply on its ticket
    OPEN = "open"  #: a new ticket
    FOLLOW_UP = "follow_up"  #: a new ticket, linked to the old one that was closed too long ago
    STRANGER = "stranger"  #: a new ticket; the sender is no participant of the ticket it refers to


#: Reports about an email of ours, which need no ticket, and such an email itself.
REPORTS = frozenset({Kind.RECEIPT, Kind.BOUNCE, Kind.OWN})
#: What is only noted on the ticket that it refers to.
NOTED = frozenset({Kind.AUTO_REPLY, Kind.REACTION})


@dataclass(frozen=True)
class Mail:
    """Facts about an email.

    :param kind: who or what wrote it
    :param is_ignored: a filter ignores its sender
    :param is_refused: it was sent to many, and its mailbox opens no tickets for such emails
    :param names: its headers or its subject refer to a ticket
    :param joins: its sender is a participant of that ticket
    :param closed: that ticket is closed
    :param expired: that ticket was closed too long ago to be reopened
    :param forwards: an agent forwards another person's email
    """

    kind: Kind = Kind.PERSON
    is_ignored: bool = False
    is_refused: bool = False
    names: bool = False
    joins: bool = False
    closed: bool = False
    expired: bool = False
    forwards: bool = False


#: (condition, disposition)
TABLE = (
    (lambda mail: mail.is_ignored or mail.kind in REPORTS, Disposition.IGNORE),
    (lambda mail: mail.kind in NOTED and mail.joins, Disposition.NOTE),
    (lambda mail: mail.kind in NOTED, Disposition.IGNORE),
    # An automatic email about a closed ticket is a new case; a note there would not be read.
    (lambda mail: mail.joins and mail.kind is Kind.AUTO_GENERATED and mail.closed, Disposition.FOLLOW_UP),
    (lambda mail: mail.joins and mail.kind is Kind.AUTO_GENERATED, Disposition.NOTE),
    # An email that an agent forwards to a ticket is for the team; the customer only gets the agent's own replies.
    (lambda mail: mail.joins and mail.forwards, Disposition.NOTE),
    (lambda mail: mail.joins and mail.expired, Disposition.FOLLOW_UP),
    (lambda mail: mail.joins, Disposition.JOIN),
    (lambda mail: mail.names, Disposition.STRANGER),
    # An email that an agent forwards is that of one person, whatever it came through.
    (lambda mail: mail.is_refused and not mail.forwards, Disposition.IGNORE),
    (lambda mail: True, Disposition.OPEN),
)


def disposition(mail):
    """What becomes of an email with these facts."""
    return next(found for fits, found in TABLE if fits(mail))
