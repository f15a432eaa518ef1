"""Finds files that a program wrote into the text of an email (uuencode), as old scanners and Unix programs do."""

import binascii
import re

BEGIN = re.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n")
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
    for found in BEGIN.finditer(data) if b"begin " in data else ():
        if found.start() < position or len(pieces) > 2 * MAX_FILES:
            continue
        file = _file(data, found.end())
        if file:
            content, end = file
            pieces += [(None, data[position : found.start()]), (found[1], content)]
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
