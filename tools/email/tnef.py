"""Opens winmail.dat, in which Outlook packs the text and the files of an email (TNEF: MS-OXTNEF, MS-OXCMAIL)."""

import struct
from typing import NamedTuple

from . import rtf

TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
SIGNATURE = b"\x78\x9f\x3e\x22"
#: Attributes.
CODE_PAGE, BODY, MESSAGE_PROPERTIES = 0x9007, 0x800C, 0x9003
NEW_FILE, FILE_TITLE, FILE_DATA, FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
#: MAPI properties.
PR_BODY, PR_HTML, PR_RTF, PR_CODE_PAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
PR_DATA, PR_NAME, PR_LONG_NAME, PR_TYPE, PR_CID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
#: Sizes of the values of MAPI types; the others have a length.
SIZES = {1: 0, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
UNICODE, MULTIPLE, OBJECT = 0x1F, 0x1000, 0x0D
#: Files and properties that are read.
MAX_FILES, MAX_PROPERTIES = 200, 2_000


class Entry(NamedTuple):
    """A text or a file. `kind` is "plain", "html" or "file"."""

    kind: str
    data: bytes
    charset: str = ""
    name: str = ""
    type: str = ""
    cid: str = ""


def is_tnef(kind, name, data):
    """Whether a file may be opened. :param kind: its type; :param name: its name"""
    return kind in TYPES or (name.lower() == "winmail.dat" and data[:4] == SIGNATURE)


def entries(data):
    """Every `Entry` of a winmail.dat: the best text first, then the files. Raises ValueError if it is none."""
    if data[:4] != SIGNATURE:
        raise ValueError("no TNEF")
    charset, texts, properties, files = "cp1252", {}, {}, []
    for attribute, value in _attributes(data):
        if attribute == CODE_PAGE and len(value) >= 4:
            charset = _charset(struct.unpack_from("<I", value)[0])
        elif attribute == BODY:
            texts["plain"] = value.rstrip(b"\0")
        elif attribute == MESSAGE_PROPERTIES:
            properties = _properties(value, charset)
        elif attribute == NEW_FILE and len(files) < MAX_FILES:
            files.append({})
        elif attribute in (FILE_TITLE, FILE_DATA, FILE_PROPERTIES) and files:
            files[-1][attribute] = value
    found = [*_text(properties, texts, charset), *(_file(one, charset) for one in files)]
    return [one for one in found if one.data or one.kind == "file"]


def _attributes(data):
    """``(attribute, its value)`` in order."""
    position = 6
    if len(data) < position + 9:
        raise ValueError("cut")
    while position + 9 <= len(data):
        _level, attribute, _type, length = struct.unpack_from("<BHHI", data, position)
        position += 9
        if position + length > len(data):
            raise ValueError("cut")
        yield attribute, data[position : position + length]
        position += length + 2


def _properties(data, charset):
    """{property: its value}, text as `str`."""
    found, position = {}, 4
    [count] = struct.unpack_from("<I", data)
    for _number in range(min(count, MAX_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", data, position)
        position += 4
        if name >= 0x8000:  # a named property: its name comes first
            position += 16
            [is_text] = struct.unpack_from("<I", data, position)
            position += 8
            if is_text:
                position += _padded(struct.unpack_from("<I", data, position - 4)[0])
        values, size = 1, SIZES.get(kind & ~MULTIPLE)
        if size is None or kind & MULTIPLE:
            [values] = struct.unpack_from("<I", data, position)
            position += 4
        for _value in range(min(values, MAX_PROPERTIES)):
            length = size
            if size is None:
                [length] = struct.unpack_from("<I", data, position)
                position += 4
            value = data[position : position + length]
            if len(value) < length:
                raise ValueError("cut")
            position += _padded(length)
            found.setdefault(name, _value_of(kind, value, charset))
    return found


def _value_of(kind, value, charset):
    if kind & ~MULTIPLE == UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    if kind & ~MULTIPLE == 0x1E:
        return value.decode(charset, "replace").rstrip("\0")
    return value[16:] if kind == OBJECT else value


def _padded(length):
    return (length + 3) & ~3


def _charset(page):
    return {65001: "utf-8", 20127: "ascii", 1200: "utf-16-le", 20866: "koi8-r"}.get(
        page, f"cp{page}" if page in (437, 850, 852, 866, 874, 932, 936, 949, 950, *range(1250, 1259)) else "cp1252"
    )


def _text(properties, texts, charset):
    """The best rendition of the text."""
    html, plain = properties.get(PR_HTML), properties.get(PR_BODY)
    if html:
        page = properties.get(PR_CODE_PAGE)
        named = _charset(struct.unpack("<I", page)[0]) if isinstance(page, bytes) and len(page) == 4 else charset
        yield Entry(
            "html", html.encode() if isinstance(html, str) else html, "utf-8" if isinstance(html, str) else named
        )
    elif plain:
        yield Entry("plain", plain.encode() if isinstance(plain, str) else plain, "utf-8")
    elif texts.get("plain", b"").strip():
        yield Entry("plain", texts["plain"], charset)
    elif isinstance(properties.get(PR_RTF), bytes):
        yield Entry("plain", rtf.text(rtf.decompressed(properties[PR_RTF])).encode("utf-8", "replace"), "utf-8")


def _file(one, charset):
    properties = _properties(one[FILE_PROPERTIES], charset) if FILE_PROPERTIES in one else {}
    names = (properties.get(PR_LONG_NAME), one.get(FILE_TITLE), properties.get(PR_NAME))
    decoded = (name.rstrip(b"\0").decode(charset, "replace") if isinstance(name, bytes) else name for name in names)
    data = properties.get(PR_DATA) or one.get(FILE_DATA, b"")
    kind, cid = properties.get(PR_TYPE), properties.get(PR_CID)
    return Entry(
        "file",
        data.encode() if isinstance(data, str) else data,
        name=next(filter(None, decoded), ""),
        type=kind if isinstance(kind, str) else "",
        cid=cid if isinstance(cid, str) else "",
    )
