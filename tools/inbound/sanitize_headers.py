"""Repairs the headers of a broken email, so that the standard library and Odoo can read them.

Repairs are minimal, and each one is noted. A header is repaired if reading it raises (``Message-ID: <[>``,
``Date: … 99999999999``, ``charset=x-unknown``), takes the parser minutes (comments in comments), or gives a value that
PostgreSQL cannot store (NUL bytes, ids longer than an index allows).
"""

import email.policy
import hashlib
import re
from email.header import Header
from email.message import EmailMessage, Message
from email.utils import collapse_rfc2231_value
from typing import NamedTuple

from ..common.translatable import _
from ..email import addresses, charsets, dates, message_ids, mime_text

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

#: PostgreSQL cannot index text of more than 2,700 bytes, and Message-IDs are indexed.
MAX_MESSAGE_ID = 500
#: Odoo reads the last 32.
MAX_REFERENCES = 32
#: Longer values of structured headers are rewritten without parsing: 20 kB of comments take the parser 12 seconds.
MAX_TRIED = 2_000
MAX_UNSTRUCTURED = 64_000
#: How much of a text is read to check its charset.
MAX_SAMPLE = 1_000_000

ADDRESS_HEADERS = frozenset(
    f"{resent}{name}" for resent in ("", "resent-") for name in ("from", "sender", "reply-to", "to", "cc", "bcc")
)
ID_HEADERS = frozenset({"message-id", "in-reply-to", "references"})
#: Other headers that Odoo or the parser reads with the standard library, which may raise.
PARSED_HEADERS = frozenset(
    "orig-date resent-date content-transfer-encoding content-id mime-version delivered-to".split()
)

FIELD = re.compile(rb"([!-9;-~]*):")
MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
#: Ids that every Python version reads completely; of ``<a:b@c>`` Odoo would only see ``<a``.
READABLE_ID = re.compile(
    r'<[^<>\s"()\[\]\\,:;@]+(?:@(?:[^<>\s"()\[\]\\,:;@]+|\[[0-9A-Fa-f.:]+\]))?>|[^<>\s"()\[\]\\,:;]+'
)
#: Bytes that are gone when a header is read.
HIDING = re.compile(rb"[\x00\x1b]")
ANY_ID = re.compile(r"<[^<>]*>")
#: Values that are always read without errors, so that an ordinary email takes almost no time.
_MAILBOX = r"(?:[A-Za-z0-9_. -]{0,80}<[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+>|[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+)"
_PARAMETER = r'; ?[a-z]+=(?:"[A-Za-z0-9_. =-]+"|[A-Za-z0-9_.-]+)'
ORDINARY = {
    "date": re.compile(
        r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} (?:19[7-9]|20\d)\d \d\d:\d\d:\d\d [+-]\d{4}(?: \([A-Z]+\))?"
    ),
    "message-id": re.compile(r"<[A-Za-z0-9_$%+=-]+(?:\.[A-Za-z0-9_$%+=-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*>"),
    "subject": re.compile(r"[ -<>-~]*"),
    "content-type": re.compile(rf"[a-z]+/[a-z0-9.-]+(?:{_PARAMETER})*"),
    "content-transfer-encoding": re.compile(r"[A-Za-z0-9-]+"),
    "mime-version": re.compile(r"1\.0"),
} | dict.fromkeys(ADDRESS_HEADERS, re.compile(rf"{_MAILBOX}(?:, {_MAILBOX}){{0,20}}"))
CHARSET = re.compile(r';\s*charset(?:\*\d*)?\*?\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;\s]*)', re.IGNORECASE)


class Field(NamedTuple):
    """One header, as it is in the email."""

    name: str  #: in lower case; "" for a line that is not a header
    raw: bytes  #: name, value and line ends

    @classmethod
    def of(cls, raw):
        found = FIELD.match(raw)
        return cls(found[1].decode("ascii").lower() if found else "", raw)

    @property
    def text(self):
        """The value as the parser stores it: unfolded, with non-ASCII bytes as lone surrogates."""
        value = self.raw.partition(b":")[2] if self.name else self.raw
        return re.sub(rb"[\r\n\x00]+", b"", value).strip().decode("ascii", "surrogateescape")

    @property
    def title(self):
        return self.raw.partition(b":")[0].decode("ascii", "replace")[:60].strip()


def message_id(value):
    """A Message-ID as Odoo reads it in a sanitized email: the id, or a hash if it is too long or unreadable."""
    value = value.strip()
    written = ANY_ID.match(value)  # some servers add a comment
    candidate = _unfolded(written[0]) if written else value
    readable = len(candidate) <= MAX_MESSAGE_ID and READABLE_ID.fullmatch(candidate)
    return candidate if not value or readable and _seen("Message-ID", candidate) == candidate else _hashed(value)


def repaired(field, notes):
    """The field, repaired if needed."""
    if field.name == "authentication-results" and HIDING.search(field.raw):
        return _rewritten(field, "", notes)  # a server that removes forged ones may have missed it
    if b"\x00" in field.raw:
        field = Field.of(field.raw.replace(b"\x00", b""))
        notes.append(_("NUL bytes removed from %(header)s", header=field.title))
    if b"\x1b$" in field.raw and field.raw.isascii():
        # Japanese in escape sequences: a quotation mark in it would end a file's name.
        decoded = Field.of(charsets.decode(field.raw).encode("utf-8"))
        notes += [_("%(header)s rewritten", header=field.title)] * (decoded != field)
        field = decoded
    for names, repair in _REPAIRS:
        if field.name in names:
            ordinary = ORDINARY.get(field.name)
            if ordinary and len(field.raw) <= MAX_MESSAGE_ID and ordinary.fullmatch(field.text):
                return field
            value = repair(field.name, field.text)
            return field if value is None else _rewritten(field, value, notes)
    return field


def with_charset(fields, body, notes, language=""):
    """The fields of a text part, with the charset corrected if Odoo would raise or misread the text."""
    holder = Message(policy=email.policy.compat32)
    for field in fields:
        if field.name in ("content-type", "content-transfer-encoding"):
            holder[field.name] = field.text
    if len(body) == MAX_SAMPLE:
        body = body[: body.rfind(b"\n") + 1]  # not in the middle of a character
    holder.set_payload(body.decode("ascii", "surrogateescape"))
    kind = mime_text.header(holder, "Content-Type")
    data, declared = mime_text.part_bytes(holder), _declared(kind)
    charset = mime_text.best_charset(data, declared, language, is_html=mime_text.content_type(holder)[1] == "html")
    if declared is None and data.isascii():
        return fields
    if charset == mime_text.usable_charset(declared) and declared.lower() not in mime_text.ALIASES:
        return fields
    named = mime_text.decode(declared)[:40]
    notes.append(
        _("text in %(named)s read as %(charset)s", named=named, charset=charset)
        if named
        else _("text without a charset read as %(charset)s", charset=charset)
    )
    value = f'{CHARSET.sub("", kind) or "text/plain"}; charset="{charset}"'
    if _declared(value) != charset:  # something in the value hides it, so only the type is kept
        value = f'text/{"html" if mime_text.content_type(holder)[1] == "html" else "plain"}; charset="{charset}"'
    repaired_type = Field("content-type", f"Content-Type: {value}\r\n".encode("ascii", "surrogateescape"))
    at = next((index for index, field in enumerate(fields) if field.name == "content-type"), len(fields))
    return [*fields[:at], repaired_type, *fields[at + 1 :]]


def _declared(value):
    """The charset as Odoo reads it from a content type; None if there is none."""
    holder = EmailMessage(policy=email.policy.SMTP)
    holder.set_raw("Content-Type", value)
    charset = holder.get_param("charset")
    return None if charset is None else collapse_rfc2231_value(charset)


def _repaired_id(name, value):
    """Replace Message-IDs that do not fit an index or make the parser raise; None: no change."""
    if name == "message-id":
        wanted = message_id(value)
        return None if wanted == value else wanted
    value_now = ANY_ID.sub(lambda found: _referred(found[0]), value)
    if len(value_now) > MAX_UNSTRUCTURED:
        value_now = " ".join(_kept_references(message_ids.found_in(value_now)))[-MAX_UNSTRUCTURED:]
    if _seen(name, value_now) is None:
        value_now = " ".join(MESSAGE_ID.findall(value_now))
    return None if value_now == value else value_now


def _kept_references(ids):
    """The newest ids of a very long References, after those of them that an Odoo made, which may be ours."""
    older = [one for one in ids[:-MAX_REFERENCES] if message_ids.ODOO.fullmatch(one)]
    return [*older[-message_ids.ODOOS :], *ids[-MAX_REFERENCES:]]


def _referred(written):
    """An id in References, changed as :func:`message_id` changed it in the email it refers to."""
    unfolded = _unfolded(written)
    is_readable = len(unfolded) <= MAX_MESSAGE_ID and unfolded.isascii() and READABLE_ID.fullmatch(unfolded)
    return written if is_readable else message_id(unfolded)


def _repaired_addresses(name, value):
    """Rewrite an address list that would make the parser raise or slow; "" if it has no address."""
    if _is_cheap_to_parse(value) and _is_read(name, value):
        return None
    return ",\r\n ".join(_mailbox(*found) for found in addresses.parse(value))


def _repaired_subject(name, value):
    cut = value[:MAX_UNSTRUCTURED]
    if cut != value:
        cut = cut.rpartition(" ")[0] or cut
    if not _is_read(name, cut):
        return Header(mime_text.decode(cut), "utf-8").encode(linesep="\r\n")
    return None if cut == value else cut


def _repaired_type(name, value):
    if _is_cheap_to_parse(value) and _seen(name, value) is not None:
        return None
    kind = re.match(r"\s*([\w.+-]+/[\w.+-]+)", value, re.ASCII)
    boundary = re.search(r';\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', value, re.IGNORECASE | re.ASCII)
    repaired = kind[1] if kind else "application/octet-stream"
    return f'{repaired}; boundary="{boundary[1] or boundary[2]}"' if boundary else repaired


def _repaired_disposition(name, value):
    return None if _is_cheap_to_parse(value) and _seen(name, value) is not None else "attachment"


def _repaired_date(name, value):
    """Drop a date that Odoo could not store: it takes the moment of arrival then."""
    return _repaired_other(name, value) if not _is_cheap_to_parse(value) or dates.is_storable(value) else ""


def _repaired_other(name, value):
    """Drop an unreadable header that is not essential, such as a date in the year 99999999999."""
    return None if _is_cheap_to_parse(value) and _seen(name, value) is not None else ""


_REPAIRS = (
    (ID_HEADERS, _repaired_id),
    (ADDRESS_HEADERS, _repaired_addresses),
    ({"subject"}, _repaired_subject),
    ({"content-type"}, _repaired_type),
    ({"content-disposition"}, _repaired_disposition),
    ({"date"}, _repaired_date),
    (PARSED_HEADERS, _repaired_other),
)


def _is_cheap_to_parse(value):
    """Whether a structured header is cheap to parse: comments and escapes take quadratic time or more."""
    return len(value) <= MAX_TRIED and value.count("(") <= 20 and value.count("\\") <= 50


def _is_read(name, value):
    """Whether Odoo can read it: no exception, and no U+FFFD for bytes that are neither ASCII nor UTF-8."""
    try:
        value.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return False
    return _seen(name, value) is not None


def _seen(name, value):
    """The value that Odoo reads from this header; None if that raises or cannot be stored in a database."""
    holder = EmailMessage(policy=email.policy.SMTP)
    holder.set_raw(name, value)
    try:
        seen = [str(holder[name]), holder.get_filename("") or "", str(holder.get_boundary(""))]
        holder.get_content_charset()
    except Exception:  # any error of the standard library's parser
        return None
    return None if mime_text.UNSTORABLE.search("".join(seen)) else seen[0].strip()


def _rewritten(field, value, notes):
    """The field with another value; without one it is renamed, so that people can still see it in the email."""
    title = field.title
    if value:
        notes.append(_("%(header)s rewritten", header=title))
        return field._replace(raw=f"{title}: {value}\r\n".encode("utf-8", "surrogateescape"))
    notes.append(_("%(header)s renamed: it cannot be read", header=title))
    kept = mime_text.decode(field.text)[:200].encode("ascii", "replace")
    return Field("", b"X-Unreadable-" + title.encode() + b": " + kept + b"\r\n")


def _unfolded(message_id):
    """Without white space: some programs fold a header in the middle of an id, and Odoo also removes it."""
    return re.sub(r"\s+", "", message_id)


def _hashed(value):
    digest = hashlib.sha256(_unfolded(value).encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{digest[:40]}@hashed.invalid>"  # RFC 2606: a reserved domain


def _mailbox(name, address):
    name = name[:100]
    if name.isascii():
        return '"{}" <{}>'.format(re.sub(r'(["\\])', r"\\\1", name), address) if name else f"<{address}>"
    return f"{Header(name, 'utf-8').encode(linesep=chr(13) + chr(10))} <{address}>"
