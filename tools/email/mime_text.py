"""Reads the headers and the text of an email, and never raises.

The standard library parses a header on access, and may raise any error: IndexError for ``Message-ID: <[>``,
OverflowError for a year of eleven digits, LookupError for an unknown charset. The functions here read raw headers, and
replace every unusable charset. They take an ``email.message.Message`` of any policy and return ``str``.

`html_lines` is not html2text, which Slack messages use (`tools.slack.mrkdwn`), because html2text joins a text with the
table after it, and `tools.inbound.forwarded` reads such tables.
"""

import binascii
import email.policy
import re
from email.message import Message
from quopri import decodestring

import lxml.etree
import lxml.html

from . import bounded_html, charsets
from .charsets import ALIASES, UNSTORABLE, best_charset, usable_charset  # noqa: F401
from .charsets import decode as decode_bytes

#: Further parts and text are ignored.
MAX_PARTS = 200
MAX_TEXT = 200_000
#: The standard library takes seconds for 80 kB of parameters.
MAX_PARAMETERS = 4_000

#: In a part whose body was taken out before parsing: the key of its body.
BODY_HEADER = "X-Helpdesk-Bridge-Body"
#: RFC 2047 with the language of RFC 2231. Spaces inside the text are a common error.
ENCODED_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
BLOCKS = frozenset(
    "address article blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol"
    " p pre section table tbody tr ul".split()
)
HIDDEN = frozenset({"head", "script", "style", "template", "title"})


def headers(message):
    """``(name, value)`` of every header, topmost first, unfolded and without NUL bytes."""
    return [(name, _unfolded(value)) for name, value in _raw_items(message)]


def header_values(message, name):
    """The values of one header, as in `headers`."""
    wanted = name.lower()
    return [_unfolded(value) for found, value in _raw_items(message) if found.lower() == wanted]


def _raw_items(message):
    return getattr(message, "raw_items", message.items)()


def _unfolded(value):
    return re.sub(r"[\r\n\x00]+", "", str(value)).strip()


def header(message, name):
    """The topmost value of a header, or ""."""
    return next(iter(header_values(message, name)), "")


def decode(value):
    """A header's value as one readable line: encoded words decoded (RFC 2047), even broken ones, without controls.

    Encoded words of one charset are joined before decoding, because programs split multi-byte characters.
    """
    text, end, pending = [], 0, None
    value = eight_bit(value or "")
    for word in ENCODED_WORD.finditer(value):
        charset, data = word[1].lower(), _payload_of(word[2], word[3])
        gap = value[end : word.start()]
        if pending and not gap.strip():  # RFC 2047 section 6.2: white space between two encoded words is dropped
            if pending[0] == charset:
                pending = (charset, pending[1] + data)
            else:
                text.append(decode_bytes(pending[1], pending[0]))
                pending = (charset, data)
        else:
            text += [decode_bytes(pending[1], pending[0]) if pending else "", gap]
            pending = (charset, data)
        end = word.end()
    text += [decode_bytes(pending[1], pending[0]) if pending else "", value[end:]]
    return " ".join(UNSTORABLE.sub("", re.sub(r"\s", " ", "".join(text))).split())


def eight_bit(value):
    """Decode raw bytes in a header, which the parser stores as lone surrogates (RFC 6532: UTF-8)."""
    if "\x1b$" in value and value.isascii():
        return decode_bytes(value.encode())  # Japanese in escape sequences
    if not re.search(r"[\ud800-\udfff]", value):
        return value
    value = re.sub(r"[\ud800-\udc7f\udd00-\udfff]", "\ufffd", value)
    return decode_bytes(value.encode("utf-8", "surrogateescape"))


def content_type(message):
    """``("text", "plain")``, in lower case, with the default of RFC 2045 section 5.2 if it is unreadable."""
    kind = header(message, "Content-Type").partition(";")[0].strip().lower() or message.get_default_type()
    main, slash, sub = kind.partition("/")
    return (main, sub) if slash and "/" not in sub else ("text", "plain")


def parameter(message, name):
    """A parameter of the content type, or ""."""
    holder = Message(policy=email.policy.compat32)  # stores headers as they are; newer policies parse them
    holder["Content-Type"] = header(message, "Content-Type")[:MAX_PARAMETERS]
    try:
        value = holder.get_param(name, "")
        return str(value[2] if isinstance(value, tuple) else value)
    except Exception:  # any error of the standard library for hostile RFC 2231 parameters
        return ""


def parts(message):
    """The message and its parts in reading order, at most MAX_PARTS, without those of attached messages."""
    waiting, seen = [message], 0
    while waiting and seen < MAX_PARTS:
        part, seen = waiting.pop(), seen + 1
        yield part
        if content_type(part)[0] == "multipart" and part.is_multipart():
            waiting += reversed(part.get_payload())


def part_bytes(part):
    """The decoded content of a part; b"" if it contains parts."""
    try:
        return part.get_payload(decode=True) or b""
    except Exception:  # the transfer encoding is a header too, and may be hostile
        return b""


def body_text(message):
    """The text of an email: the first non-empty plain text, else the first HTML as lines."""
    plain, html = "", ""
    for part in parts(message):
        main, sub = content_type(part)
        if main != "text" or header(part, "Content-Disposition").lower().startswith("attachment"):
            continue
        if sub == "html":
            html = html or text_of(part)
        elif sub == "plain" and not plain.strip():
            plain = text_of(part)
    return plain if plain.strip() else html_lines(html)


def html_lines(html):
    """HTML as plain lines: every block begins a new line, hidden elements are dropped."""
    html = bounded_html.bounded(html).text
    try:
        root = lxml.html.fromstring(html.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.LxmlError, ValueError, TypeError, AssertionError):
        return ""
    out, hidden = [], 0
    for event, node in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            hidden += tag in HIDDEN
            out.append("\n" if tag in BLOCKS else "")
            out.append("" if hidden else _spaced(node.text))
        else:
            hidden -= tag in HIDDEN and event == "end"
            out.append("\n" if tag in BLOCKS and tag != "br" else " " if tag in ("td", "th") else "")
            out.append("" if hidden else _spaced(node.tail))
    lines = (" ".join(line.split()) for line in "".join(out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _spaced(text):
    return re.sub(r"\s+", " ", text or "")


def text_of(part):
    data, is_html = part_bytes(part)[: MAX_TEXT * 4], content_type(part)[1] == "html"
    text = charsets.decode(data, parameter(part, "charset"), is_html=is_html)
    return text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")


def _payload_of(encoding, text):
    """The bytes of an encoded word; base64 may lack padding or contain other characters."""
    if encoding in "qQ":
        return decodestring(text.replace("_", "=20").encode("utf-8", "replace"))
    digits = re.sub(r"[^A-Za-z0-9+/]", "", text)
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    return binascii.a2b_base64(digits + "=" * (-len(digits) % 4))
