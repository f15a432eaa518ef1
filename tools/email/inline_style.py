"""Cleans style attributes, in linear time."""

import re

#: Longest value of one property, and most properties of one element.
MAX_VALUE, MAX_DECLARATIONS = 200, 60
#: Longest style attribute of an ordinary email.
MAX_STYLE = 4_000
#: What stays in a ticket anyway: Odoo knows the same properties.
PROPERTIES = frozenset(
    "font font-size font-family font-weight font-style background background-color color text-align line-height"
    " letter-spacing text-transform text-decoration opacity float vertical-align display padding padding-top"
    " padding-left padding-bottom padding-right margin margin-top margin-left margin-bottom margin-right white-space"
    " border border-color border-radius border-style border-width border-top border-bottom border-left border-right"
    " height width max-width min-width min-height border-collapse border-spacing caption-side empty-cells"
    " table-layout".split()
)
COLOR = re.compile(r"\b(?:rgb|hsl)a?\((?:[\d\s.,%/-]|deg)+\)", re.IGNORECASE)
SAFE = re.compile(r"[\w\s#.,%()'\"!+-]*")
#: What the cleaners of Odoo and lxml search to the end of, again and again.
SLOW = re.compile(r"[\w-]{65}|\s{65}|/\*|expression|data:|\\", re.IGNORECASE)


def is_slow(style):
    """Whether Odoo might take a time for it that grows faster than its length."""
    return len(style) > MAX_STYLE or sum(1 for _found in SLOW.finditer(style)) > 3


def clean(style):
    """The style without anything unusual; "" if nothing remains."""
    kept = []
    for declaration in style[: 4 * MAX_STYLE].split(";", MAX_DECLARATIONS)[:MAX_DECLARATIONS]:
        name, _colon, value = declaration.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        others = COLOR.sub("", value)
        if name in PROPERTIES and value and len(value) <= MAX_VALUE and SAFE.fullmatch(others) and "(" not in others:
            kept.append(f"{name}:{value}")
    style = ";".join(kept)
    return style if len(style) <= MAX_STYLE else ""
