"""Reads Japanese text in escape sequences as email programs write it, beyond what Python's codec takes.

Windows programs write the characters of NEC and IBM, such as ①, and half-width katakana under the name ISO-2022-JP, as
in https://encoding.spec.whatwg.org/#iso-2022-jp
"""

import re

ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJIH])")
LINE_END = re.compile(rb"[\r\n]")


def text(data):
    """The text of some bytes, or None if they are no such Japanese."""
    if not data.isascii():
        return None
    pieces, position, mode = [], 0, b"(B"
    for found in (*ESCAPE.finditer(data), None):
        end = found.start() if found else len(data)
        piece = _decoded(data[position:end], mode)
        if piece is None:
            return None
        pieces.append(piece)
        if found:
            position, mode = found.end(), found[1]
    return "".join(pieces)


def _decoded(data, mode):
    if mode[:1] == b"(" and mode != b"(I":
        return None if b"\x1b" in data else data.decode("ascii")
    line_end = LINE_END.search(data)  # a line begins in ASCII
    japanese, rest = (data[: line_end.start()], data[line_end.start() :]) if line_end else (data, b"")
    if mode == b"(I":
        shifted = bytes(byte | 0x80 for byte in japanese)
    else:
        shifted = b"".join(map(_shifted, japanese[::2], japanese[1::2]))
        if len(japanese) % 2:
            return None
    try:
        return shifted.decode("cp932") + rest.decode("ascii")
    except UnicodeDecodeError:
        return None


def _shifted(row, cell):
    """A character of JIS X 0208 in Shift JIS."""
    if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
        return b"\xff"
    first = ((row - 0x21) >> 1) + (0x81 if row < 0x5F else 0xC1)
    if row % 2:
        return bytes((first, cell + (0x1F if cell < 0x60 else 0x20)))
    return bytes((first, cell + 0x7E))
