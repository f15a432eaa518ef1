"""Walks the tree of parts of an email, and tells what is text to read and what is a file.

What a mail program shows is text: every plain text or HTML that is no attachment, one of several alternatives. An
attached email is a file; no text of it is shown.
"""

import mimetypes
import re
from email.message import Message
from typing import NamedTuple

from . import charsets, file_names, html_tokens, mime_text, transfer, uuencoded

#: Text types that no one reads as text.
FILE_TEXTS = frozenset(
    "calendar x-vcalendar vcard x-vcard directory csv comma-separated-values x-csv tab-separated-values xml"
    " xml-external-parsed-entity css javascript ecmascript jscript x-javascript vbscript rtf rfc822-headers json"
    " x-json yaml x-yaml html-sandboxed n3 turtle cache-manifest sgml x-sgml x-setext dns rtx t140 uri-list".split()
)
#: Another rendition of the same text, for a few programs.
RENDITIONS = frozenset({"x-amp-html", "watch-html", "vnd.google.email-reaction+json", "x-watch-html"})
#: Main types that exist; a whole email of another type is shown, too.
MAIN_TYPES = frozenset("text image audio video application message multipart font model chemical x-world".split())
#: What contains parts that follow one another.
CONTAINERS = frozenset({("multipart", "mixed"), ("multipart", "related"), ("multipart", "signed")})
#: Bytes of a text that are looked at to find out whether it has words.
MAX_LOOK = 1_000_000
INVISIBLE = re.compile(r"[\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
IMAGE = re.compile(r"\bsrc\s{0,9}=\s{0,9}[\"']?\s{0,9}(?:cid:|data:image)", re.IGNORECASE)


class Leaf(NamedTuple):
    """A part without parts. `kind` is "plain", "html" or "file"."""

    kind: str
    part: object
    type: str
    data: bytes
    charset: str = ""  #: declared
    is_raw: bool = False  #: the source of a part that could not be read
    is_blank: bool = False  #: a text that a mail program would show as an empty page
    is_spare: bool = False  #: a text that is only shown if there is no other

    def text(self, limit=MAX_LOOK, language=""):
        """Its beginning as text."""
        data = self.data[:limit] if limit else self.data
        if len(data) < len(self.data):
            data = data[: max(data.rfind(b"\n"), len(data) - 4)]  # not in the middle of a character
        return charsets.decode(data, self.charset, language, self.kind == "html")


def _has_words(leaf):
    """Whether a mail program would show more than an empty page."""
    text = leaf.text()
    return words_in(text) if leaf.kind == "html" else bool(INVISIBLE.sub("", text))


def words_in(source):
    """Whether HTML has anything to read."""
    for token in html_tokens.tokens(source):
        if token.kind == "end":
            return True
        if token.kind == "text" and INVISIBLE.sub("", html_tokens.decoded(token.text)):
            return True
    return False


def leaves(message, bodies=None, opener=None):
    """Every `Leaf` of an email in reading order: texts that are shown, and files.

    :param bodies: {key: bytes} of the bodies that were taken out of the email before it was parsed
    :param opener: for the `Leaf` of a file that contains an email: gives the leaves inside
    """
    found = _Reader(bodies or {}, opener or (lambda _leaf: ())).leaves(message)
    if any(leaf.kind != "file" and not leaf.is_blank and not leaf.is_spare for leaf in found):
        found = [leaf for leaf in found if not leaf.is_spare]
        return [*_named_beginning(message, found), *found]
    if any(leaf.kind != "file" and not leaf.is_blank for leaf in found):
        return found
    return _with_other_text(message, found)


def _with_other_text(message, found):
    """An email without text that is meant to be shown: what else its sender may have written."""
    for number, leaf in enumerate(found):
        if shown := _as_text(leaf):
            return [*found[:number], shown, *found[number + 1 :]]
    is_whole = len(found) == 1 and found[0].part is message and not _is_attached(message)
    if is_whole and found[0].type.partition("/")[0] not in MAIN_TYPES:
        if not CONTROLS.search(found[0].data[:MAX_LOOK]):
            return [found[0]._replace(kind="plain"), found[0]]
    if not any(leaf.data for leaf in found) and message.is_multipart():
        beside = "\n".join(filter(None, (message.preamble, message.epilogue)))
        if beside.strip():
            data = beside.encode("utf-8", "surrogateescape")
            return [Leaf("plain", message, "text/plain", data, is_raw=True), *found]
    return found


def _named_beginning(message, found):
    """The text that an email begins with, if only its name made it a file, and what follows may be a footer."""
    part = message
    while mime_text.content_type(part) in CONTAINERS and part.is_multipart() and part.get_payload():
        part = part.get_payload()[0]
    shown = _as_text(found[0]) if found and found[0].part is part else None
    return [shown] if shown else []


def _as_text(leaf):
    """A file as a text, if its name is only one of the text; else None."""
    main, sub = leaf.type.split("/", 1)
    if leaf.kind != "file" or main != "text" or sub not in ("plain", "html") or _is_attached(leaf.part):
        return None
    if CONTROLS.search(leaf.data[:2_000]) or _begins_as_file(leaf.data):
        return None
    shown = leaf._replace(kind="html" if sub == "html" else "plain")
    return shown if _has_words(shown) else None


def _is_attached(part):
    return _disposition(part) == "attachment" or file_names.has_file_name(part)


class _Reader:
    def __init__(self, bodies, opener):
        self.bodies, self.opener = bodies, opener

    def leaves(self, part):
        main, sub = mime_text.content_type(part)
        if main == "multipart" and part.is_multipart():
            children = [self.leaves(child) for child in part.get_payload()]
            return _alternative(children) if sub == "alternative" else [leaf for child in children for leaf in child]
        if main == "multipart":
            # Without a boundary, or with another one.
            leaf = Leaf("plain", part, "text/plain", transfer.content(part, self.bodies), is_raw=True)
        else:
            leaf = self._leaf(part, f"{main}/{sub}")
        if leaf.kind == "file":
            found = [*self.opener(leaf), leaf]
        else:
            found = [one._replace(is_blank=one.kind != "file" and not _has_words(one)) for one in _without_files(leaf)]
        footer = transfer.footer(part, self.bodies) if not part.is_multipart() and main != "multipart" else b""
        if footer and not CONTROLS.search(footer):
            found.append(Leaf("plain", part, "text/plain", footer, is_raw=True))
        return found

    def _leaf(self, part, kind):
        main, sub = kind.split("/", 1)
        if part.is_multipart() or main == "message":
            return Leaf("file", part, kind, attached(part, self.bodies))
        data = transfer.content(part, self.bodies)
        charset = mime_text.parameter(part, "charset")
        shown = "file"
        if main == "text" and not file_names.name_of(part) and _disposition(part) != "attachment":
            is_file = sub in FILE_TEXTS or sub in RENDITIONS or sub.startswith("vnd.") or _begins_as_file(data)
            is_file = is_file or (_is_garbled(part) and bool(CONTROLS.search(data[:2_000])))
            shown = "file" if is_file else "html" if sub == "html" else "plain"
        return Leaf(shown, part, kind, data, charset)


def _without_files(leaf):
    """A text and the files that were written into it."""
    pieces = uuencoded.split(leaf.data) if leaf.type == "text/plain" else ()
    if len(pieces) < 2:
        return [leaf]
    found = []
    for name, data in pieces:
        if name is None and data.strip():
            found.append(leaf._replace(data=data))
        elif name is not None:
            part = Message()
            name = file_names.clean(charsets.decode(name, leaf.charset))
            part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
            found.append(Leaf("file", part, mimetypes.guess_type(name)[0] or "application/octet-stream", data))
    return found


def attached(part, bodies):
    """The bytes of an attached email, as they were sent if they were kept."""
    body = transfer.kept_body(part, bodies)
    if body is not None:
        return transfer.decoded(mime_text.header(part, "Content-Transfer-Encoding"), body)
    if not part.is_multipart():
        return transfer.content(part, bodies)
    inner = [_bytes(child) for child in part.get_payload()]
    return transfer.decoded(mime_text.header(part, "Content-Transfer-Encoding"), b"\r\n".join(inner))


def _bytes(message):
    try:
        return message.as_bytes(policy=message.policy.clone(refold_source="none"))
    except Exception:  # any error of the standard library's generator
        lines = [f"{name}: {value}" for name, value in mime_text.headers(message)]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + mime_text.part_bytes(message)


def _is_garbled(part):
    """Whether the type is not one at all."""
    return not re.match(r"\s*[^\s/;]+/[^\s/;]+\s*(?:;|\Z)", mime_text.header(part, "Content-Type") or "a/b")


def _begins_as_file(data):
    return data.startswith(tuple(file_names.MAGIC))


def _disposition(part):
    return mime_text.header(part, "Content-Disposition").lower().partition(";")[0].strip()


def _alternative(children):
    """The best of several renditions of one text, with the files of all.

    HTML counts more than plain text, if it has words. A second plain text is none of the same: a list's footer.
    """
    ranks = [max((_rank(leaf) for leaf in child), default=0) for child in children]
    best = max(ranks, default=0)
    chosen = len(ranks) - 1 - ranks[::-1].index(best) if ranks else 0
    kept, seen = [], set()
    for number, child in enumerate(children):
        for leaf in child:
            if leaf.kind == "file":
                if not (best and leaf.type.partition("/")[2] in RENDITIONS):
                    kept.append(leaf)
            elif number == chosen or _is_beside(leaf, number, ranks, chosen):
                if leaf.kind == "html" or leaf.data not in seen:
                    kept.append(leaf)
                seen.add(leaf.data)
    return kept


def _rank(leaf):
    if leaf.kind == "file" or leaf.is_blank:
        return 0
    return 3 if leaf.kind == "html" else 2 if leaf.type == "text/plain" else 1


def _is_beside(leaf, number, ranks, chosen):
    """Whether a text of another rendition is shown as well."""
    if leaf.kind == "html":
        return ranks[chosen] in (1, 2) and bool(IMAGE.search(leaf.text()))
    if ranks[chosen] == 2:
        return ranks[number] == 2
    return ranks[chosen] == 3 and number > chosen and 2 in ranks[:chosen] and ranks[number] == 2
