"""IMAP syntax: names of folders, keywords, recipient searches and FETCH responses.

RFC 3501: section 5.1.3 (modified UTF-7), section 9 (atom, quoted, flag-keyword), section 6.4.4 (SEARCH). imaplib
neither encodes nor quotes: ``select("My Folder")`` sends two words.
"""

import binascii
import re

from ..email import addresses, mime_text

#: ATOM-CHAR: printable ASCII without ``( ) { % * " \\ ]`` and space. A backslash would make it a system flag.
KEYWORD = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]{1,50}")  # Dovecot keeps 50 characters by default
#: Text that a quoted string can hold: ASCII without CR, LF and NUL.
QUOTABLE = re.compile(r"[\x01-\x09\x0b\x0c\x0e-\x7f]*")
#: Headers with the recipients of an email, as written by the sender or added at delivery.
RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To")
#: The FETCH item for these headers, which changes no flags.
RECIPIENT_ITEMS = f"(BODY.PEEK[HEADER.FIELDS ({' '.join(RECIPIENT_HEADERS).upper()})])"

#: The FETCH items for an email, for all of its headers, and for its size; none of them changes flags.
WHOLE_ITEMS, HEADER_ITEMS, SIZE_ITEMS = "(BODY.PEEK[])", "(BODY.PEEK[HEADER])", "(RFC822.SIZE)"


def encode(name):
    """A folder name encoded for IMAP: ``"Anfragen/Größe"`` is ``"Anfragen/Gr&APYA3w-e"``."""
    return re.sub(r"&|[^\x20-\x7e]+", lambda found: _shifted(found[0]), name)


def decode(name):
    """A decoded folder name; text that is not valid modified UTF-7 stays as it is.

    :param name: str or bytes, as LIST returns it
    """
    if isinstance(name, bytes):
        name = name.decode("utf-8", "replace")  # RFC 6855: a server may send UTF-8 if asked to
    return re.sub(r"&([A-Za-z0-9+,]*)-", _unshifted, name)


def listed(line):
    """The decoded name in one line of a LIST response: ``(\\HasNoChildren) "/" "My Folder"``."""
    if isinstance(line, tuple):
        return decode(line[1])  # the name came as a literal
    found = re.match(rb'\([^)]*\) (?:NIL|"(?:[^"\\]|\\.)*") (.*)', line)
    name = found[1] if found else line
    if name.startswith(b'"'):
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
    return decode(name)


def quote(text):
    """`text` as a quoted string, or None if it needs a literal (CR, LF, NUL, non-ASCII)."""
    if not QUOTABLE.fullmatch(text):
        return None
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mailbox(name):
    """A folder name for a command: encoded, then quoted."""
    return quote(encode(name))


def is_keyword(text):
    """Whether `text` is a valid keyword."""
    return bool(KEYWORD.fullmatch(text or ""))


def allows_keyword(permanent_flags, keyword):
    r"""Whether a folder stores `keyword`: the PERMANENTFLAGS response contains it, or ``\*``.

    :param permanent_flags: bytes or str, ``(\Answered \Seen X-HELPDESK \*)``; if it is empty or None, no keyword is
        allowed: RFC 3501 section 7.1 would allow all, but an email whose keyword is lost would be imported twice
    """
    if isinstance(permanent_flags, bytes):
        permanent_flags = permanent_flags.decode("ascii", "replace")
    flags = (permanent_flags or "").strip().strip("()").lower().split()
    return is_keyword(keyword) and ("\\*" in flags or keyword.lower() in flags)


def search_recipient(address):
    """SEARCH criteria for emails that may be for `address`, or None if every email must be checked.

    A server compares substrings of the raw header. So it finds too much (:func:`is_for` decides) and, for an address
    with non-ASCII letters, too little: such a domain has two forms.
    """
    address = addresses.normalize(address)
    quoted = quote(address) if address and len(addresses.spellings(address)) == 1 else None
    if quoted is None:
        return None
    keys = [["TO"], ["CC"], ["HEADER", "Delivered-To"], ["HEADER", "X-Original-To"]]
    criteria = []
    for left, key in zip(range(len(keys) - 1, -1, -1), keys, strict=True):
        criteria += ["OR"] * bool(left) + [*key, quoted]
    return criteria


def is_for(message, address):
    """Whether an email is for exactly this address, by To, Cc, Delivered-To or X-Original-To, including groups.

    A plus tag belongs to the address: ``support+eu@`` is not ``support@``.
    """
    values = (value for name in RECIPIENT_HEADERS for value in mime_text.header_values(message, name))
    return any(addresses.same(found, address) for _name, found in addresses.parse(*values))


def fetched(parts):
    """UID -> bytes, from the result of imaplib for a UID FETCH of one item that comes as a literal.

    :param parts: tuples of the text before a literal and the literal, each followed by the text after it. Servers put
        the UID on either side, or omit it: then the key is None. Flag changes of other emails may stand in between
    """
    found = {}
    for part, behind in zip(parts, [*parts[1:], None], strict=True):
        if isinstance(part, tuple):
            around = part[0] + (behind if isinstance(behind, bytes) else b"")
            uid = re.search(rb"\bUID (\d+)", around)
            found[int(uid[1]) if uid else None] = part[1]
    return found


def sizes(parts):
    """UID -> bytes of the email, from the result of imaplib for a UID FETCH of ``RFC822.SIZE``; without those that are
    not understood.
    """
    found = {}
    for part in parts:
        if isinstance(part, bytes):
            uid, size = re.search(rb"\bUID (\d+)", part), re.search(rb"\bRFC822\.SIZE (\d+)", part)
            if uid and size:
                found[int(uid[1])] = int(size[1])
    return found


def _shifted(text):
    if text == "&":
        return "&-"
    digits = binascii.b2a_base64(text.encode("utf-16-be", "surrogatepass"), newline=False)
    return "&" + digits.rstrip(b"=").replace(b"/", b",").decode() + "-"


def _unshifted(found):
    digits = found[1].replace(",", "/")
    if not digits:
        return "&"
    try:
        data = binascii.a2b_base64(digits + "=" * (-len(digits) % 4))
        return data.decode("utf-16-be")
    except (binascii.Error, UnicodeError):
        return found[0]
