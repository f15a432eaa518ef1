"""Finds in an email what was signed (RFC 1847): the bytes of a part, as they came."""

import re

from . import mime_text, smime


def found(message, raw):
    """``(the part with the signature, the bytes that it signs)`` of every S/MIME signature beside its text.

    :param raw: the email as it came; the bytes are empty if they are not found in it
    """
    pairs = []
    for part in mime_text.parts(message):
        if len(pairs) == smime.MAX_SIGNERS:
            break  # each one is searched in the whole email
        if mime_text.content_type(part) == ("multipart", "signed") and part.is_multipart():
            signature = part.get_payload()[-1]
            if "/".join(mime_text.content_type(signature)) in smime.SIGNATURES and len(part.get_payload()) > 1:
                pairs.append((signature, _first_part(raw, mime_text.parameter(part, "boundary"))))
    return pairs


def _first_part(raw, boundary):
    """The bytes between the first two lines with a boundary, without the line ends that belong to these."""
    mark = b"--" + boundary.rstrip().encode("utf-8", "surrogateescape")
    if mark == b"--":
        return b""
    # A pattern that begins with letters is searched ten times as fast. What stands before them is looked at then.
    line = re.escape(mark) + rb"(?<![^\r\n].{%d})" % len(mark)
    begin = re.compile(line + rb"[ \t]*(?:\r\n|\r|\n)", re.DOTALL).search(raw)
    end = begin and re.compile(line + rb"(?:--)?[ \t]*(?:[\r\n]|\Z)", re.DOTALL).search(raw, begin.end())
    return raw[begin.end() : end.start()].removesuffix(b"\n").removesuffix(b"\r") if end else b""
