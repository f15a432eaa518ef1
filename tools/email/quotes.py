"""What in a mail was written before: quoted history and signatures.

Odoo's sanitiser has already recognised them for most mail programs and left ``data-o-mail-quote`` on the elements;
here they are only taken out of a *copy* that is shown elsewhere. The stored mail is never cut.
"""

import re

#: The line a mail program puts above what it quotes, in the languages seen most.
ATTRIBUTION = re.compile(
    r"^.{0,200}\b(wrote|writes|schrieb|a écrit|escribió|ha scritto|napsala?|napísala?|napisał\(?a?\)?|skrev|schreef)"
    r"\b.{0,40}:$",
    re.IGNORECASE,
)


def drop_quotes(tree):
    """Take quoted elements out of an lxml tree, in place; text that follows an element stays."""
    for element in tree.xpath("//*[@data-o-mail-quote or @data-o-mail-quote-node]"):
        if element.getparent() is not None:
            element.drop_tree()


def drop_attribution(text):
    """Take "On Monday Jane wrote:" off the end of `text`, where it introduces nothing any more."""
    body, _, last = text.rstrip().rpartition("\n")
    return body.rstrip() if ATTRIBUTION.match(last.strip()) else text.rstrip()
