"""Decodes the transfer encoding of a part: the bytes as they were sent, however broken the encoding is."""

import binascii
import re

from . import mime_text

#: A run of base64 with its padding; programs put several behind one another.
BASE64_RUN = re.compile(rb"[A-Za-z0-9+/]+=*")
NO_BASE64 = bytes(byte for byte in range(256) if not re.match(rb"[A-Za-z0-9+/=]", bytes([byte])))


def content(part, bodies=None):
    """The bytes of a part without parts.

    :param bodies: {key: bytes} of the bodies that were taken out of the email before it was parsed
    """
    body = kept_body(part, bodies or {})
    return decoded(mime_text.header(part, "Content-Transfer-Encoding"), _raw(part) if body is None else body)


def kept_body(part, bodies):
    """The body of a part that was kept beside the email, or None. A sender's header of this name finds none."""
    if not bodies:
        return None
    return next((bodies[key] for key in mime_text.header_values(part, mime_text.BODY_HEADER) if key in bodies), None)


def decoded(encoding, body):
    """A body as bytes; an unknown encoding is none."""
    words = encoding.lower().split()
    encoding = words[0].strip(";\"'") if words else ""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        return _base64(body)
    if encoding in ("uuencode", "x-uuencode", "uue", "x-uue"):
        return _uuencoded(bytes(body))
    return bytes(body)


def _raw(part):
    payload = vars(part).get("_payload")  # `get_payload` replaces bytes that are not ASCII
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    if not isinstance(payload, str):
        return b""
    try:
        return payload.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return payload.encode("utf-8", "surrogateescape" if not re.search("[\ud800-\udc7f]", payload) else "replace")


def _base64(body):
    """Base64 as mail programs read it: what is no digit is skipped, and text after padding is read too."""
    digits = bytes(body).translate(None, NO_BASE64)
    if not digits:
        return bytes(body) if bytes(body).strip() else b""
    runs = [digits] if b"=" not in digits.rstrip(b"=") else BASE64_RUN.findall(digits)
    return b"".join(map(_run, runs))


def _run(digits):
    digits = digits.rstrip(b"=")
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _uuencoded(body):
    lines = body.splitlines()
    begin = next((number for number, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if begin is None:
        return body
    pieces = []
    for line in lines[begin + 1 :]:
        if line.strip() in (b"end", b"`", b""):
            if line.strip() == b"end":
                break
            continue
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # some programs add a check character
            try:
                pieces.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return body
    return b"".join(pieces)
