"""What a user typed to find tickets, as terms that PostgreSQL's indexes answer.

Names, addresses and subjects are found by any part of a word (trigrams), the conversation by the beginnings of words
(full text). Each term has to be found somewhere on the ticket.
"""

import re
from dataclasses import dataclass, field

#: Longer text and further terms are ignored, so that no search is expensive.
MAX_TEXT, MAX_TERMS = 400, 8
#: Shorter terms are only found at the beginnings of words: there are no trigrams for their middle.
MIN_PART = 3
#: What stands between words. `SEPARATORS` in models/ticket/search_functions.py is the same for PostgreSQL.
_SEPARATORS = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\xbf\u2000-\u206f\u3000-\u303f]+")
#: Characters that no digit and no sign of ASCII is made of when they are folded; all others may be more than they seem.
PLAIN = r"\u0001-\u007f\u00c0-\u02d7\u0386-\u1cff\u3041-\u3098\u30a0-\u31ff\u3400-\ua4ff\uac00-\ud7a3"
#: What folding leaves as it is.
_SIGNS = re.compile(r"[\x01-\x40\x5b-\x60\x7b-\x7f]+")
#: Text in quotation marks is one term.
_TYPED = re.compile(r'"([^"]+)"|(\S+)')


@dataclass(frozen=True)
class Term:
    """Something that has to be found.

    :param like: a pattern for LIKE; the text that it is compared with begins with a space
    :param query: a tsquery; empty for a term without letters or digits
    :param raw: a regular expression that a text with the term matches before it is folded; empty if each text may.
        Almost no name has an "@", and to look for it costs a tenth of folding the name
    """

    like: str
    query: str
    raw: str = field(default="", compare=False)

    @property
    def part(self):
        """A pattern for LIKE, wherever it is in a text."""
        return "%" + self.like.lstrip("% ")

    @property
    def is_word(self):
        """Whether it has no space: what holds it in two texts side by side, holds it in one of them."""
        return " " not in self.like.removeprefix("% ")


def terms(folded):
    """The terms of a text that was folded by PostgreSQL already: in lower case, without accents."""
    found = {}
    for quoted, word in _TYPED.findall(folded[:MAX_TEXT]):
        text = " ".join((quoted or word.strip('"')).split())
        if text:
            found[text] = Term(like=_like(text), query=_query(text), raw=_raw(text))
    return list(found.values())[:MAX_TERMS]


def _like(text):
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return f"%{escaped}%" if len(text) >= MIN_PART else f"% {escaped}%"


def _raw(text):
    signs = max(_SIGNS.findall(text), key=len, default="") if text.isascii() else ""
    escaped = re.sub(r"([^0-9])", r"\\\1", signs)
    return f"{escaped}|[^{PLAIN}]" if signs else ""


def _query(text):
    """The words of a term one after the other; the last one may go on, unless it is too short to tell anything."""
    words = _SEPARATORS.sub(" ", text).split()
    if not words:
        return ""
    *before, last = (f"'{word}'" for word in words)
    return " <-> ".join([*before, last + ":*" * (len(words[-1]) >= MIN_PART)])
