"""Removes what a notification said about replying to it from an agent's reply, which may quote it to the customer."""

import re
from html import escape

#: What stands between two words of a quoted text: white space, line ends, and the marks of a quotation.
BETWEEN = r"(?:\s|&nbsp;|&gt;|>|<br\b[^<>]*>|</?(?:span|font)\b[^<>]*>)+"


def without(html, texts):
    """HTML without these texts, however a mail program has wrapped or quoted them.

    :param texts: plain texts; other words that only resemble them stay
    """
    for text in sorted(filter(None, texts), key=len, reverse=True):
        words = [_either(word) for word in text.split()]
        html = re.sub(BETWEEN.join(words), "", html)
    return html


def _either(word):
    """A pattern for a word, escaped as in HTML in any of the usual ways."""
    forms = {word, escape(word), escape(word, quote=False), escape(word).replace("&#x27;", "&#39;")}
    return f"(?:{'|'.join(map(re.escape, sorted(forms)))})"
