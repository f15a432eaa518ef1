"""Reads the words of RTF, as Outlook packs it (MS-OXRTFCP)."""

import re
import struct

#: With what the dictionary of the compression begins.
DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
MAX_BYTES = 5_000_000
TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.I
)
#: Groups without words.
HIDDEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer footnote themedata datastore generator xmlnstbl"
    b" listtable listoverridetable rsidtbl fldinst".split()
)
BREAKS = {
    **dict.fromkeys((b"par", b"line", b"row", b"page"), "\n"),
    **dict.fromkeys((b"tab", b"cell"), "\t"),
    **{b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"},
    **{b"endash": "–", b"emdash": "—"},
}


def decompressed(data):
    """RTF, decompressed; raises ValueError if it is none."""
    if len(data) < 16:
        raise ValueError("short")
    _size, length, magic = struct.unpack_from("<III", data)
    if magic == 0x414C454D:
        return data[16 : 16 + length]
    if magic != 0x75465A4C or length > MAX_BYTES:
        raise ValueError("no RTF")
    window, out = bytearray(DICTIONARY.ljust(4_096, b" ")), bytearray()
    write, position = len(DICTIONARY), 16
    while position < len(data) and len(out) < length:
        flags, position = data[position], position + 1
        for bit in range(8):
            if flags >> bit & 1:
                if position + 2 > len(data):
                    return bytes(out)
                [pair] = struct.unpack_from(">H", data, position)
                position += 2
                read, count = pair >> 4, (pair & 15) + 2
                if read == write:
                    return bytes(out)
                chunk = range(read, read + count)
            else:
                if position >= len(data):
                    return bytes(out)
                window[write] = data[position]
                out.append(data[position])
                position, write = position + 1, (write + 1) % 4_096
                continue
            for index in chunk:
                byte = window[index % 4_096]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % 4_096
    return bytes(out)


def text(data):
    """The words of RTF, in lines."""
    page = re.search(rb"\\ansicpg(\d{1,5})", data[:2_000])
    charset = f"cp{page[1].decode()}" if page else "cp1252"
    out, groups, hidden, skip, pending = [], [], False, 0, bytearray()

    def flush():
        try:
            out.append(pending.decode(charset, "replace"))
        except LookupError:
            out.append(pending.decode("cp1252", "replace"))
        pending.clear()

    for found in TOKEN.finditer(data[:MAX_BYTES]):
        word, number, byte, symbol, brace, words = found.groups()
        if brace == b"{":
            groups.append(hidden)
        elif brace == b"}":
            hidden = groups.pop() if groups else False
        elif word in HIDDEN or symbol == b"*":
            hidden = True
        elif hidden:
            continue
        elif byte or words:
            skipped = min(skip, 1 if byte else len(words))
            skip -= skipped
            pending += b"" if byte and skipped else bytes([int(byte, 16)]) if byte else words[skipped:]
        elif word == b"u" and number:
            flush()
            out.append(chr(int(number) % 65_536))
            skip = 1
        elif word in BREAKS or symbol:
            flush()
            out.append(BREAKS.get(word) or {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}.get(symbol, ""))
    flush()
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
