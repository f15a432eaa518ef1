"""Tells whether an email is another copy of one that came before, which only a server on the way has changed.

Who writes to the mailbox and to a mailing list in which it is sends one email; the list adds a footer and a word in the
subject. Message-ID, sender and moment are the same then. A program that always writes the same Message-ID sends at
other moments, or other words.
"""

import re
from datetime import timezone
from email.utils import parsedate_to_datetime

from ..email import mime_text

#: Headers of mailing lists and groups, which add words to what they pass on.
LIST_HEADERS = ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List", "X-BeenThere", "X-Google-Group-Id")


def moment(message):
    """When an email was written, in UTC without a zone, as Odoo stores it; None if it does not say."""
    try:
        return parsedate_to_datetime(mime_text.header(message, "Date")).astimezone(timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        return None


def has_same_words(message, body, known):
    """Whether an email says what a known one says: no more, or below a list's header with words around it.

    :param body: its HTML; `known`: that of the other one
    """
    new, old = _letters(body), _letters(known)
    return new in old or (old in new and any(mime_text.header(message, name) for name in LIST_HEADERS))


def has_same_subject(message, known):
    """Whether the subject of an email is that of a known one, or one of them has words around it."""
    new, old = _letters_in(mime_text.decode(mime_text.header(message, "Subject"))), _letters_in(known or "")
    return new in old or old in new


def _letters(html):
    return _letters_in(mime_text.html_lines(html or ""))


def _letters_in(text):
    return re.sub(r"[\W_]+", "", text).casefold()
