"""Builds emails byte by byte, as programs of all kinds write them."""

import base64
import binascii
import itertools
from email.header import Header

import lxml.html

HEAD = (
    b"From: Kim Gast <kim@gast.example>\r\nTo: support@acme.example\r\nSubject: x\r\nMessage-ID: <1@gast.example>\r\n"
)
_numbers = itertools.count()


def encoded(data, encoding):
    """Bytes in a transfer encoding."""
    if encoding == "base64":
        return base64.encodebytes(data).replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        return binascii.b2a_qp(data, istext=False)
    return data


def leaf(kind, content, *headers, encoding="8bit", charset="utf-8"):
    """A part without parts. :param content: text (in `charset`), or bytes as they are"""
    data = content if isinstance(content, bytes) else content.encode(charset)
    suffix = f"; charset={charset}" if isinstance(content, str) and charset and "charset" not in kind else ""
    lines = [f"Content-Type: {kind}{suffix}", f"Content-Transfer-Encoding: {encoding}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + encoded(data, encoding)


def plain(text, *headers, **options):
    return leaf("text/plain", text, *headers, **options)


def page(text, *headers, **options):
    return leaf("text/html", text, *headers, **options)


def file(name, content, kind="application/octet-stream", *headers, encoding="base64"):
    """An attachment; without a name, it has none."""
    written = name if name.isascii() else Header(name, "utf-8", maxlinelen=500).encode()
    named = f'; filename="{written}"' if name else ""
    return leaf(kind, content, f"Content-Disposition: attachment{named}", *headers, encoding=encoding)


def multi(kind, *parts, headers=()):
    """A multipart."""
    boundary = f"b{next(_numbers)}"
    lines = [f'Content-Type: multipart/{kind}; boundary="{boundary}"', *headers, "", ""]
    marks = [f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts]
    return "\r\n".join(lines).encode() + b"".join(marks) + f"--{boundary}--\r\n".encode()


def attached(inner, *headers, kind="message/rfc822", encoding=""):
    """An attached email."""
    lines = [f"Content-Type: {kind}", *([f"Content-Transfer-Encoding: {encoding}"] if encoding else []), *headers]
    return "\r\n".join([*lines, "", ""]).encode() + encoded(inner, encoding)


def mail(part, *headers):
    """A whole email."""
    return HEAD + "".join(f"{line}\r\n" for line in headers).encode() + b"MIME-Version: 1.0\r\n" + part


def words(body):
    """What a reader sees of HTML, as one line."""
    if not body:
        return ""
    tree = lxml.html.fragment_fromstring(body, create_parent="div")
    return " ".join(" ".join(text for text in tree.itertext()).split())
