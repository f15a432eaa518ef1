"""Finds in an email what was signed (RFC 1847): the bytes of a part, as they came."""

import re

from . import mime_text, smime


def found(message, raw):
    """``(the part with the signature, the bytes that it signs)`` of every S/MIME signature beside its text.

    :param raw: the email as it came; the bytes are empty if they are not found in it
    """
    pairs = []
    for part in mime_text.parts(message):
        if mime_text.content_type(part) == ("multipart", "signed") and part.is_multipart():
            signature = part.get_payload()[-1]
            if "/".join(mime_text.content_type(signature)) in smime.SIGNATURES and len(part.get_payload()) > 1:
                pairs.append((signature, _first_part(raw, mime_text.parameter(part, "boundary"))))
    return pairs[: smime.MAX_SIGNERS]


def _first_part(raw, boundary):
    """The bytes between the first two lines with a boundary, without the line ends that belong to these."""
    mark = re.escape(boundary.rstrip().encode("utf-8", "surrogateescape"))
    begin = re.search(rb"(?:\A|[\r\n])--" + mark + rb"[ \t]*(?:\r\n|\r|\n)", raw) if mark else None
    end = begin and re.compile(rb"(?:\r\n|\r|\n)--" + mark + rb"(?:--)?[ \t]*(?:[\r\n]|\Z)").search(raw, begin.end())
    return raw[begin.end() : end.start()] if end else b""
