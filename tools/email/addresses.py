"""Parses and formats names and addresses of emails."""

import re
from email.utils import parseaddr

from . import mime_text

#: RFC 5321 section 4.5.3.1: 64 characters, an @ and 255 more.
MAX_ADDRESS = 320
#: An address in brackets; without a closing bracket it ends at the next mailbox.
ANGLE = re.compile(r"<(?:([^<>]*)>|([^<>,;]*))")
#: Characters that begin or end nothing.
STRETCH = re.compile(r'[^"(<,;:]*')
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)
#: RFC 5322 section 3.4.1 as programs use it: dots anywhere, a quoted local part, a domain literal.
LOCAL = re.compile(r'[^\s<>()\[\]\\,;:"@\x00-\x1f\x7f]+|"[^"\x00-\x1f]+"')
HOST = re.compile(r"[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]+|\[[0-9A-Fa-f.:]+\]")


def display(name, address):
    """One readable string for a person: ``Jane Doe (jane@example.com)``.

    :param name: the known name of the person, may be empty
    :param address: an address, bare or in the raw form of a header (``"Jane" <jane@example.com>``), may be empty
    """
    raw_name, bare = parseaddr(address or "")
    if "@" not in bare:
        raw_name, bare = "", (address or "").strip()
    name = (name or raw_name).strip()
    if not name or name == bare:
        return bare
    return f"{name} ({bare})" if bare else name


def parse(*values):
    """Every ``(name, address)`` in the values of an address header, in order, with normalised addresses.

    Follows RFC 5322 section 3.4, including groups, and accepts common errors: no comma, no closing bracket, a name
    without quotes. Entries without an address are skipped. Takes linear time for all values.
    """
    found = []
    for value in map(mime_text.eight_bit, values):
        for phrase, address in _mailboxes(value):
            address = _normal(address)
            if address:
                found.append((mime_text.decode(phrase).strip(" \"'"), address))
    return found


def normalize(text):
    """The only address in `text`, bare or with a name, as Odoo's ``email_normalize`` returns it; "" if not exactly one.

    The domain is in lower case, the local part too if it is ASCII. A plus tag is part of the address.
    """
    found = parse(text or "")
    return found[0][1] if len(found) == 1 else ""


def domain(address):
    """The domain of an address (or a bare domain) in the ASCII form of IDNA, without a final dot; "" if invalid."""
    name = (address or "").rpartition("@")[2].strip().rstrip(".").lower()
    if name.isascii():
        return name if len(name) <= 255 else ""
    try:
        return ".".join(label.encode("idna").decode() for label in re.split(r"[.。．｡]", name[:255]))
    except UnicodeError:
        return ""


def same(one, other):
    """Whether two addresses are the same mailbox, as far as that is known without its server."""
    one, other = normalize(one), normalize(other)
    return bool(one) and one.rpartition("@")[0] == other.rpartition("@")[0] and domain(one) == domain(other)


def end_of_comment(value, position):
    """Where a comment ends, 0 if it does not; comments may be nested."""
    depth = 0
    for mark in COMMENT_MARK.finditer(value, position):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if not depth:
            return mark.end()
    return 0


def _normal(address):
    address = re.sub(r"^mailto:", "", address.strip(), flags=re.IGNORECASE)
    if address.startswith("@"):  # a source route, obsolete since RFC 2822: <@relay.example:jane@x.example>
        address = address.partition(":")[2]
    local, _at, host = address.rpartition("@")
    if not LOCAL.fullmatch(local) or not HOST.fullmatch(host) or len(address) > MAX_ADDRESS:
        return ""
    return f"{local.lower() if local.isascii() else local}@{host.lower()}"


def _mailboxes(value):
    """``(phrase, address)`` of every mailbox in one header, as written."""
    phrase, angle, comment, position = [], None, [], 0
    addressed = False  # whether there is an @ in the phrase
    unclosed = set()  # an end that does not exist is searched only once, or hostile headers take quadratic time
    while position < len(value):
        char, end = value[position], 0
        if char in '"(' and char not in unclosed:
            end = _end_of_quoted(value, position) if char == '"' else end_of_comment(value, position)
            (phrase if char == '"' else comment).append(value[position:end])
            addressed = addressed or (char == '"' and "@" in phrase[-1])
            unclosed |= set() if end else {char}
        elif char == "<" and angle is None:
            found = ANGLE.match(value, position)
            angle, end = found[1] or found[2] or "", found.end()
        elif char in ",;":
            yield _mailbox(phrase, angle, comment)
            phrase, angle, comment, addressed, end = [], None, [], False, position + 1
        elif char == ":" and angle is None and not addressed:
            phrase, comment, end = [], [], position + 1  # it was the name of a group
        if not end:
            end = STRETCH.match(value, position + 1).end()
            phrase.append(value[position:end])
            addressed = addressed or "@" in phrase[-1]
        position = end
    yield _mailbox(phrase, angle, comment)


def _mailbox(phrase, angle, comment):
    text = "".join(phrase).strip()
    if angle is not None:
        return unquoted(text), angle
    words = re.findall(rf"{QUOTED.pattern}@\S+|\S+", text)
    address = next((word for word in reversed(words) if "@" in word), "")
    name = " ".join(word for word in words if word is not address)
    return unquoted(name) or " ".join(words[1:-1] for words in comment), address


def unquoted(text):
    """`text` without the quotes and backslashes of RFC 5322."""
    return re.sub(r'\\(.)|"', lambda found: found[1] or "", text)


def _end_of_quoted(value, position):
    """Where a quoted string ends, 0 if it does not."""
    closed = QUOTED.match(value, position)
    return closed.end() if closed else 0
