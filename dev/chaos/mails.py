"""What customers write, and what has to become of it: the same emails in each run. Standard library only."""

import random
from dataclasses import dataclass
from email.message import EmailMessage

from dev.acme import SUPPORT

TICKET, COMMENT, FAILED = "ticket", "comment", "failed"
#: How often what comes, of a hundred emails.
KINDS = {"new": 52, "reply": 25, "twice": 10, "nameless": 8, "nameless twice": 3, "poison": 2}
#: A customer answers an email that is at least so many emails old.
REPLY_AFTER = 15


@dataclass(frozen=True)
class Mail:
    """One email, however often it is delivered.

    :param becomes: `TICKET`, `COMMENT` (on the ticket of the email `answers`) or `FAILED`
    :param mailboxes: where each copy goes
    """

    subject: str
    raw: bytes
    becomes: str
    mailboxes: tuple = (SUPPORT,)
    answers: str = ""


def write(count, mailboxes=(SUPPORT,), kinds=None):
    """`count` emails of all kinds, in the order in which they arrive.

    With two mailboxes some emails go to the one, some to the other, and those that come twice to both.
    """
    dice, mails, parents = random.Random(count), [], []
    names, weights = zip(*(kinds or KINDS).items(), strict=True)
    for number in range(count):
        [kind] = dice.choices(names, weights)
        old = [parent for parent in parents if parent[0] <= number - REPLY_AFTER]
        if kind == "reply" and not old:
            kind = "new"
        if kind == "reply":
            # Nobody writes often enough to be taken for a loop.
            mails.append(_reply(number, old[0]))
            parents.remove(old[0])
            continue
        mail = _mail(number, kind, mailboxes, dice)
        mails.append(mail)
        if kind == "new":
            parents.append((number, mail))
    return mails


def _mail(number, kind, mailboxes, dice):
    subject = f"Chaos {number:05} {kind}"
    to = mailboxes if kind.endswith("twice") else (dice.choice(mailboxes),)
    if kind.endswith("twice") and len(mailboxes) == 1:
        to = mailboxes * 2
    message = _message(number, subject, None if kind.startswith("nameless") else _message_id(number))
    becomes = FAILED if kind in ("poison", "deadly") else TICKET
    return Mail(subject, message.as_bytes(), becomes, to)


def _reply(number, parent):
    """The customer adds something to their own first email."""
    first, mail = parent
    subject = f"Re: {mail.subject} ({number:05})"
    message = _message(first, subject, _message_id(number), f"I forgot to say: it is number {number}.")
    message["In-Reply-To"] = message["References"] = _message_id(first)
    return Mail(subject, message.as_bytes(), COMMENT, mail.mailboxes, mail.subject)


def _message(sender, subject, message_id, words="It burns, and smoke comes out of it."):
    message = EmailMessage()
    message["From"] = f"Customer {sender} <customer{sender}@company{sender}.example>"
    message["To"], message["Subject"] = SUPPORT, subject
    message["Date"] = "Mon, 3 Mar 2025 09:00:00 +0000"
    if message_id:
        message["Message-ID"] = message_id
    message.set_content(f"{words}\n\n-- \nCustomer {sender}\n")
    return message


def _message_id(number):
    return f"<chaos-{number}@mail.company.example>"
