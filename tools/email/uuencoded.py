"""Finds files that a program wrote into the text of an email, as old scanners, Unix programs and news readers do.

They are in uuencode, in the base64 of ``uuencode -m`` (POSIX), or in yEnc (http://www.yenc.org/yenc-draft.1.3.txt).
"""

import binascii
import re

BEGIN = re.compile(
    rb"(?m)^(?:(begin|begin-base64) [0-7]{3,4} |(=ybegin) (?:[a-z]{1,10}=\d{1,20} ){1,5}name=)([^\r\n]{1,255})\r?\n"
)
BASE64_END = re.compile(rb"(?m)^====[ \t]*\r?(?:\n|\Z)")
BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]*")
#: The lines around the bytes of yEnc: of one of several pieces, and the end with the size.
YENC_PIECE = re.compile(rb"=ypart [^\r\n]{0,200}\r?\n")
YENC_END = re.compile(rb"\n=yend (?:[a-z]{1,10}=[0-9a-f]{1,20} ){0,3}?size=(\d{1,12})[^\r\n]{0,200}(?:\r?\n|\Z)")
YENC_ESCAPE = re.compile(rb"=(.)", re.DOTALL)
YENC = bytes((byte - 42) % 256 for byte in range(256))
#: Files that are taken out of one text.
MAX_FILES = 50


def line(text):
    """The bytes of a line. Raises ValueError (`binascii.Error`) if it is none."""
    try:
        return binascii.a2b_uu(text)
    except binascii.Error:
        length = (((text[0] - 32) & 63) * 4 + 5) // 3  # some programs add a check character
        return binascii.a2b_uu(text[:length])


def split(data):
    """``[(the name of a file, or None for text, its bytes)]`` of a text, in order."""
    pieces, position = [], 0
    for found in BEGIN.finditer(data) if b"begin" in data else ():
        if found.start() < position or len(pieces) > 2 * MAX_FILES:
            continue
        read = _yenc_file if found[2] else _file if found[1] == b"begin" else _base64_file
        file = read(data, found.end())
        if file:
            content, end = file
            pieces += [(None, data[position : found.start()]), (found[3].strip(), content)]
            position = end
    return [*pieces, (None, data[position:])]


def _file(data, position):
    """``(content, where the text goes on)`` of a file, or None if there is none."""
    pieces, is_complete = [], False
    while position < len(data):
        end = data.find(b"\n", position) + 1 or len(data)
        text = data[position:end].rstrip(b"\r\n")
        position = end
        if text.strip() == b"end":
            return (b"".join(pieces), position) if is_complete else None
        if text.strip() in (b"", b"`"):
            is_complete = True
            continue
        if is_complete or not 32 < text[0] <= 96 or len(text) > 90:
            return None
        try:
            pieces.append(line(text))
        except ValueError:
            return None
    return None


def _base64_file(data, position):
    """The same in base64."""
    end = BASE64_END.search(data, position, BASE64.match(data, position).end())
    try:
        return (binascii.a2b_base64(data[position : end.start()]), end.end()) if end else None
    except binascii.Error:
        return None


def _yenc_file(data, position):
    """The same in yEnc; None if its size is another one."""
    piece = YENC_PIECE.match(data, position)
    position = piece.end() if piece else position
    last = data.find(b"\n=y", position - 1)  # no file has this in it
    end = YENC_END.match(data, last) if last >= 0 else None
    if not end:
        return None
    coded = data[position : max(last, position)].translate(None, b"\r\n")
    content = YENC_ESCAPE.sub(lambda found: bytes([(found[1][0] - 64) % 256]), coded).translate(YENC)
    return (content, end.end()) if len(content) == int(end[1]) else None
