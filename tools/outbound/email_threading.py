"""How a letter to a customer reads and where their mail program files it: subject, references, sender, quotation.

Gmail joins mails by References and subject, Apple Mail by In-Reply-To and References, Exchange and older Outlooks by
Thread-Index and Thread-Topic as well (MS-OXOMSG 2.2.1.2 and 2.2.1.3). Everything here is somebody's words, so it leaves
as one line, or escaped.
"""

import base64
import binascii
import hashlib
import html
import re
from datetime import datetime, timedelta

from ..email import reference

#: RFC 5322 section 3.6.4, as programs write it.
MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
#: The first mail of a conversation, and so many of the last ones, are enough to find it again.
LAST_REFERENCES = 10
#: A subject is one line on a screen; the reference stands in front.
MAX_SUBJECT = 300
#: Of what the customer wrote, so much is quoted; they have it all.
MAX_QUOTE = 10_000
QUOTE_STYLE = "margin:0 0 0 0.8ex;border-left:2px solid #ccc;padding-left:1ex;color:#555"
#: Windows counts 100 nanoseconds from here.
EPOCH = datetime(1601, 1, 1)
#: A conversation index begins with so many bytes, and has so many more for each answer.
INDEX_HEAD, INDEX_CHILD, MAX_INDEX = 22, 5, 22 + 5 * 60


def subject(mark, about, is_reply=True):
    """``Re: [ML-#42] Printer on fire``, whatever leads, tags and references stood before what it is about.

    :param mark: the reference
    :param is_reply: whether there is a mail that this one answers
    """
    return one_line(f"{'Re: ' if is_reply else ''}{mark} {reference.clean_subject(about)}")


def with_reference(written, mark):
    """A subject that a person has written, with the reference in it."""
    if mark.lower() in reference.plain(written).lower():
        return one_line(written)
    return subject(mark, written, is_reply=reference.is_reply(written))


def one_line(text):
    """Nothing in it can begin a header of its own."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text or "").split())[:MAX_SUBJECT]


def reply_headers(known, answered=""):
    """The values of In-Reply-To and References, "" when there is nothing to refer to.

    :param known: Message-IDs of the mails of this conversation that the customer has, oldest first
    :param answered: the one that is answered; else the last one is
    """
    ids = list(dict.fromkeys(word for word in known if MESSAGE_ID.fullmatch(word or "")))
    answered = answered if MESSAGE_ID.fullmatch(answered or "") else (ids[-1] if ids else "")
    before = [word for word in ids if word != answered]
    kept = before if len(before) <= LAST_REFERENCES else [before[0], *before[-LAST_REFERENCES + 1 :]]
    return answered, " ".join(filter(None, [*kept, answered]))


def conversation_index(text):
    """A Thread-Index as it came, or "" where it is none."""
    try:
        raw = base64.b64decode("".join((text or "")[:1000].split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    fits = INDEX_HEAD <= len(raw) <= MAX_INDEX and (len(raw) - INDEX_HEAD) % INDEX_CHILD == 0
    return base64.b64encode(raw).decode() if fits else ""


def next_index(parent, seed, begun, now):
    """The Thread-Index of an answer.

    :param parent: the Thread-Index of the mail that began the conversation, or ""
    :param seed: what no other conversation has, for when there is none; with `begun`, when it began
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
    """The language a mail is written in, if we speak it; else "".

    :param headers: values of Content-Language and Accept-Language, the weightiest first: ``cs-CZ, en;q=0.5``
    :param installed: codes as Odoo writes them: ``cs_CZ``
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
    """Who writes, as customers see it: a person of the team, or the team."""
    return one_line(" – ".join(dict.fromkeys(filter(None, (person, mailbox)))))


def quoted(text, attribution):
    """Somebody's words below an answer, as HTML: escaped, without pictures or links of theirs; "" if there are none."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text or "").strip()
    if not text:
        return ""
    cut = text if len(text) <= MAX_QUOTE else text[:MAX_QUOTE].rstrip() + "…"
    lines = "<br/>".join(html.escape(line) for line in cut.splitlines())
    said = f'<p style="margin:0">{html.escape(one_line(attribution))}</p>' if attribution else ""
    return f'<div data-o-mail-quote="1">{said}<blockquote style="{QUOTE_STYLE}">{lines}</blockquote></div>'
