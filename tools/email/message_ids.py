"""Reads Message-IDs in References and In-Reply-To, as programs really write them.

RFC 5322 section 3.6.4 wants ids in brackets, separated by spaces. Programs also write them without brackets, separated
by commas, folded in the middle, encoded (RFC 2047), escaped as in HTML, or among other words (RFC 822 allowed phrases).
All of it is read in time linear in the size of the headers.
"""

import re

from . import mime_text

#: Longer texts are cut at the front: the newest ids are at the end.
MAX_TEXT = 500_000
#: Longer ids cannot be indexed; the email that has one gets another (`tools.inbound.sanitize_headers`).
MAX_ID = 500
#: How many ids are looked up: the newest ones, the oldest ones, and as many of those that an Odoo made.
NEWEST, OLDEST, ODOOS = 80, 20, 200

#: An id in brackets, or a word that may be one. A bracket that does not close ends at the next one.
WORD = re.compile(r"<[^<>]*>|[^\s<>,;\"'()]+")
ESCAPED_BRACKET = re.compile(r"&(?:amp;)?(?:(lt|#60|#x3c)|gt|#62|#x3e);", re.IGNORECASE)
CODED_BRACKET = re.compile("[=%]3(?:(C)|E)", re.IGNORECASE)
#: Other brackets and quote marks around an id, and what nobody sees.
AROUND = "<>{}“”„«»‘’`*\u200b\ufeff"
WIDE = str.maketrans("＜＞＠", "<>@")
#: How Odoo names its own emails (``generate_tracking_message_id``): ``<1.2-openerp-42-crm.lead@host>``.
ODOO = re.compile(r"<[^<>]*-openerp-[^<>]*@[^<>]*>")


def found_in(*values):
    """Every Message-ID in the values of headers, in order and without duplicates, as ``<id>``.

    :param values: of In-Reply-To and References; they may be encoded or folded, and hold other words
    """
    words = (word for value in values for word in WORD.findall(_readable(value or "")))
    return list(dict.fromkeys(filter(None, map(_message_id, words))))


def to_look_up(replied, references):
    """The ids that are worth a look-up, the most direct first; their number is bounded.

    :param replied: ids in In-Reply-To
    :param references: ids in References, oldest first
    """
    odoos = [one for one in references if ODOO.fullmatch(one)]
    kept = {*replied[:NEWEST], *references[-NEWEST:], *references[:OLDEST]}
    kept |= {*odoos[: ODOOS // 2], *odoos[-ODOOS // 2 :]}
    return list(dict.fromkeys(one for one in (*replied, *reversed(references)) if one in kept))


def are_about(model, ids):
    """Whether one of these ids is of an email that an Odoo sent about a record of this model."""
    return any(ODOO.fullmatch(one) and f"-{model}@" in one for one in ids)


def _readable(value):
    """The text of a header, without line ends, encoded words, escapes of HTML, and raw bytes."""
    text = re.sub(r"[\r\n\x00]+", "", mime_text.eight_bit(str(value)[-MAX_TEXT:])).translate(WIDE)
    if "=?" in text:
        text = mime_text.decode(text)
    for escaped in (ESCAPED_BRACKET, CODED_BRACKET) if "<" not in text else (ESCAPED_BRACKET,):
        text = escaped.sub(lambda found: "<" if found[1] else ">", text)
    return text


def _message_id(word):
    """An id as ``<id>``, without the white space of folding; "" if the word is none."""
    is_bracketed = word.startswith("<")
    bare = re.sub(r"\s+", "", word.strip("<>" if is_bracketed else AROUND))
    if bare.startswith("["):
        bare = bare.strip("[]")
    if not is_bracketed and "@" not in bare[1:-1]:
        return ""
    bare = re.sub(r"^(?:mid|message-id):", "", bare, flags=re.IGNORECASE)  # RFC 2392
    return f"<{bare}>" if 0 < len(bare) <= MAX_ID - 2 else ""
