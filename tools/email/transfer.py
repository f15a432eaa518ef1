"""Decodes the transfer encoding of a part: the bytes as they were sent, however broken the encoding is."""

import binascii
import re

from . import mime_text, uuencoded

#: A run of base64 with its padding; programs put several behind one another.
BASE64_RUN = re.compile(rb"[A-Za-z0-9+/]+=*")
BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+=*\Z")
INNER_SPACE = re.compile(rb"[A-Za-z0-9+/=][ \t]+[A-Za-z0-9+/=]")
WORD = re.compile(rb"(?<![^\s(\"'])[A-Za-z]{2,}(?![^\s.,;:!?)\"'])")
#: Characters of a line of base64 below other text, and words of a text that is not encoded at all.
MIN_LINE, MIN_WORDS = 60, 3
BASE64_CHARS = bytes(byte for byte in range(256) if re.match(rb"[A-Za-z0-9+/=\s]", bytes([byte])))
SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n|\Z)")
#: A tag of HTML, which no base64 has.
TAG = re.compile(rb"</?[A-Za-z][^<>]{0,1000}>")
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
    encoding = name_of(encoding)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(SOFT_BREAK.sub(b"=", bytes(body)))
    if encoding == "base64":
        return _base64(body)
    if encoding in ("uuencode", "x-uuencode", "uue", "x-uue"):
        return _uuencoded(bytes(body))
    return bytes(body)


def name_of(encoding):
    """The name of a transfer encoding, without what programs write around it."""
    words = encoding.lower().split()
    return words[0].strip(";\"'") if words else ""


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


def footer(part, bodies=None):
    """What a mailing list or a virus scanner wrote below a base64 body without encoding it; b"" if there is nothing."""
    if name_of(mime_text.header(part, "Content-Transfer-Encoding")) != "base64":
        return b""
    kept = kept_body(part, bodies or {})
    body = bytes(_raw(part) if kept is None else kept)
    end = _end_of_base64(body)
    return body[end:].strip() if end else b""


def _end_of_base64(body):
    """How much of a body is base64: all of it, the part above a footer, or nothing if it was not encoded at all."""
    stray = body.translate(None, BASE64_CHARS)
    if not stray and not ((b" " in body or b"\t" in body) and INNER_SPACE.search(body)):
        return len(body)
    lines = body.splitlines(keepends=True)
    position = end = digits = 0
    is_leading = has_foreign = False
    for line in lines:
        position += len(line)
        text = line.strip()
        is_pure = bool(BASE64_LINE.match(text))
        is_leading = is_pure and (is_leading or not digits)
        if is_leading or (is_pure and digits and (text.endswith(b"=") or len(text) >= MIN_LINE)):
            end, digits, has_foreign = position, digits + len(text), False
        elif text:
            has_foreign = has_foreign or not is_pure
    if digits and digits % 4 == 0:
        return end if has_foreign else len(body)
    is_text = len(WORD.findall(body)) >= MIN_WORDS or bool(TAG.search(body))
    return 0 if stray and is_text else len(body)


def _base64(body):
    """Base64 as mail programs read it: what is no digit is skipped, and text after padding is read too."""
    body = bytes(body)
    end = _end_of_base64(body)
    if not end:
        return body
    digits = body[:end].translate(None, NO_BASE64)
    if not digits:
        return body if body.strip() else b""
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
            pieces.append(uuencoded.line(line))
        except binascii.Error:
            return body
    return b"".join(pieces)
