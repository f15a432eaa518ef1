"""Keeps bodies of an email beside it, where the standard library would not give back what was sent.

Its parser needs six times the memory of an email, and for 50 MB of empty lines 2 GB and ten seconds. The parser gets
the beginning of such a body, and a header with the key under which the whole one is kept (`tools.email.transfer`).

Of an attached message, the parser keeps headers and text, but not byte by byte: the original is kept beside it.
"""

import re
import secrets

from ..email.mime_text import BODY_HEADER
from .sanitize import LINE, attached_messages, from_first_header, walk

#: Bytes of one body from which it is taken out, and that stay: more than is read of a text before it is shown.
LARGE, HEAD = 2_000_000, 1_000_000


#: Without these, no message is attached.
MESSAGE = re.compile(rb"message/|multipart/digest", re.IGNORECASE)


def detach(raw, original=None):
    """A sanitized email without its large bodies, and with its attached messages beside it.

    :param original: the email before it was sanitized, which repairs the headers of attached messages too
    :return: (its bytes, {key: memoryview of a body})
    """
    has_messages = MESSAGE.search(raw)
    if len(raw) <= LARGE and not has_messages:
        return raw, {}
    token, view = secrets.token_hex(16), memoryview(raw)
    messages = _messages(raw, original) if has_messages else {}
    pieces, position, bodies = [], 0, {}
    for part, _text, end in walk(raw, []):
        is_large = end is not None and end - part.body > LARGE
        if not is_large and part.start not in messages:
            continue
        key, last = f"{token}-{len(bodies)}", _line_of_body(part)
        headers_end = part.end - len(last)
        pieces += [view[position:headers_end], f"{BODY_HEADER}: {key}\r\n".encode()]
        position = headers_end
        if not is_large:
            bodies[key] = messages[part.start]
            continue
        data = view[part.body : _without_line_end(raw, end) if end < len(raw) else end]
        bodies[key] = last + data.tobytes() if last else data
        cut = raw.rfind(b"\n", part.body, part.body + HEAD) + 1
        pieces += [view[headers_end : cut or part.body + HEAD], b"" if cut else b"\r\n"]
        position = end
    return b"".join([*pieces, view[position:]]) if bodies else raw, bodies


def _messages(raw, original):
    """{where an attached message begins: its bytes as they were sent}"""
    found = attached_messages(raw)
    source, whole = raw, found
    if original is not None and original != raw:
        clean = from_first_header(original)
        sent = attached_messages(clean)
        if len(sent) == len(found):
            source, whole = clean, sent
    view = memoryview(source)
    bodies = [view[part.body : _without_line_end(source, end) if end < len(source) else end] for part, end in whole]
    return {part.start: body for (part, _end), body in zip(found, bodies, strict=True)}


def _without_line_end(raw, end):
    """Where a body ends before a boundary: the line end belongs to the boundary (RFC 2046 section 5.1.1)."""
    if raw.endswith(b"\r\n", 0, end):
        return end - 2
    return end - raw.endswith((b"\n", b"\r"), 0, end)


def _line_of_body(part):
    """The last header line if the parser counts it to the body: a "From " that is not the first line."""
    last = part.fields[-1].raw if len(part.fields) > 1 else b""
    return last if last.startswith(b"From ") and LINE.match(last).end() == len(last) else b""
