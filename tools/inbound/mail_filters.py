"""Patterns of senders: what one may write, and which addresses it means.

`*` is any text, also none, `?` one character, everything else itself. Large and small letters are the same, and so are
the two spellings of an international domain (``bücher.example`` and ``xn--bcher-kva.example``). What stands behind a
plus belongs to the address: ``jane@…`` does not mean ``jane+news@…``, ``jane+*@…`` does.
"""

import re
import unicodedata

from ..email import addresses

#: What says nothing about whose address it is: a pattern of these alone means (nearly) everybody.
SAYS_NOTHING = "*?@."


class Pattern:
    """A pattern, ready to be compared with many addresses.

    Between two stars the first place that fits is as good as any later one, so nothing is ever tried twice: an address
    costs at most its length times the length of the pattern, whatever the two are.
    """

    def __init__(self, text):
        self._pieces = [(_expression(piece), len(piece)) for piece in re.split(r"\*+", _folded(text))]

    def matches(self, address):
        """Whether it means this address, bare as `sender` gives it."""
        return any(map(self._fits, _spellings(address)))

    def _fits(self, text):
        (first, begin), (last, length) = self._pieces[0], self._pieces[-1]
        if len(self._pieces) == 1:
            return bool(first.fullmatch(text))
        end = len(text) - length
        if begin > end or not first.match(text) or not last.match(text, end):
            return False
        for piece, _length in self._pieces[1:-1]:
            found = piece.search(text, begin, end)
            if not found:
                return False
            begin = found.end()
        return True


def first_match(rules, address):
    """The first of ``(whatever, Pattern)`` whose pattern means this address: its whatever, else None.

    A mail without a sender is meant by no pattern.
    """
    spellings = _spellings(address) if address else ()
    return next((found for found, pattern in rules if any(map(pattern._fits, spellings))), None)


def sender(text):
    """Whose rules apply to a mail, from its From as it is written: the first address in lower case, "" if none."""
    return next((address for _name, address in addresses.parse(text or "")), "")


def clean(text):
    """A pattern as it is kept: without what is pasted along with an address, and without stars that add nothing."""
    text = unicodedata.normalize("NFKC", text or "").strip()
    text = re.sub(r"^mailto:", "", re.sub(r"^[^<>]*<([^<>]*)>$", r"\1", text), flags=re.IGNORECASE)
    return re.sub(r"\*{2,}", "*", text.strip())


def suggestion(text):
    """The pattern for the sender of a mail: the address; what changes from mail to mail behind a plus may be anything.

    ``bounces+4711-jane=x.example@list.example`` writes only once, ``bounces+*@list.example`` writes again.
    """
    local, at, host = sender(text).rpartition("@")
    name, plus, _tag = local.partition("+")
    return f"{name}+*{at}{host}" if name and plus else local + at + host


def names_nobody(pattern):
    """Whether no address can look like this."""
    return not re.search(r"[*?@]", pattern) or bool(re.search(r"^@|@$|\s", pattern))


def names_everybody(pattern):
    """Whether nothing in it tells one sender from another."""
    return not pattern.strip(SAYS_NOTHING)


def _folded(text):
    return unicodedata.normalize("NFKC", text).lower()


def _expression(piece):
    return re.compile("".join("." if char == "?" else re.escape(char) for char in piece), re.DOTALL)


def _spellings(address):
    """The address with its domain as people read it, and as machines write it."""
    local, at, host = _folded(address).rpartition("@")
    ascii_host = addresses.domain(host)
    read = ".".join(_read(label) for label in host.split("."))
    return {f"{local}{at}{one}" for one in (host, ascii_host, _folded(read)) if one}


def _read(label):
    """One label of a domain as people read it. Not more of it is read than a domain can have (RFC 1035, 2.3.4)."""
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
