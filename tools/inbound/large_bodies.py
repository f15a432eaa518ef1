"""Takes large bodies out of an email, so that the standard library does not split them into lines.

Its parser needs six times the memory of an email, and for 50 MB of empty lines 2 GB and ten seconds. The parser gets
the beginning and the end of such a body, and a header with the key under which the whole one is kept;
`tools.email.bounded_message` puts it back.
"""

import secrets
from typing import NamedTuple

from ..email.mime_text import BODY_HEADER
from .sanitize import LINE, walk

#: Bytes of one body from which it is taken out, and that stay: more than is read of a text before it is shown.
LARGE, HEAD = 2_000_000, 1_000_000
#: Bytes of its end that stay: they show how many line ends before a boundary the parser removes.
TAIL = 100


class Body(NamedTuple):
    """A body that was taken out of an email."""

    data: bytes  #: with the line end before the boundary
    kept: int  #: bytes that the parser gets instead


def detach(raw):
    """A sanitized email without its large bodies.

    :return: (its bytes, {key: `Body`})
    """
    if len(raw) <= LARGE:
        return raw, {}
    token, view = secrets.token_hex(16), memoryview(raw)
    pieces, position, bodies = [], 0, {}
    for part, _text, end in walk(raw, []):
        if end is None or end - part.body <= LARGE:
            continue
        key = f"{token}-{len(bodies)}"
        cut = raw.rfind(b"\n", part.body, part.body + HEAD) + 1 or part.body + HEAD
        last = _line_of_body(part)
        data = view[part.body : end]
        bodies[key] = Body(last + data.tobytes() if last else data, len(last) + cut - part.body + 1 + TAIL)
        headers_end = part.end - len(last)
        pieces += [view[position:headers_end], f"{BODY_HEADER}: {key}\r\n".encode()]
        # The "x" keeps the end from looking like a boundary.
        pieces += [view[headers_end:cut], b"x", view[end - TAIL : end]]
        position = end
    return b"".join([*pieces, view[position:]]) if bodies else raw, bodies


def _line_of_body(part):
    """The last header line if the parser counts it to the body: a "From " that is not the first line."""
    last = part.fields[-1].raw if len(part.fields) > 1 else b""
    return last if last.startswith(b"From ") and LINE.match(last).end() == len(last) else b""
