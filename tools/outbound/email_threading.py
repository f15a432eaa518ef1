"""Subject, thread headers, sender name and quotation of an email to a customer.

They decide in which conversation a mail program files the email. Gmail uses References and the subject, Apple Mail uses
In-Reply-To and References, Exchange and older versions of Outlook also use Thread-Index and Thread-Topic (MS-OXOMSG
2.2.1.2 and 2.2.1.3). All texts come from people, so results are one line or escaped HTML.
"""

import base64
import binascii
import hashlib
import html
import re
from datetime import datetime, timedelta

from ..email import reference

#: A Message-ID (RFC 5322 section 3.6.4).
MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
#: References names the first email of a conversation and this many of the latest ones.
LAST_REFERENCES = 10
#: Characters of a subject; the reference is at its beginning.
MAX_SUBJECT = 300
#: Characters of the customer's email that are quoted.
MAX_QUOTE = 10_000
QUOTE_STYLE = "margin:0 0 0 0.8ex;border-left:2px solid #ccc;padding-left:1ex;color:#555"
#: The epoch of Windows' FILETIME, which counts units of 100 nanoseconds.
EPOCH = datetime(1601, 1, 1)
#: Bytes of a Thread-Index: the head, each reply, and the most that we write.
INDEX_HEAD, INDEX_CHILD, MAX_INDEX = 22, 5, 22 + 5 * 60


def subject(mark, about, is_reply=True):
    """``Re: [ML-#42] Printer on fire``, without the prefixes and references that `about` had.

    :param mark: the reference
    :param is_reply: whether the email replies to another one
    """
    return one_line(f"{'Re: ' if is_reply else ''}{mark} {reference.clean_subject(about)}")


def with_reference(written, mark):
    """A subject that a person wrote, with the reference added if it is missing."""
    if mark.lower() in reference.plain(written).lower():
        return one_line(written)
    return subject(mark, written, is_reply=reference.is_reply(written))


def one_line(text):
    """A text without line breaks and control characters, so that it cannot start another header."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text or "").split())[:MAX_SUBJECT]


def reply_headers(known, answered=""):
    """The values of In-Reply-To and References; "" if there is nothing to refer to.

    :param known: Message-IDs of the emails of this conversation that the customer has, oldest first
    :param answered: the Message-ID that the email replies to; by default the last known one
    """
    ids = list(dict.fromkeys(word for word in known if MESSAGE_ID.fullmatch(word or "")))
    answered = answered if MESSAGE_ID.fullmatch(answered or "") else (ids[-1] if ids else "")
    before = [word for word in ids if word != answered]
    kept = before if len(before) <= LAST_REFERENCES else [before[0], *before[-LAST_REFERENCES + 1 :]]
    return answered, " ".join(filter(None, [*kept, answered]))


def conversation_index(text):
    """A valid Thread-Index, normalized, or ""."""
    try:
        raw = base64.b64decode("".join((text or "")[:1000].split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    fits = INDEX_HEAD <= len(raw) <= MAX_INDEX and (len(raw) - INDEX_HEAD) % INDEX_CHILD == 0
    return base64.b64encode(raw).decode() if fits else ""


def next_index(parent, seed, begun, now):
    """The Thread-Index of a reply.

    :param parent: the Thread-Index of the email that started the conversation, or ""
    :param seed: a text that is unique to the conversation, used if there is no parent
    :param begun: when the conversation started, used if there is no parent
    """
    raw = base64.b64decode(conversation_index(parent))
    if not raw:
        raw = _ticks(begun).to_bytes(8, "big")[:6] + hashlib.sha256(seed.encode()).digest()[:16]
    if len(raw) + INDEX_CHILD > MAX_INDEX:
        return base64.b64encode(raw).decode()
    since = max(_ticks(now) - int.from_bytes(raw[:6] + b"\0\0", "big"), 0)
    coarse = since >= 1 << 49
    passed = (since >> (23 if coarse else 18)) & 0x7FFFFFFF
    child = ((coarse << 31) | passed).to_bytes(4, "big") + b"\x10"
    return base64.b64encode(raw + child).decode()


def _ticks(moment):
    return (moment - EPOCH) // timedelta(microseconds=1) * 10


def language(headers, installed):
    """The installed language that an email asks for, or "".

    :param headers: values of Content-Language and Accept-Language, the most important first: ``cs-CZ, en;q=0.5``
    :param installed: language codes of Odoo: ``cs_CZ``
    """
    for value in headers:
        for tag in (value or "")[:200].split(","):
            wanted = tag.partition(";")[0].strip().replace("-", "_").lower()
            exactly = [code for code in installed if code.lower() == wanted]
            alike = [code for code in installed if code.lower().split("_")[0] == wanted.split("_")[0]]
            if wanted and (exactly or alike):
                return (exactly or alike)[0]
    return ""


def sender_name(person, mailbox):
    """The sender's name that customers see: the person and the mailbox, as far as they are known."""
    return one_line(" – ".join(dict.fromkeys(filter(None, (person, mailbox)))))


def quoted(text, attribution):
    """A text as an HTML quotation, escaped, so without pictures and links; "" for an empty text."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text or "").strip()
    if not text:
        return ""
    cut = text if len(text) <= MAX_QUOTE else text[:MAX_QUOTE].rstrip() + "…"
    lines = "<br/>".join(html.escape(line) for line in cut.splitlines())
    introduction = f'<p style="margin:0">{html.escape(one_line(attribution))}</p>' if attribution else ""
    return f'<div data-o-mail-quote="1">{introduction}<blockquote style="{QUOTE_STYLE}">{lines}</blockquote></div>'
