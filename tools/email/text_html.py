"""Writes plain text as the HTML of an email: paragraphs, line breaks, quotes that Odoo folds.

``format=flowed`` (RFC 3676) is respected: lines that a program broke are joined.
"""

import html
import re

from . import bounded_text, text_quotes

#: Lines that are written as line breaks; Odoo takes its time for each. Longer texts are preformatted.
MAX_LINES = 1_500
#: Quotes that are folded, each by itself.
MAX_QUOTES = 200
#: What Odoo shows folded: its own mark, and how it finds it.
FOLDED = 'data-o-mail-quote="1"'
#: Long lines wrap, in the font of all other text.
PREFORMATTED = 'style="white-space: pre-wrap; font-family: inherit; margin: 0; padding: 0; border: 0"'
BLANKS = re.compile(r"(?m)^[ \t]+| {2,}|\t")
NEW_LINE = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: A command of text/enriched or text/richtext (RFC 1896).
COMMAND = re.compile(r"<(/?)([a-zA-Z0-9-]{1,60})>")


def to_html(text, is_flowed=False, deletes_space=False, is_forward=False):
    """Plain text as HTML; "" if there is nothing to read. :param is_forward: as in `text_quotes.segments`"""
    lines = NEW_LINE.sub("\n", bounded_text.FORBIDDEN.sub("", text)).split("\n")
    if is_flowed:
        lines = unflowed(lines, deletes_space)
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        return ""
    found = text_quotes.segments(lines, is_forward)
    is_long = len(lines) > MAX_LINES
    if len(found) > MAX_QUOTES:
        found[MAX_QUOTES:] = [(False, [line for _quoted, rest in found[MAX_QUOTES:] for line in rest])]
    pieces = []
    for is_quoted, part in found:
        written = _preformatted(part) if is_long else _paragraphs(part)
        if written:
            pieces.append(f"<div {FOLDED}>{written}</div>" if is_quoted else written)
    return "".join(pieces)


def unflowed(lines, deletes_space=False):
    """The paragraphs of format=flowed, each as one line; lines of other quote depths are never joined."""
    found, depth, text = [], 0, []
    for line in lines:
        marks = len(line) - len(line.lstrip(">"))
        rest = line[marks:].removeprefix(" ")
        is_signature = rest == "-- "
        if text and (marks != depth or is_signature):
            found.append(_marked(depth, text))
            text = []
        depth, flows = marks, rest.endswith(" ") and not is_signature
        text.append(rest[:-1] if flows and deletes_space else rest)
        if not flows:
            found.append(_marked(depth, text))
            text = []
    if text:
        found.append(_marked(depth, text))
    return found


def _marked(depth, pieces):
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth else text


def plain_of_enriched(text):
    """The words of text/enriched: commands are dropped, "<<" is "<", a single line end is a space (RFC 1896)."""
    text = NEW_LINE.sub("\n", text).replace("<<", "\ue001")
    text = re.sub(r"(?is)<param>.{0,200}?</param>", "", text)
    text = COMMAND.sub("", text).replace("\ue001", "<")
    return re.sub(r"\n+", lambda found: "\n" * (len(found[0]) - 1) or " ", text.strip("\n"))


def _paragraphs(lines):
    pieces, open_lines = [], []
    for line in [*lines, ""]:
        if line.strip():
            open_lines.append(BLANKS.sub(_kept, html.escape(line.rstrip(), quote=False)))
        elif open_lines:
            pieces.append(f"<p>{'<br>'.join(open_lines)}</p>")
            open_lines = []
    return "".join(pieces)


def _kept(found):
    """Blanks that a browser keeps, and that may still wrap."""
    width = len(found[0].expandtabs(4))
    if found.start() == 0:
        return "\xa0" * width
    return "\xa0" * (width - 1) + " " if width > 1 else " "


def _preformatted(lines):
    text = html.escape("\n".join(lines).strip("\n"), quote=False)
    # Odoo would look for quotes in it once more, one by one.
    text = text.replace("\n&gt;", "\n &gt;")
    return f"<pre {PREFORMATTED}>{text}</pre>" if text.strip() else ""
