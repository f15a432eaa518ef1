"""Chooses between several Content-Type or Content-Transfer-Encoding headers of a part: the one that its body has.

A gateway or a library writes a default (``text/plain``, ``7bit``) beside the header of the email's program. Parsers
read the first one, and a ticket would show the source of a multipart, or base64.
"""

import re

from ..common.translatable import _
from ..email import transfer
from . import boundaries
from .sanitize_headers import Field

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

TYPE, ENCODING = "content-type", "content-transfer-encoding"
CODED = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)", re.IGNORECASE)
NOT_CODED = re.compile(rb"[\x80-\xff]|=(?![0-9A-F]{2}|[ \t]*(?:\r?\n|\Z))", re.IGNORECASE)
MIN_BASE64_LINE = 40
#: What some programs write: names without their dash, or with another one.
SPELLINGS = {"quotedprintable": "quoted-printable", "base64": "base64"}


def one_type(fields, body, boundary_of, notes):
    """The fields with the Content-Type of the parts in the body, if there are several and one of them has parts.

    :param boundary_of: the boundary that the parser reads from a field, as bytes; None or empty if it reads none
    """

    def has_parts(field):
        boundary = boundary_of(field)
        return bool(boundary) and boundaries.begins(boundary, body)

    return _only(fields, TYPE, has_parts, notes)


def one_encoding(fields, body, notes):
    """The fields with the Content-Transfer-Encoding that the body has, if there are several, in its one spelling."""
    fields = _only(fields, ENCODING, lambda field: _is_encoded(field.text, body), notes)
    return [_spelt(field, notes) if field.name == ENCODING else field for field in fields]


def _spelt(field, notes):
    written = transfer.name_of(field.text)
    name = _name(written)
    if name == written:
        return field
    notes.append(_("%(header)s rewritten", header=field.title))
    return Field.of(f"{field.title}: {name}\r\n".encode())


def _name(written):
    return SPELLINGS.get(re.sub("[-_]", "", written), written)


def _only(fields, name, fits, notes):
    found = [field for field in fields if field.name == name]
    chosen = next(filter(fits, found), None) if len(found) > 1 else None
    if chosen is None or chosen is found[0]:
        return fields
    notes.append(_("%(header)s rewritten", header=chosen.title))
    return [field for field in fields if field.name != name or field is chosen]


def _is_encoded(value, body):
    encoding = _name(transfer.name_of(value))
    if encoding == "quoted-printable":
        return bool(CODED.search(body)) and not NOT_CODED.search(body)
    lines = body.split()
    return (
        encoding == "base64"
        and all(map(transfer.BASE64_LINE.match, lines))
        and any(len(line) >= MIN_BASE64_LINE or line.endswith(b"=") for line in lines)
    )
