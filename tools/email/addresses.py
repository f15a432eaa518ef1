"""Reads and formats names and addresses of emails.

An address is read into one spelling, so that two spellings of one mailbox are one text: no invisible characters, the
domain in the ASCII form of IDNA (RFC 5891), in lower case and without a final dot. Every mail server delivers to that
form. Contacts that people entered may have the domain in Unicode: `spellings`.
"""

import html
import re
import unicodedata
from contextlib import suppress
from email.utils import parseaddr
from functools import lru_cache

import idna

from . import idna_labels, mime_text

#: RFC 5321 section 4.5.3.1: 64 characters, an @ and 255 more.
MAX_ADDRESS = 320
#: An address in brackets; without a closing bracket it ends at the next mailbox.
ANGLE = re.compile(r"<(?:([^<>]*)>|([^<>,;]*))")
#: Characters that begin or end nothing.
STRETCH = re.compile(r'[^"(<,;:]*')
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)
#: RFC 5322 section 3.4.1 as programs use it: dots anywhere, a quoted local part, a domain literal.
ATOM = re.compile(r'[^\s<>()\[\]\\,;:"@\x00-\x1f\x7f]+')
LOCAL = re.compile(rf'{ATOM.pattern}|"[^"\x00-\x1f]+"')
HOST = re.compile(r"[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]+|\[(?:IPv6:)?[0-9A-Fa-f.:]+\]", re.IGNORECASE)
#: Characters that nobody sees and that belong to no name: of control, direction, no width, soft hyphens, fillers.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
#: Characters that nobody sees but that shape the letters of a name; an address has none.
JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
#: The delimiters of an address as an East Asian keyboard writes them.
WIDE = str.maketrans("＠﹫＜＞", "@@<>")
#: Delimiters that a web form has escaped for HTML.
ESCAPED = re.compile(r"&(?:lt|gt|quot|commat|#0{0,4}6[024]|#x0{0,4}(?:40|3[CE]));", re.IGNORECASE)
#: Delimiters that a program has left in quoted-printable, or as in the address of a web page.
CODED_AT = re.compile("[=%]40")
CODED_ANGLE = re.compile("[=%]3C[^<>]{1,300}[=%]3E", re.IGNORECASE)
CODED = re.compile("[=%](40|3[CE]|2E|20|22)", re.IGNORECASE)
#: Programs put these around addresses.
QUOTE_MARKS = "'`´’‘‚”“„«»‹›〈〉《》「」【】{}*|"
SCHEME = re.compile(r"^(?:mailto|smtp):", re.IGNORECASE)
#: What is written before the colon of a scheme: ``[SMTP``
SCHEME_NAME = re.compile(r"(?<![^\W_])(?:mailto|smtp)$", re.IGNORECASE)
#: Delimiters that a program has left as they are in an encoded word of a name.
RAW_DELIMITER = re.compile(r"[,;:()<>]")
DOTS = re.compile(r"[.。．｡]")
#: Words with an @ that one mailbox is searched for, from its end.
MAX_WORDS = 20
#: Commas in a name without quotes: Doe, Jane, Ph.D.
MAX_NAMES = 3


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
    without quotes, an address that is encoded or escaped as a whole. Entries without an address are skipped. Takes
    linear time for all values.
    """
    return [pair for value in values for pair in _parsed(value)]


def normalize(text):
    """The only address in `text`, bare or with a name; "" if not exactly one.

    The local part is in lower case if it is ASCII. A plus tag is part of the address.
    """
    text = text or ""
    return _only_address(text) if len(text) <= MAX_ADDRESS else _only_address.__wrapped__(text)


@lru_cache(maxsize=4_096)
def _only_address(text):
    found = parse(text)
    return found[0][1] if len(found) == 1 else ""


def normalize_all(*texts):
    """The addresses in some texts, which may be empty or False, each once and in order."""
    return list(dict.fromkeys(address for _name, address in parse(*(text for text in texts if text))))


def domain(address):
    """The domain of an address (or a bare domain) in the ASCII form of IDNA, without a final dot; "" if invalid."""
    name = INVISIBLE.sub("", address or "").translate(WIDE).rpartition("@")[2].strip().rstrip(".。．｡").lower()
    if len(name) > 255 or name.isascii():
        return name if len(name) <= 255 else ""
    # Not IDNA2003, the standard library's, for which straße.example and strasse.example are one domain.
    with suppress(idna.IDNAError):
        return idna.encode(name, uts46=True).decode()
    plain = unicodedata.normalize("NFKC", JOINERS.sub("", name)).lower()
    labels = [*map(idna_labels.to_ascii, DOTS.split(plain))]
    return ".".join(labels) if all(labels) else ""


def unicode_domain(name):
    """A domain in Unicode, in lower case; labels that are not valid stay as they are."""
    return ".".join(map(idna_labels.to_unicode, name.lower().split(".")))


def spellings(address):
    """The texts as which an address may be stored: itself as `normalize` returns it, and with its domain in Unicode."""
    local, at, host = address.rpartition("@")
    return list(dict.fromkeys((address, f"{local}{at}{unicode_domain(host)}")))


def same(one, other):
    """Whether two addresses are the same mailbox, as far as that is known without its server."""
    one = normalize(one)
    return bool(one) and one == normalize(other)


def is_one_of(address, own):
    """Whether an email to an address comes to one of our own, also with a tag: ``support+sales@example.com``."""
    local, at, host = (address or "").rpartition("@")
    return address in own or f"{local.partition('+')[0]}{at}{host}" in own


def end_of_comment(value, position):
    """Where a comment ends, 0 if it does not; comments may be nested."""
    depth = 0
    for mark in COMMENT_MARK.finditer(value, position):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if not depth:
            return mark.end()
    return 0


def _parsed(value):
    """``(name, address)`` pairs of one value; if it has none, of what a program encoded or escaped in it."""
    value = INVISIBLE.sub("", mime_text.eight_bit(value)).translate(WIDE)
    if "?q?" in value.lower():
        value = mime_text.ENCODED_WORD.sub(lambda word: RAW_DELIMITER.sub(_quoted_printable, word[0]), value)
    if ESCAPED.search(value):
        value = html.unescape(value)
    found = _readable(value)
    if not found and "=?" in value and "@" not in mime_text.ENCODED_WORD.sub("", value):
        found = _readable(mime_text.decode(value))
    elif (not found and "@" not in value and CODED_AT.search(value)) or (
        "<" not in value and CODED_ANGLE.search(value)
    ):
        found = _readable(CODED.sub(lambda code: chr(int(code[1], 16)), value))
    elif not found and "\\<" in value:
        found = _readable(value.replace("\\<", "<").replace("\\>", ">"))
    if not found and "(" in value and "@" in value and "<" not in value:  # Jane Doe (jane@x.example)
        found = _readable(value.replace("(", "<").replace(")", ">"))
    return found


def _quoted_printable(char):
    return f"={ord(char[0]):02X}"


def _readable(value):
    pairs = [(phrase, _normal(address)) for phrase, address in _mailboxes(value)]
    return [(_name(phrase), address) for phrase, address in pairs if address]


def _name(phrase):
    name = mime_text.decode(phrase).strip(" \"',").removesuffix("<>")
    return INVISIBLE.sub("", name if "<" in name else name.rstrip(">")).strip()


def _normal(address):
    """One address in its one spelling, or "" if it is none."""
    scheme = SCHEME.match(address := address.strip())
    if scheme:
        address = address[scheme.end() :].partition("?")[0]
    if address.startswith("@"):  # a source route, obsolete since RFC 2822: <@relay.example:jane@x.example>
        address = address.partition(":")[2]
    if len(address) > 2 * MAX_ADDRESS:
        return ""
    if "=?" in address:
        address = mime_text.decode(address)
    if not address.isascii():
        address = unicodedata.normalize("NFKC", address)
    if '"' not in address and len(address.split()) > 1:
        address = _without_spaces(address)
    local, _at, host = address.rpartition("@")
    host = re.sub("=2e", ".", host, flags=re.IGNORECASE).strip(QUOTE_MARKS + '." ,;')
    local = JOINERS.sub("", local).lstrip(QUOTE_MARKS)
    if not LOCAL.fullmatch(local):
        local = local.lstrip('"')
    if local.startswith('"') and ATOM.fullmatch(local[1:-1]):
        local = local[1:-1]  # the quotes say nothing
    if not LOCAL.fullmatch(local) or not HOST.fullmatch(host):
        return ""
    host = domain(host)
    address = f"{local.lower() if local.isascii() else local}@{host}"
    return address if host and len(address) <= MAX_ADDRESS else ""


def _without_spaces(text):
    """`text` without white space beside an @ or a dot, where RFC 5322 allows it."""
    text = " ".join(text.split())
    for mark in "@.":
        text = text.replace(f" {mark}", mark).replace(f"{mark} ", mark)
    return text


def _mailboxes(value):
    """``(phrase, address)`` of every mailbox in one header, as written."""
    phrase, angle, comment, position, before = [], None, [], 0, 0
    addressed = False  # whether there is an @ in the phrase
    names = []  # pieces before a comma that may belong to a name: Doe, Jane <jane@x.example>
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
            angle, end, before = found[1] or found[2] or "", found.end(), len(phrase)
        elif char == "<" and "@" in angle and "".join(phrase[before:]).strip():
            # The comma between two mailboxes is missing.
            yield _mailbox([*names, *phrase[:before]], angle, comment)
            names, phrase, angle, comment, addressed = [], phrase[before:], None, [], False
            continue
        elif char in ",;":
            if char == "," and angle is None and not addressed and len(names) < MAX_NAMES:
                names += [f"{''.join(phrase).strip()}, "] if "".join(phrase).strip() else []
            else:
                yield _mailbox([*names, *phrase] if angle else phrase, angle, comment)
                names = []
            phrase, angle, comment, addressed, end = [], None, [], False, position + 1
        elif char == ":" and angle is None and not addressed:
            # It was the name of a group, unless the address begins with a scheme.
            scheme = SCHEME_NAME.search(phrase[-1][-10:]) if phrase else None
            phrase = [phrase[-1][: -len(scheme[0])]] if scheme else []
            names, comment, end = [], [], position + 1
        if not end:
            end = STRETCH.match(value, position + 1).end()
            phrase.append(value[position:end])
            addressed = addressed or "@" in phrase[-1]
        position = end
    yield _mailbox([*names, *phrase] if angle else phrase, angle, comment)


def _mailbox(phrase, angle, comment):
    text = "".join(phrase).strip()
    if angle is not None and ("@" in angle or "@" not in text):
        return unquoted(text), angle
    name, address = _address_word(text)
    if not address:
        name, address = _address_word(_without_spaces(text))
    if angle:  # the name and the address have changed places: jane@x.example <Jane Doe>
        name = f"{name} {angle}".strip()
    return unquoted(name) or " ".join(words[1:-1] for words in comment), address


def _address_word(text):
    """The last word of `text` that is an address, or "", after the other words: ``(name, address)``."""
    words = re.findall(rf"{QUOTED.pattern}@\S+|\S+", text)
    marked = [index for index, word in enumerate(words) if "@" in word][-MAX_WORDS:]
    for index in reversed(marked):
        address = next(filter(_normal, (words[index], words[index].strip('[]<>()"'))), "")
        if address:
            return " ".join(words[:index] + words[index + 1 :]), address
    return " ".join(words), ""


def unquoted(text):
    """`text` without the quotes and backslashes of RFC 5322."""
    return re.sub(r'\\(.)|"', lambda found: found[1] or "", text)


def _end_of_quoted(value, position):
    """Where a quoted string ends, 0 if it does not."""
    closed = QUOTED.match(value, position)
    return closed.end() if closed else 0
