"""Names the files of an email."""

import email.policy
import mimetypes
import re
import unicodedata
from email.message import Message
from urllib.parse import unquote

from . import charsets, mime_text

MAX_NAME = 120
#: What no file system allows in a name, and what turns the direction of text around.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
#: Names of files without a name, by type.
NAMES = {
    "text/calendar": "invitation.ics",
    "application/ics": "invitation.ics",
    "text/x-vcalendar": "invitation.ics",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/directory": "contact.vcf",
    "text/html": "message.html",
    "text/plain": "message.txt",
    "text/csv": "table.csv",
    "text/tab-separated-values": "table.tsv",
    "text/xml": "document.xml",
    "application/xml": "document.xml",
    "text/rtf": "document.rtf",
    "application/rtf": "document.rtf",
    "application/pdf": "document.pdf",
    "application/json": "document.json",
    "application/zip": "archive.zip",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pgp-signature": "signature.asc",
    "application/pgp-keys": "key.asc",
    "application/pgp-encrypted": "version.asc",
    "application/ms-tnef": "winmail.dat",
    "application/vnd.ms-tnef": "winmail.dat",
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/partial": "message.eml",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/feedback-report": "report.txt",
    "text/rfc822-headers": "headers.txt",
    "image/jpeg": "image.jpg",
    "image/jpg": "image.jpg",
    "image/pjpeg": "image.jpg",
    "image/png": "image.png",
    "image/gif": "image.gif",
    "image/webp": "image.webp",
    "image/bmp": "image.bmp",
    "image/tiff": "image.tif",
    "image/svg+xml": "image.svg",
    "audio/mpeg": "audio.mp3",
    "audio/wav": "audio.wav",
    "audio/amr": "audio.amr",
    "video/mp4": "video.mp4",
}
#: How files begin that a type does not tell.
MAGIC = {
    b"%PDF-": "document.pdf",
    b"PK\x03\x04": "archive.zip",
    b"\x89PNG": "image.png",
    b"\xff\xd8\xff": "image.jpg",
    b"GIF8": "image.gif",
    b"\xd0\xcf\x11\xe0\xa1\xb1": "document.ole",
    b"\x78\x9f\x3e\x22": "winmail.dat",
    b"Rar!": "archive.rar",
    b"7z\xbc\xaf": "archive.7z",
    b"\x1f\x8b\x08": "archive.gz",
}


def name_of(part):
    """The name that a part gives its file, or ""."""
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        name = clean(_parameter(part, header, parameter))
        if name:
            return name
    return ""


def has_file_name(part):
    """Whether a part says itself that it is a file, not only that its text has a name such as "body.txt".

    Telephone providers and Exchange name an inline text in both headers.
    """
    is_inline = mime_text.header(part, "Content-Disposition").strip().lower().startswith("inline")
    if not is_inline and clean(_parameter(part, "Content-Disposition", "filename")):
        return True
    extension = EXTENSION.search(name_of(part))
    return bool(extension) and extension[0].lower() not in (".txt", ".htm", ".html")


def named(part, kind, data):
    """The name of a part as a file, with an extension if its type tells one."""
    name = name_of(part)
    if kind in ("text/calendar", "application/ics", "text/x-vcalendar") and name:
        return name if name.lower().endswith((".ics", ".vcs")) else f"{name}.ics"
    if name:
        return name
    if kind == "message/rfc822" and part.is_multipart():
        subject = clean(mime_text.decode(mime_text.header(part.get_payload()[0], "Subject")))
        return f"{subject[: MAX_NAME - 4]}.eml" if subject else NAMES[kind]
    return default(kind, data)


def default(kind, data):
    """A name by type, or by how the file begins."""
    if kind in NAMES:
        return NAMES[kind]
    found = next((name for magic, name in MAGIC.items() if data.startswith(magic)), "")
    extension = mimetypes.guess_extension(kind) or ""
    if extension in ("", ".bin") and found:
        return found
    main = kind.partition("/")[0]
    return f"{main if main in ('image', 'audio', 'video', 'font') else 'attachment'}{extension or '.bin'}"


def clean(name):
    """A name that every file system takes; "" if nothing is left of it."""
    name = unicodedata.normalize("NFC", FORBIDDEN.sub("", " ".join((name or "").split())))
    name = re.sub(r"[/\\:*?\"<>|]+", "_", " ".join(name.split())).strip(" .") if name.strip(" ./\\") else ""
    if len(name) <= MAX_NAME:
        return name
    extension = EXTENSION.search(name)
    return name[: MAX_NAME - len(extension[0])] + extension[0] if extension else name[:MAX_NAME]


def _parameter(part, header, name):
    holder = Message(policy=email.policy.compat32)
    holder[header] = mime_text.eight_bit(mime_text.header(part, header)[: mime_text.MAX_PARAMETERS])
    try:
        values = [value for found, value in holder.get_params([], header) if found.lower() == name]
        # Programs write a second one in ASCII for those that do not know RFC 2231.
        value = next((value for value in values if isinstance(value, tuple)), values[0] if values else "")
    except Exception:  # any error of the standard library for hostile RFC 2231 parameters
        return ""
    if isinstance(value, tuple):
        data = value[2].encode("latin-1", "replace") if value[2].isascii() or max(value[2]) < "\u0100" else b""
        return charsets.decode(data, value[0]) if data else value[2]
    value = mime_text.decode(value)
    if re.search(r"%[0-9A-Fa-f]{2}", value) and value.isascii() and re.match(r"(?i)utf-?8''", value):
        value = unquote(value[value.index("''") + 2 :])
    return value
