"""Placeholders in canned replies, as ``{{customer}}``: which there are, what is wrong with a text, and what it says.

A word after a bar stands in for a value that is empty: ``{{customer_first_name|customer}}``.
"""

import difflib
import html
import re
from dataclasses import dataclass

NAMES = (
    *("customer", "customer_first_name", "customer_email", "customer_company"),
    *("agent", "agent_first_name", "reference", "subject", "team", "company"),
)
#: What stands between braces; no placeholder is that long.
PLACEHOLDER = re.compile(r"\{\{(.{0,200}?)\}\}", re.DOTALL)
#: A name that was meant as a placeholder, in braces of another system.
MEANT = re.compile(r"(?<!\{)[#$%]?\{\s*(" + "|".join(NAMES) + r")\s*\}(?!\})")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a placeholder. :ivar meant: the one that was probably meant, "" if nothing is like it"""

    text: str
    meant: str = ""


def wrong(text):
    """The first wrong placeholder of a text in HTML; None if all are right."""
    for found in PLACEHOLDER.finditer(text):
        name, _word = _parts(found.group(1))
        if name not in NAMES or TAG.search(found.group(1)):
            return Wrong(_shown(found.group()), _nearest(name))
    rest = PLACEHOLDER.sub("", text)
    for brace in ("{{", "}}"):
        if brace in rest:
            start = rest.index(brace)
            around = rest[start : start + 30] if brace == "{{" else rest[max(0, start - 28) : start + 2]
            return Wrong(_shown(around), "")
    found = MEANT.search(rest)
    return Wrong(_shown(found.group()), found.group(1)) if found else None


def filled(text, values):
    """A text in HTML with the values of its placeholders. What is no placeholder stays as it is.

    :param values: {name: plain text}
    """

    def value(found):
        name, word = _parts(found.group(1))
        if name not in values or TAG.search(found.group(1)):
            return found.group()
        return html.escape(values[name] or word)

    return PLACEHOLDER.sub(value, text)


def first_name(name):
    """How a person is addressed: the first word, or the first after a comma as in *Doe, Jane*."""
    _last, comma, first = name.partition(",")
    words = (first if comma and first.strip() else name).split()
    return words[0].strip(",") if words else ""


def _parts(inner):
    """The name and the word that stands in for it, as somebody typed them in an editor."""
    name, _bar, word = html.unescape(TAG.sub("", inner)).replace("\xa0", " ").partition("|")
    return name.strip().lower(), word.strip()


def _nearest(name):
    near = difflib.get_close_matches(name.replace(" ", "_").rpartition(".")[2], NAMES, n=1, cutoff=0.6)
    return near[0] if near else ""


def _shown(text):
    return html.unescape(TAG.sub("", text)).replace("\xa0", " ").strip()
