"""The emails that are imported: always the same ones, of the kinds that a support mailbox gets."""

import random
from datetime import datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from dev.acme import SUPPORT

SEED = 20190
#: One sender in so many is a partner already.
KNOWN_EVERY = 5
WORDS = (
    "printer invoice delivery since yesterday the our your order number cannot open page shows error after update "
    "please help again password colleague waiting customer screen příliš žluťoučký kůň größer élève naïve still broken "
    "tried twice restart nothing changed attached picture thanks account Monday report export file server"
).split()
SIGNATURE = ("-- ", "Best regards", "Sent from my phone")


def mail(number):
    """The raw bytes of email `number`; the same number gives the same email in every process."""
    dice = random.Random(f"{SEED}-{number}")
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = f"<{number}.{dice.getrandbits(64):x}@mail.customer.example>"
    message["Date"] = format_datetime(datetime(2025, 3, 1, tzinfo=timezone.utc) + timedelta(minutes=number))
    message["From"] = f"{_name(number)} <{sender(number)}>"
    message["To"] = SUPPORT
    message["Subject"] = _sentence(dice, 3, 9)
    dice.choices((_plain, _html, _both), weights=(40, 20, 40))[0](message, dice)
    if dice.random() < 0.15:
        _attach(message, dice)
    for level, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}_{level}")  # the library's own is random
    return message.as_bytes()


def sender(number):
    """Who wrote email `number`: everybody writes once."""
    return f"customer{number}@company{number % 97}.example"


def partners(count):
    """Names and addresses of the senders among the first `count` emails who are partners already."""
    return [{"name": _name(number), "email": sender(number)} for number in range(0, count, KNOWN_EVERY)]


def _name(number):
    return f"Customer Nr. {number}"


def _plain(message, dice):
    message.set_content("\n\n".join([*_paragraphs(dice), "\n".join(SIGNATURE)]))


def _html(message, dice):
    message.set_content(_markup(_paragraphs(dice), dice), subtype="html")


def _both(message, dice):
    paragraphs = _paragraphs(dice)
    message.set_content("\n\n".join(paragraphs))
    message.add_alternative(_markup(paragraphs, dice), subtype="html")


def _markup(paragraphs, dice):
    """HTML as a mail program writes it: styled, and often with the quoted history below."""
    body = "".join(f'<p style="margin:0;font-family:Calibri"><span>{text}</span></p>' for text in paragraphs)
    quoted = ""
    if dice.random() < 0.4:
        inner = "".join(f"<div>{text}</div>" for text in _paragraphs(dice))
        quoted = f'<div class="gmail_quote">On Monday we wrote:<blockquote>{inner}</blockquote></div>'
    head = "<style>p {margin: 0} .x {color: #123456}</style>"
    return f"<html><head>{head}</head><body>{body}{quoted}<p>Best regards<br>A customer</p></body></html>"


def _attach(message, dice):
    """One attachment of 5 to 60 kB; its bytes do not compress, like those of most."""
    kind, subtype, name = dice.choice([("application", "pdf", "faktura č. 1.pdf"), ("image", "png", "screen.png")])
    content = dice.randbytes(dice.randint(5_000, 60_000))
    message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)


def _paragraphs(dice):
    return [" ".join(_sentence(dice, 5, 18) for _ in range(dice.randint(1, 4))) for _ in range(dice.randint(1, 5))]


def _sentence(dice, fewest, most):
    return " ".join(dice.choices(WORDS, k=dice.randint(fewest, most))).capitalize() + "."
