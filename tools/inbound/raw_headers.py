"""Reads raw bytes in a header in the charset that the email names.

RFC 5322 allows ASCII in headers, RFC 6532 UTF-8. Old programs, many of them in East Asia, write headers in the charset
of the text. A few characters are too short to tell it: of 报告 in GB 18030 a detector makes ą¨¸ć.
"""

import re
from functools import cached_property

from ..common.translatable import _
from ..email import charsets
from .sanitize_headers import ID_HEADERS, Field

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

#: Headers whose bytes stay: ids are compared with those of other emails, results are those of a server.
AS_WRITTEN = ID_HEADERS | {"authentication-results"}
#: A charset that a part, or its HTML, names; and how much of an email is searched for one.
NAMED = re.compile(rb"\bcharset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
MAX_SEARCHED = 200_000
ASCII = bytes(range(0x20, 0x7F))


class RawHeaders:
    """Writes the headers of one email in UTF-8. Notes about that are added to `notes`."""

    def __init__(self, raw, notes):
        self.raw, self.notes = raw, notes

    def in_utf8(self, fields):
        """The fields of a header block; raw bytes are in UTF-8 if they are text in the charset that the email names."""
        if all(field.raw.isascii() for field in fields) or not self._charset:
            return fields
        return [_field_in_utf8(field, self._charset, self.notes) for field in fields]

    @cached_property
    def _charset(self):
        """The first charset that the email names, beside ASCII and UTF-8; "" if there is none."""
        for found in NAMED.finditer(self.raw, 0, MAX_SEARCHED):
            charset = charsets.usable_charset(found[1].decode())
            if charset in ("", "ascii", "utf-8") or charsets.STATEFUL.match(charset):
                continue
            if ASCII.decode(charset, "replace") == ASCII.decode():  # or a character might become a line end
                return charset
        return ""


def _field_in_utf8(field, charset, notes):
    name, colon, value = field.raw.partition(b":")
    is_bounded = field.name == "content-type" and b"boundary" in value.lower()  # the lines of the parts have its bytes
    if field.raw.isascii() or field.name in ("", *AS_WRITTEN) or is_bounded or _is_utf8(value):
        return field
    if charsets.best_charset(value, charset) not in (charset, charsets.SUPERSETS.get(charset)):
        return field
    notes.append(_("%(header)s rewritten", header=field.title))
    return Field.of(name + colon + charsets.decode(value, charset).encode("utf-8", "replace"))


def _is_utf8(value):
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
