"""Removes quoted history and signatures from a copy of an email.

Odoo's sanitiser recognises them for most email programs and marks the elements with ``data-o-mail-quote``. They are
only removed from a copy that is shown elsewhere; the stored email is never cut.
"""

import re

#: The line above a quote in the most common languages.
ATTRIBUTION = re.compile(
    r"^.{0,200}\b(wrote|writes|schrieb|a écrit|escribió|escreveu|ha scritto|napsala?|napísala?|napisał\(?a?\)?|skrev"
    r"|schreef|geschreven|kirjoitti|írta|a scris|написала?|написав|пише|писа|έγραψε|yazdı|rašė|rakstīja|kirjutas"
    r"|skrifaði|va escriure|napisao|napisala|je napisal)\b.{0,40}[:：]$",
    re.IGNORECASE,
)


def drop_quotes(tree):
    """Remove quoted elements from an lxml tree, in place; text after an element stays."""
    for element in tree.xpath("//*[@data-o-mail-quote or @data-o-mail-quote-node]"):
        if element.getparent() is not None:
            element.drop_tree()


def drop_attribution(text):
    """Remove "On Monday Jane wrote:" from the end of `text`, where its quote was removed."""
    body, _, last = text.rstrip().rpartition("\n")
    return body.rstrip() if ATTRIBUTION.match(last.strip()) else text.rstrip()
