"""Puts the pictures of an email inside it, so that mail programs show them without a link to our server.

Such a picture is a part of the email with a Content-ID, and the HTML names it as ``cid:…`` (RFC 2392).
"""

import base64
import binascii
import hashlib
import html
import re
from urllib.parse import parse_qs, urlsplit

#: The source of a picture, with what stands before it; quoted, as Odoo writes HTML.
SOURCE = re.compile(r"(<img\b[^<>]*?\ssrc\s*=\s*)(\"[^\"<>]*\"|'[^'<>]*')", re.IGNORECASE)
PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
#: Where Odoo serves attachments: ``/web/image/42-0a1b2c3d/name.png?access_token=…``.
ATTACHMENT = re.compile(r"/web/(?:image|content)/([1-9][0-9]{0,9})(?:-[^/]*)?(?:/.*)?")
DATA = re.compile(r"data:(image/[a-z0-9.+-]+)((?:;[^,;]*)*);base64,", re.IGNORECASE)
#: Pictures that mail programs show; no SVG, which may hold scripts.
SHOWN = frozenset(f"image/{kind}" for kind in ("png", "jpeg", "jpg", "gif", "webp", "bmp"))


class InlineImage(tuple):
    """A picture inside an email: ``(name, content, mimetype)`` as Odoo's attachments are, and its Content-ID."""

    @classmethod
    def of(cls, name, content, mimetype):
        return cls((name, content, mimetype))

    @property
    def cid(self):
        return f"{hashlib.sha256(self[1]).hexdigest()[:32]}@helpdesk-bridge"


def replaced(text, image_of):
    """The HTML with pictures that are inside the email.

    :param image_of: a function from the source of a picture to its `InlineImage`, another source, or None (no change)
    """

    def replace(found):
        quote, source = found[2][0], html.unescape(found[2][1:-1]).strip()
        image = image_of(source)
        if image is None:
            return found[0]
        source = f"cid:{image.cid}" if isinstance(image, InlineImage) else html.escape(image)
        return f"{found[1]}{quote}{source}{quote}"

    return type(text)(SOURCE.sub(replace, text))


def without_pictures(text):
    """The HTML without its pictures, for the plain text of an email."""
    return type(text)(PICTURE.sub("", text))


def attachment(source, base_url):
    """``(id of the attachment, access token or "")`` that a source names on our own server; (0, "") if it names none.

    :param base_url: the address of our server
    """
    base = base_url.rstrip("/")
    path = source.removeprefix(base) if base and source.startswith(f"{base}/") else source
    try:
        parts = urlsplit(path)
    except ValueError:
        return 0, ""
    found = ATTACHMENT.fullmatch(parts.path)
    if not found or parts.scheme or parts.netloc:
        return 0, ""
    return int(found[1]), parse_qs(parts.query).get("access_token", [""])[0]


def data_image(source):
    """The `InlineImage` of a ``data:`` source; None if it is none, or no picture that mail programs show."""
    found = DATA.match(source)
    if not found or found[1].lower() not in SHOWN:
        return None
    try:
        content = base64.b64decode(re.sub(r"\s+", "", source[found.end() :]), validate=True)
    except (binascii.Error, ValueError):
        return None
    kind = found[1].lower()
    return InlineImage.of(f"image.{kind.partition('/')[2]}", content, kind) if content else None
