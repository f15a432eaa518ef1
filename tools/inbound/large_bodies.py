"""Takes large bodies out of an email, so that the standard library does not split them into lines.

Its parser needs six times the memory of an email, and for 50 MB of empty lines 2 GB and ten seconds. The parser gets
the beginning of such a body, and a header with the key under which the whole one is kept;
`tools.email.bounded_message` puts it back.
"""

import secrets

from ..email.mime_text import BODY_HEADER
from .sanitize import walk

#: Bytes of one body from which it is taken out, and that stay: more than is read of a text before it is shown.
LARGE, HEAD = 2_000_000, 1_000_000


def detach(raw):
    """A sanitized email without its large bodies.

    :return: (its bytes, {key: memoryview of a body})
    """
    if len(raw) <= LARGE:
        return raw, {}
    token, view = secrets.token_hex(16), memoryview(raw)
    pieces, position, bodies = [], 0, {}
    for part, _text, end in walk(raw, []):
        if end is None or end - part.body <= LARGE:
            continue
        key = f"{token}-{len(bodies)}"
        bodies[key] = view[part.body : _without_line_end(raw, end) if end < len(raw) else end]
        cut = raw.rfind(b"\n", part.body, part.body + HEAD) + 1
        pieces += [view[position : part.start], f"{BODY_HEADER}: {key}\r\n".encode()]
        pieces += [view[part.start : cut or part.body + HEAD], b"" if cut else b"\r\n"]
        position = end
    return b"".join([*pieces, view[position:]]) if bodies else raw, bodies


def _without_line_end(raw, end):
    """Where a body ends before a boundary: the line end belongs to the boundary (RFC 2046 section 5.1.1)."""
    if raw.endswith(b"\r\n", 0, end):
        return end - 2
    return end - raw.endswith((b"\n", b"\r"), 0, end)
