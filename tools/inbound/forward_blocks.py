"""Finds the blocks of header lines that email programs put above a forwarded email, in the lines of a body.

The labels and markers are those of Outlook, Apple Mail, Gmail, Thunderbird and Yahoo in their languages, as collected
in the tests of https://github.com/crisp-oss/email-forward-parser.
"""

import re

from ..email import addresses, mime_text, quotes
from .forward_words import BEHALF, FIELD_OF, FIELDS, MARKERS, STEMS

#: ``*From:* Jane <jane@x.example>``: email programs turn bold text into stars.
LABELLED = re.compile(r"[*_\s]{0,4}([^\W\d_][^:：@<>*_]{0,30}?)\.?\s?[*_]{0,2}[:：][*_]{0,2}\s*(.*)")
#: The same without a colon, as eM Client writes it below its marker: ``From "Jane Doe" <jane@x.example>``.
BARE = re.compile(r"([^\W\d_]{2,30})\s+([\"<'].*@.*)")
#: Lotus Notes writes no label: the sender, the date below, and the recipients below their labels.
DATED = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b.{0,30}")
#: Number of different header lines that make a block; right below a marker, From is enough.
ENOUGH = 3
#: Number of lines, one below the other, that make a block if their labels are of an unknown language.
ENOUGH_UNKNOWN = 4
#: Other lines allowed inside a block: a continued list of recipients, paragraphs of HTML.
MAX_STRAY = 4
MAX_LINE = 1_000
MAX_MARKER = 100
#: Lines of a body that are searched.
MAX_LINES = 20_000
#: How often a forward may have been forwarded.
MAX_DEPTH = 10
#: The marks of a quote at the beginning of a line.
QUOTE = re.compile(r"(?:> ?)*")

DASHED = re.compile(r"[-=_*~—–]{2,40}\s*(.+?)\s*[-=_*~—–]{2,40}")
#: A marker with the first header line behind it, as Yahoo writes it.
MARKER_BEFORE = re.compile(r"(-{3,12}[^-]{3,60}-{3,12})\s*(\S.*)")
#: The next header line in the same line, as Yahoo writes them: ``<jane@x.example>To: agent@x.exampleSent: Monday``.
_NEXT_LABELS = [word[0].upper() + word[1:] for word, field in FIELD_OF.items() if field != "from"]
GLUED = re.compile(rf"(?=(?:{'|'.join(map(re.escape, sorted(_NEXT_LABELS, key=len, reverse=True)))}) ?[:：])")
#: The length of the local part is limited (RFC 5321 section 4.5.3.1), or a line of letters takes quadratic time.
ADDRESS = r"[^\s<>\[\]()\"',;:@]{1,64}@[^\s<>\[\]()\"',;:]+"
#: ``<jane@x.example>``, ``[mailto:jane@x.example]``, else the first bare address.
SENDER = re.compile(rf"[<\[(]\s*(?:mailto:)?({ADDRESS})|({ADDRESS})", re.IGNORECASE)
#: The name in an attribution: ``On Monday, "Jane Doe" <jane@x.example> wrote:``
NAME_IN_QUOTES = re.compile(r"[\"„“«]([^\"„“”«»]{1,100})[\"“”»]\s*[<\[(]")


def lines_of(text):
    """The lines of a body, with header lines that share a line on lines of their own."""
    for line in text.split("\n", MAX_LINES)[:MAX_LINES]:
        marked = None if line.startswith(">") else MARKER_BEFORE.search(line[:MAX_LINE])
        if marked and _is_marker(marked[1]):
            yield from (line[: marked.start()], marked[1])
            line = marked[2]
        field = _field(line.strip()[:MAX_LINE])
        pieces = GLUED.split(line[:MAX_LINE]) if field and field[0] == "from" else ()
        if len(pieces) > 2:
            yield from pieces
        else:
            yield line


def blocks(lines, anywhere, ruled):
    """The blocks of header lines, the outermost first: ``{field: value}`` with its label of From under "label".

    :param anywhere: the email is surely a forward; otherwise only a block right below a marker counts
    :param ruled: a block below a line of dashes counts too, because the email is no reply
    """
    rest = iter(lines)
    for depth in range(MAX_DEPTH):
        block, quote = _block(rest, anywhere or bool(depth), ruled)
        if not block:
            return
        yield block
        # Apple Mail quotes all that it forwards.
        rest = _unquoted(rest, quote) if quote else rest


def _block(lines, anywhere, ruled):
    """The first block of header lines, {} if there is none, and the marks of a quote before its last line.

    :param lines: an iterator, of which this takes what it has read
    """
    reader = _BlockReader(anywhere, ruled)
    for line in lines:
        bare = line.lstrip("> \t")[:MAX_LINE].strip()
        if not reader.marked and _is_quoted(line, bare):
            # The rest is quoted; a forward in it belongs to an earlier email.
            return ({"from": bare} if anywhere and not line.startswith(">") else {}), ""
        if reader.ends_with(bare):
            return reader.fields, QUOTE.match(line)[0]
    return (reader.fields if reader.is_enough(is_over=True) else {}), ""


def _unquoted(lines, quote):
    return (line.removeprefix(quote) for line in lines)


def _is_quoted(line, bare):
    """Whether a line begins the quote of an earlier email. Apple Mail quotes what it forwards, with its marker."""
    if line.startswith(">"):
        return bool(bare) and not _is_marker(bare, dashed=False)
    return bool(quotes.ATTRIBUTION.match(bare))


class _BlockReader:
    """Reads lines until it has a block of header lines."""

    def __init__(self, anywhere, ruled):
        self.anywhere, self.ruled = anywhere, ruled
        self.is_below_rule = False
        self._begin()

    def _begin(self, marked=False):
        self.fields, self.last, self.stray, self.marked = {}, "", 0, marked
        self.guess = ""  # the value of a line with an unknown label that may be From

    def is_enough(self, is_over=False):
        """:param is_over: whether no further line belongs to the block, so that its guess is From"""
        if is_over and self.guess and not person_in(self.fields.get("from", "")):
            self.fields["from"] = self.guess
        known = self.fields.keys() & FIELDS
        return bool(person_in(self.fields.get("from", ""))) and (self.marked or len(known) >= ENOUGH)

    def ends_with(self, line):
        """Read a line, and say whether the block is complete."""
        if _is_marker(line):
            if self.is_enough(is_over=True):
                return True  # some programs end the block with the marker too
            self._begin(marked=True)
        elif self.ruled and len(line) < MAX_MARKER and DASHED.fullmatch(line):
            self.anywhere = self.is_below_rule = True
        elif (self.marked or self.is_below_rule) and _bare_sender(line):
            self.marked, self.last = True, "from"
            self.fields["from"] = _bare_sender(line)
        elif (field := _field(line)) and (self.marked or self.anywhere) and self._is_new(field[0]):
            self.last, self.stray = field[0], 0
            self.fields[self.last] = field[2]
            if self.last == "from":
                self.fields["label"] = field[1]
        elif self.fields or self.marked:
            return self._ends_with_other(line)
        return False

    def _is_new(self, name):
        """Whether the block has no such header line yet; a From line without an address was prose."""
        value = self.fields.get(name)
        return value is None or (name == "from" and bool(value) and not person_in(value))

    def _ends_with_other(self, line):
        """The same for a line without a known label."""
        if line and self.last and not self.fields[self.last]:
            self.fields[self.last] = line  # the value is below its label
        elif self.last == "from" and "@" in line and not person_in(self.fields[self.last]):
            self.fields[self.last] += f" {line}"  # the address is below the name
        elif self.marked:
            self.guess = self.guess or _unknown_sender(line)
        self.stray += 1
        is_over = self.stray > MAX_STRAY
        if self.is_enough(is_over) and ("subject" in self.fields or is_over):
            return True
        if self.stray > MAX_STRAY:
            self._begin()
        return False


def unknown_block(lines):
    """The first block of header lines in an unknown language: several lines with labels, the first has an address."""
    count, sender = 0, ""
    for line in lines:
        bare = line[:MAX_LINE].strip()
        count = count + 1 if LABELLED.fullmatch(bare) else 0
        sender = _unknown_sender(bare) if count == 1 else sender
        if count >= ENOUGH_UNKNOWN and sender:
            return {"from": sender}
    return {}


def dated_block(lines):
    """The sender in a block of Lotus Notes: a name and an address, the date, and labels on lines of their own."""
    shown = [line[:MAX_LINE].strip() for line in lines if line.strip()]
    for sender, date, *labels in zip(shown, shown[1:], *(shown[place:] for place in range(2, 6)), strict=False):
        is_labelled = any(FIELD_OF.get(label.casefold()) == "to" for label in labels)
        if is_labelled and DATED.fullmatch(date) and person_in(sender):
            return {"from": sender}
    return {}


def _bare_sender(line):
    """The value of a From line without a colon, or ""."""
    found = BARE.fullmatch(line[:MAX_LINE])
    return found[2] if found and FIELD_OF.get(found[1].casefold()) == "from" and person_in(found[2]) else ""


def _unknown_sender(line):
    """The value of a header line with an unknown label if it is a sender, or ""."""
    found = LABELLED.fullmatch(line)
    return found[2].strip("* ") if found and found[1].casefold() not in FIELD_OF and person_in(found[2]) else ""


def _is_marker(line, dashed=True):
    """:param dashed: whether dashes around it make a line a marker; a colon always does"""
    if len(line) >= MAX_MARKER:
        return False
    found = DASHED.fullmatch(line) if dashed else None
    text = found[1] if found else line[:-1] if line.endswith((":", "：")) else ""
    text = text.strip(" \xa0:*").casefold()
    return text in MARKERS or bool(text and len(text.split()) <= 8 and STEMS.search(text))


def _field(line):
    """``("from", "von", "Jane <jane@x.example>")`` of a header line, or None."""
    found = LABELLED.match(line)
    label = " ".join(found[1].casefold().split()) if found else ""
    return (FIELD_OF[label], label, found[2].strip("* ")) if label in FIELD_OF else None


def person_in(text):
    """``(name, address)`` of the first address in the From line of a block, or None."""
    text = addresses.INVISIBLE.sub("", text).translate(addresses.WIDE)
    if "@" not in text:
        return None
    behalf = BEHALF.search(text)
    person = person_in(text[behalf.end() :]) if behalf else None
    if person:
        return person
    found = next((match for match in SENDER.finditer(text) if match[1]), None) or SENDER.search(text)
    address = addresses.normalize(found[1] or found[2]) if found else ""
    if not address:
        return None
    quoted = NAME_IN_QUOTES.search(text)
    attributed = text.endswith(":") and not quoted
    name = quoted[1] if quoted else "" if attributed else text[: found.start()].strip(" \t\"'*<[(,")
    name = text[behalf.end() :].strip(" \"')]") if behalf else name
    return ("" if "@" in name else mime_text.decode(name)), address
