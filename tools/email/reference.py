"""The reference in a subject: ``[ML-#42]``, a prefix and the ticket's number.

Also the reply and forward prefixes of email programs, and tags in front of them.
"""

import re
import unicodedata

from . import mime_text

#: A prefix starts with a letter and is short, so that a reference survives folding, quoting and being read aloud.
PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,9}")
#: A reference in a reply: any case, with spaces where the subject was folded. Numbers have up to 9 digits here.
FOUND = re.compile(rf"\[ ?({PREFIX.pattern}) ?- ?# ?([0-9]{{1,9}}) ?\]")
#: A reference as a person types it, complete or short: ML-#42, #42.
TYPED = re.compile(rf"\[? ?(?:({PREFIX.pattern}) ?- ?)?# ?([0-9]{{1,9}}) ?\]?")
#: Further references in one subject are ignored, so that each costs no query.
MAX_REFERENCES = 10
#: Longer subjects are cut. 10,000 non-ASCII characters are six times as long when encoded.
MAX_SUBJECT = 100_000

#: Variants of our brackets and dash from input methods and "smart" punctuation, which NFKC does not replace.
LOOK_ALIKES = str.maketrans("【】〔〕〖〗‐‑‒–—−", "[][][]------")

#: Reply and forward prefixes of email programs. RFC 5322 section 3.6.5 only knows "Re"; the others are from
#: https://en.wikipedia.org/wiki/List_of_email_subject_abbreviations and from Outlook in its languages.
REPLY_WORDS = frozenset(
    "re aw sv vs odp vá ynt antw atb bls rif ref res r на απ σχετ השב תשובה رد 回复 回覆 答复 返信 회신".split()
)
FORWARD_WORDS = frozenset(
    "fw fwd wg tr rv vb vl vs i pd pr enc doorst továbbítás trs yml ilt i̇lt redir videresend videresendt fs pārs πρθ "
    "הועבר העברה "
    "转发 轉寄 転送 전달".split()
) | {"إعادة توجيه"}
#: In Finnish "VS" is a reply (vastaus), in Danish and Norwegian a forward (videresendt).
AMBIGUOUS_WORD = "vs"

_WORDS = "|".join(map(re.escape, sorted(REPLY_WORDS | FORWARD_WORDS, key=len, reverse=True)))
#: One such prefix with an optional counter (``Re[2]:``, ``AW^2:``), or a tag of a mail gateway.
LEAD_OR_TAG = re.compile(
    rf" *(?:({_WORDS})\.? ?(?:\[\d{{1,3}}\]|\(\d{{1,3}}\)|\^\d{{1,3}})? ?[:：]"
    r"|\[(?:ext|external|externe?r?|externí)(?: (?:sender|e?-?mail))?\])",
    re.IGNORECASE,
)


def is_prefix(text):
    """Whether `text` is a valid prefix of ``-#42``: 1 to 10 letters, digits or dashes, starting with a letter."""
    return bool(PREFIX.fullmatch(text))


def reference(prefix, number):
    """``reference("ML", 42)`` is ``"[ML-#42]"``."""
    return f"[{prefix}-#{number}]"


def former_prefixes(former, old, new):
    """The former prefixes, separated by spaces, after a change from `old` to `new`; all may be empty or False."""
    prefixes = [prefix for prefix in (former or "").split() if prefix.upper() != (new or "").upper()]
    if old and old.upper() not in {prefix.upper() for prefix in [*prefixes, new or ""]}:
        prefixes.append(old)
    return " ".join(prefixes)


def references_in(subject, prefixes=None):
    """Every reference in a subject, in order and without duplicates: ``[("ML", 42)]``.

    :param subject: decoded or not, folded or not
    :param prefixes: the known prefixes, returned in this spelling; None: any prefix, returned in upper case
    """
    known = None if prefixes is None else {prefix.upper(): prefix for prefix in prefixes}
    found = {}
    for prefix, digits in FOUND.findall(plain(subject)):
        prefix, number = prefix.upper(), int(digits)
        if number and (known is None or prefix in known):
            found[known[prefix] if known else prefix, number] = None
    return list(found)[:MAX_REFERENCES]


def searched_references(text):
    """The references that a user searches for, as in `references_in`; the prefix may be missing: ``[("", 42)]``."""
    typed = TYPED.fullmatch(plain(text))
    if typed:
        return [((typed[1] or "").upper(), int(typed[2]))] if int(typed[2]) else []
    return references_in(text)


def clean_subject(subject):
    """A subject without tags, reply and forward prefixes, and our references."""
    return _after_leads(FOUND.sub(" ", _readable(subject)))[1]


def lead_of(subject):
    """The outermost reply or forward prefix, in lower case without its colon, or ""."""
    return _after_leads(FOUND.sub(" ", _readable(subject)))[0]


def is_reply(subject):
    """Whether the outermost prefix of a subject is a reply prefix."""
    return lead_of(subject) in REPLY_WORDS - {AMBIGUOUS_WORD}


def is_forward(subject):
    """Whether the outermost prefix of a subject is a forward prefix; :data:`AMBIGUOUS_WORD` counts as one."""
    return lead_of(subject) in FORWARD_WORDS


def plain(subject):
    """A subject as one line, with full-width forms and look-alikes replaced by the usual characters."""
    text = _readable(subject)
    if not text.isascii():
        # Character by character: for whole texts the standard library sorts runs of accents in quadratic time.
        text = "".join(unicodedata.normalize("NFKC", char) for char in text if unicodedata.category(char) != "Cf")
    return " ".join(text.translate(LOOK_ALIKES).split())


def _readable(subject):
    return mime_text.decode(str(subject or "")[:MAX_SUBJECT])


def _after_leads(text):
    """The outermost prefix, and the text after the last one."""
    first, position = "", 0
    while found := LEAD_OR_TAG.match(text, position):
        first = first or (found[1] or "").lower()
        position = found.end()
    return first, " ".join(text[position:].split())
