"""Matches the pictures in HTML with the files of the email, and takes pictures out of the HTML.

HTML names a picture by Content-ID, in any spelling, or by Content-Location. Odoo wants exactly the same id in both.
"""

import binascii
import hashlib
import html
import re
from urllib.parse import unquote, unquote_to_bytes, urljoin

from . import html_tokens, mime_text

#: An address of a picture. It never runs past a quote, so that the search takes time linear in the text.
SOURCE = re.compile(
    r"(\b(?:src|background)\s{0,9}=\s{0,9})(\"[^\"]{1,4000}\"|'[^']{1,4000}'|[^\s>\"']{1,4000})", re.IGNORECASE
)
#: A picture inside the HTML (RFC 2397).
DATA = re.compile(
    rb"(\bsrc\s{0,9}=\s{0,9})(?:"
    rb"\"\s{0,9}data:(image/[\w.+-]{1,30})[^,\"'<>]{0,100};\s?base64,([A-Za-z0-9+/=%\s_-]*)\"|"
    rb"'\s{0,9}data:(image/[\w.+-]{1,30})[^,\"'<>]{0,100};\s?base64,([A-Za-z0-9+/=%\s_-]*)'|"
    rb"data:(image/[\w.+-]{1,30})[^,\"'<>\s]{0,100};base64,([A-Za-z0-9+/=%_-]*))",
    re.IGNORECASE,
)
BASE64 = re.compile(rb"base64,", re.IGNORECASE)
#: Types of pictures that browsers show and that contain no programs.
SUFFIXES = {
    **dict.fromkeys((b"image/png", b"image/x-png", b"image/apng"), "png"),
    **dict.fromkeys((b"image/jpeg", b"image/jpg", b"image/pjpeg"), "jpg"),
    b"image/gif": "gif",
    b"image/webp": "webp",
    b"image/bmp": "bmp",
}
#: Pictures that are taken out of one email; the others count as its HTML.
MAX_IMAGES = 100


class Image:
    """One picture that was inside the HTML."""

    def __init__(self, number, suffix, content):
        self.name, self.content = f"image-{number}.{suffix}", content
        self.cid = f"data-{number}@inline"
        self.type = f"image/{'jpeg' if suffix == 'jpg' else suffix}"


class Extractor:
    """Takes the pictures out of all HTML of one email; a picture that comes twice is one file."""

    def __init__(self):
        self.images = {}

    def without_data(self, source):
        """HTML as bytes, with its pictures named by Content-ID."""
        if not BASE64.search(source):
            return source
        return DATA.sub(self._taken, source)

    def _taken(self, found):
        kind, digits = next((found[n].lower(), found[n + 1]) for n in (2, 4, 6) if found[n] is not None)
        suffix, content = SUFFIXES.get(kind), _decoded(digits)
        if not suffix or not content:
            return found[0]
        key = hashlib.sha256(content).digest()
        if key not in self.images:
            if len(self.images) >= MAX_IMAGES:
                return found[0]
            self.images[key] = Image(len(self.images) + 1, suffix, content)
        return found[1] + b'"cid:' + self.images[key].cid.encode() + b'"'


def _decoded(digits):
    digits = b"".join(unquote_to_bytes(digits).split()).replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    try:
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
    except binascii.Error:
        return b""


class Links:
    """The names by which HTML may mean a file of the email."""

    def __init__(self):
        self.ids, self.places, self.used = {}, {}, set()
        self.without_id = {}  #: by name; Outlook's ids begin with the name

    def add(self, part, name):
        """Register the file of a part. :return: the id by which its HTML is written, or "" if it has none"""
        cid = _normal(mime_text.header(part, "Content-ID").strip(" <>"))
        place = _place(mime_text.header(part, "Content-Location"))
        if not cid and not place and not (mime_text.content_type(part)[0] == "image" and name):
            return ""
        written = unquote(mime_text.header(part, "Content-ID")).strip(" <>")
        key = self._unused(written or name or place)
        if cid:
            self.ids.setdefault(cid, key)
        for known in filter(None, (place, _joined(_base(part), place) if place else "")):
            self.places.setdefault(known, key)
        if name:
            self.places.setdefault(_place(name), key)
        if name and not cid:
            self.without_id.setdefault(_place(name), key)
        return key

    def _unused(self, wanted):
        # libxml2 writes other characters of an address as percent escapes.
        wanted, number = re.sub(r"[^A-Za-z0-9@._+=:-]+", "-", wanted), 2
        key = wanted
        while key in self.used:
            key, number = f"{number}-{wanted}", number + 1
        self.used.add(key)
        return key

    def linked(self, source, base=""):
        """HTML in which every picture is named as `add` returned it."""
        if not self.ids and not self.places:
            return source
        return SOURCE.sub(lambda found: self._linked(found, source, base), source)

    def _linked(self, found, source, base):
        value = html_tokens.decoded(found[2].strip("\"'")).strip()
        if value[:4].lower() == "cid:":
            places = (value, value[4:])
            key = self.ids.get(_normal(value[4:])) or self.without_id.get(_place(value[4:].partition("@")[0]))
        else:
            before = max(0, found.start() - 4_000)
            is_tag = source.rfind("<", before, found.start()) > source.rfind(">", before, found.start())
            places = (value, _joined(base, value)) if is_tag else ()
            key = ""
        key = key or next(filter(None, (self.places.get(_place(place)) for place in places)), "")
        if not key or found[2].strip("\"'") == f"cid:{key}":
            return found[0]
        return f'{found[1]}"cid:{html.escape(key)}"'


def base_of(part):
    """The address to which the links in a part are relative."""
    return _base(part) or _place(mime_text.header(part, "Content-Location"))


def _base(part):
    return _place(mime_text.header(part, "Content-Base"))


def _joined(base, value):
    try:
        return urljoin(base, value)
    except ValueError:  # a broken address
        return value


def _normal(cid):
    """A Content-ID in one spelling: percent escapes, white space, brackets and case do not count."""
    return re.sub(r"[\s<>]+", "", unquote(cid)).casefold()


def _place(value):
    return re.sub(r"\s+", "", unquote(mime_text.decode(value).strip(" <>\"'")))
