"""Sender patterns of email filters: their syntax, and which addresses they match.

`*` matches any text, also none, `?` one character, everything else itself. Case does not matter, and neither does the
spelling of an international domain (``bücher.example`` or ``xn--bcher-kva.example``). A plus tag belongs to the
address: ``jane@…`` does not match ``jane+news@…``, ``jane+*@…`` does.
"""

import fnmatch
import re
import unicodedata

from ..email import addresses

#: A pattern of these characters alone matches (nearly) every address.
WILDCARDS = "*?@."


class Pattern:
    """A compiled pattern, by `fnmatch` without its character classes.

    The expression of `fnmatch` never backtracks over a star, so matching takes at most the length of the address times
    the length of the pattern.
    """

    def __init__(self, text):
        self._regex = re.compile(fnmatch.translate(_folded(text).replace("[", "[[]")))

    def matches(self, address):
        """Whether it matches this address, bare as `sender` returns it."""
        return any(map(self._fits, _spellings(address)))

    def _fits(self, text):
        return bool(self._regex.match(text))


def first_match(rules, address):
    """The value of the first ``(value, Pattern)`` whose pattern matches this address, else None.

    No pattern matches an email without a sender.
    """
    spellings = _spellings(address) if address else ()
    return next((found for found, pattern in rules if any(map(pattern._fits, spellings))), None)


def sender(text):
    """The sender that filters apply to: the first address of a From header, in lower case; "" if there is none."""
    return next((address for _name, address in addresses.parse(text or "")), "")


def clean(text):
    """A pattern as it is stored: without the name or ``mailto:`` of a pasted address, and without repeated stars."""
    text = unicodedata.normalize("NFKC", text or "").strip()
    text = re.sub(r"^mailto:", "", re.sub(r"^[^<>]*<([^<>]*)>$", r"\1", text), flags=re.IGNORECASE)
    return re.sub(r"\*{2,}", "*", text.strip())


def suggestion(text):
    """The pattern for the sender of an email: the address, with a star in place of a plus tag.

    A tag often changes with each email: ``bounces+4711-jane=x.example@list.example`` sends only once.
    """
    local, at, host = sender(text).rpartition("@")
    name, plus, _tag = local.partition("+")
    return f"{name}+*{at}{host}" if name and plus else local + at + host


def matches_nothing(pattern):
    """Whether no address can match."""
    return not re.search(r"[*?@]", pattern) or bool(re.search(r"^@|@$|\s", pattern))


def matches_everything(pattern):
    """Whether it does not tell one sender from another."""
    return not pattern.strip(WILDCARDS)


def _folded(text):
    return unicodedata.normalize("NFKC", text).lower()


def _spellings(address):
    """The address with its domain in Unicode and in ASCII."""
    local, at, host = _folded(address).rpartition("@")
    ascii_host = addresses.domain(host)
    unicode_host = addresses.unicode_domain(host)
    return {f"{local}{at}{one}" for one in (host, ascii_host, _folded(unicode_host)) if one}
