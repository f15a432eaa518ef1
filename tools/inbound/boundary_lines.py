"""Makes the boundary lines of an email say one thing only, before its parts are walked through.

Programs write one boundary for a multipart and for another one inside of it, close a multipart before its last part (a
scanner that adds a file below), or write a boundary that no parser reads from its header: raw bytes, backslashes, a
space at its end. Read strictly, files and words are lost, or the ticket shows the source of the email.
"""

import hashlib
import re
from dataclasses import dataclass, field

from ..common.translatable import _

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

_HEADER = rb"content-type[ \t]*:[ \t]*(?:\r?\n[ \t]+)?multipart/[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*"
#: The header of a multipart. One in the first line of an email has no line end before it.
FIRST_HEADER, HEADER = re.compile(_HEADER, re.IGNORECASE), re.compile(rb"\n" + _HEADER, re.IGNORECASE)
#: The boundary in it; one in several pieces (RFC 2231) is left alone.
BOUNDARY = re.compile(rb"(?<![\w*])boundary\s{0,9}=\s{0,9}(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
LINE = re.compile(rb"\n--([^\r\n]{1,300})")
#: What a parser may read otherwise than it is written.
UNREADABLE = re.compile(rb"[\x80-\xff\\]|=\?|\A\s|\s\Z")
#: What follows the line above a part with headers.
PART = re.compile(rb"\r?\ncontent-[a-z-]{1,40}:", re.IGNORECASE)


@dataclass
class _Multipart:
    """One multipart: where its boundary is declared, and its boundary lines as ``(start, end)`` of the boundary."""

    name: bytes
    start: int
    lines: list = field(default_factory=list)
    end: tuple = ()  #: the closing line
    is_inner: bool = False  #: inside of another one with the same boundary
    early_ends: list = field(default_factory=list)  #: closing lines, each with the line of the part below


def mended(raw, notes):
    """The email with boundaries that differ from one another, that parsers read, and that end below the last part."""
    declared = _declared(raw)
    edits = _edits(raw, _multiparts(raw, declared)) if declared else []
    if not edits:
        return raw
    notes.append(_("%(header)s rewritten", header="Content-Type"))
    pieces, position = [], 0
    for start, end, text in sorted(edits):
        pieces += [raw[position:start], text]
        position = end
    return b"".join([*pieces, raw[position:]])


def _declared(raw):
    """``[(where the boundary is declared, it)]`` of every multipart."""
    first, found = FIRST_HEADER.match(raw), []
    for header in [*([first] if first else []), *HEADER.finditer(raw)]:
        named = BOUNDARY.search(header[0])
        if named:
            group = 1 if named[1] is not None else 2
            found.append((header.start() + named.start(group), named[group]))
    return found


def _multiparts(raw, declared):
    """The multiparts of an email with their boundary lines, as their own lines nest them."""
    found, open_parts, closed, waiting = [], {name: [] for _start, name in declared}, {}, [*reversed(declared)]
    for line in LINE.finditer(raw):
        while waiting and waiting[-1][0] < line.start():
            start, name = waiting.pop()
            found.append(_Multipart(name, start))
            open_parts[name].append(found[-1])
        name, is_last = _read(line[1], open_parts)
        around = open_parts.get(name)
        if not around and not is_last and name in closed and PART.match(raw, line.end()):
            around.append(closed[name])
            around[-1].early_ends.append((around[-1].end, line.start() + 1))
            around[-1].end = ()
        if not around:
            continue
        place = (line.start() + 3, line.start() + 3 + len(name))
        if is_last:
            closed[name] = around.pop()
            closed[name].end, closed[name].is_inner = place, bool(around)
        else:
            around[-1].lines.append(place)
    return found


def _read(text, names):
    """``(boundary, whether it is the last line with it)``; None if the line has none of these."""
    for written in (text, text.rstrip()):
        if written in names:
            return written, False
        if written.endswith(b"--") and written[:-2] in names:
            return written[:-2], True
    return None, False


def _edits(raw, multiparts):
    """``[(start, end, text)]``: what to write instead."""
    edits = []
    for number, part in enumerate(multiparts):
        name = part.name
        if part.lines and (part.is_inner or UNREADABLE.search(name)):
            name = b"=_" + hashlib.sha256(b"%d %s" % (number, name)).hexdigest()[:32].encode()
            places = [(part.start, part.start + len(part.name)), *part.lines, *([part.end] if part.end else [])]
            edits += [(start, end, name) for start, end in places]
        for (start, end), below in part.early_ends:
            # What a gateway wrote between them is a part without headers.
            has_words = bool(raw[end + 2 : below].strip())
            edits.append((start - 2, end + 2, b"--" + name + b"\r\n" if has_words else b""))
    return edits
