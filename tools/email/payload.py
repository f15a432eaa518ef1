"""Reads an email as a ticket shows it: one HTML body, the files as they were sent, and what has to be said about both.

How data flows: `mime_tree` tells texts and files apart, `charsets` reads the texts, `text_html` writes plain text as
HTML, `inline_images` matches pictures and files, `smime` opens signed emails. What is too large to show is bounded
(`bounded_message`), and its whole text becomes a file.
"""

import email
import email.policy
import re
import struct
from email.message import EmailMessage
from typing import NamedTuple

from ..common.translatable import _
from . import (
    bounded_message,
    charsets,
    file_names,
    html_fragment,
    inline_images,
    mime_text,
    mime_tree,
    reference,
    signed_parts,
    smime,
    text_html,
    tnef,
    transfer,
)

# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

#: Layers of S/MIME and TNEF around a text.
MAX_LAYERS = 4
#: Files of one email; `tools.inbound.sanitize` allows as many parts.
ENCRYPTED = frozenset({"application/pgp-encrypted"})
PGP_MESSAGE = re.compile(r"(?m)^-----BEGIN PGP MESSAGE-----\s*$")


class File(NamedTuple):
    """A file of an email, byte by byte as it was sent."""

    name: str
    content: bytes
    cid: str = ""  #: the id by which the body shows it
    type: str = ""  #: as declared


class Payload(NamedTuple):
    """What a ticket shows of an email."""

    body: str  #: HTML, not sanitized
    files: list  #: of `File`, in reading order
    notes: list  #: `Translatable`: what an agent has to know, such as that a signature is wrong
    whole_texts: list  #: names of the files with texts that the body does not show to their end


def read(message, bodies=None, parse=None, raw=b""):
    """The body and the files of an email; never raises for what is in it.

    :param message: an ``email.message.EmailMessage``
    :param bodies: {key: bytes} of the bodies that were taken out of it (`mime_text.BODY_HEADER`)
    :param parse: makes a message of the bytes inside an S/MIME file, or None of those that are oversized
    :param raw: the email as it came, in which the text of a signature is looked for
    """
    return _Reading(message, bodies, parse or _parsed, raw).payload()


def _parsed(data):
    return email.message_from_bytes(data, policy=email.policy.SMTP)


def _leaf_of(entry):
    """What was in a winmail.dat as a part of the email."""
    main, slash, sub = entry.type.partition("/")
    kind = entry.type if slash and main.isalnum() and re.fullmatch(r"[\w.+-]+", sub) else "application/octet-stream"
    part = EmailMessage(policy=email.policy.compat32)
    part["Content-Type"] = {"file": kind, "html": "text/html", "plain": "text/plain"}[entry.kind]
    if entry.cid:
        part["Content-ID"] = re.sub(r"[\r\n]+", "", entry.cid)
    if entry.kind == "file":
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file_names.clean(entry.name)))
    return mime_tree.Leaf(
        entry.kind, part, part.get_content_type(), entry.data, entry.charset, is_spare=entry.kind != "file"
    )


class _Reading:
    def __init__(self, message, bodies, parse, raw):
        self.message, self.bodies, self.parse, self.raw = message, bodies, parse, raw
        self.notes, self.layers = [], 0
        self.images, self.links = inline_images.Extractor(), inline_images.Links()
        self.limits, self.whole = bounded_message.Limits(), []
        self.language = charsets.language(
            *(mime_text.header(message, name) for name in ("Content-Language", "Accept-Language", "From"))
        )
        subject = mime_text.decode(mime_text.header(message, "Subject"))
        self.is_forward = not reference.is_reply(subject) and (
            reference.is_forward(subject) or not self._answers(subject)
        )

    def _answers(self, subject):
        """Whether it answers an email: a block of header lines is history then, else it is what the sender shows."""
        named = (mime_text.header(self.message, name) for name in ("In-Reply-To", "References"))
        return any(named) or bool(reference.references_in(subject))

    def payload(self):
        self._note_signatures(self.message, self.raw)
        leaves = mime_tree.leaves(self.message, self.bodies, self._opened)
        files = [self._file(leaf) for leaf in leaves if leaf.kind == "file"]
        shown = [(leaf, self._html(leaf)) for leaf in leaves if leaf.kind != "file"]
        texts = [self.links.linked(text, inline_images.base_of(leaf.part)) for leaf, text in shown if text.strip()]
        body = texts[0] if len(texts) == 1 else "".join(map(html_fragment.fragment, texts))
        files += [File(image.name, image.content, image.cid, image.type) for image in self.images.images.values()]
        files += [File(text.name, text.content, "", "text/plain") for text in self.whole]
        return Payload(body, files, list(dict.fromkeys(self.notes)), [text.name for text in self.whole])

    def _file(self, leaf):
        name = file_names.named(leaf.part, leaf.type, leaf.data)
        if leaf.type in ENCRYPTED:
            self.notes.append(_("The email is encrypted (OpenPGP) and cannot be read here. It is attached as it came."))
        elif leaf.type == "message/external-body":
            place = mime_text.decode(mime_text.header(leaf.part, "Content-Type").partition(";")[2])[:500]
            self.notes.append(_("A file of the email is kept elsewhere: %(place)s", place=place))
        elif leaf.type == "message/partial":
            self.notes.append(_("The email is one of several pieces of a larger one. It is attached as it came."))
        return File(name, leaf.data, self.links.add(leaf.part, file_names.name_of(leaf.part)), leaf.type)

    def _opened(self, leaf):
        """The leaves inside an S/MIME file or a winmail.dat."""
        name = file_names.name_of(leaf.part)
        if self.layers >= MAX_LAYERS:
            return []
        if tnef.is_tnef(leaf.type, name, leaf.data):
            self.layers += 1
            return self._unpacked(leaf.data)
        if not smime.is_smime(leaf.type, name, leaf.data):
            return []
        self.layers += 1
        found = smime.opened(leaf.data)
        if found.note:
            self.notes.append(found.note)
        inner = self.parse(found.content) if found.content else None
        if inner is None:
            return []
        self._note_signatures(inner, found.content)
        return mime_tree.leaves(inner, None, self._opened)

    def _note_signatures(self, message, raw):
        """Note whether the S/MIME signatures beside a text fit it."""
        for part, content in signed_parts.found(message, raw):
            self.notes.append(smime.note_on_signature(transfer.content(part, self.bodies), content))

    def _unpacked(self, data):
        """The leaves inside a winmail.dat."""
        try:
            found = tnef.entries(data)
        except (ValueError, struct.error, LookupError):
            self.notes.append(_("winmail.dat, a file of Outlook, cannot be opened. It is attached as it came."))
            return []
        return [_leaf_of(entry) for entry in found]

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------

    def _html(self, leaf):
        if leaf.kind == "html":
            return self._bounded(leaf, self.images.without_data(leaf.data), self.limits.html)
        return self._plain(leaf)

    def _plain(self, leaf):
        text = self._bounded(leaf, leaf.data, self.limits.plain)
        if PGP_MESSAGE.search(text):
            self.notes.append(_("A text in the email is encrypted (OpenPGP) and cannot be read here."))
        if leaf.type in ("text/enriched", "text/richtext"):
            text = text_html.plain_of_enriched(text)
        is_flowed = mime_text.parameter(leaf.part, "format").strip().lower() == "flowed" and not leaf.is_raw
        deletes_space = mime_text.parameter(leaf.part, "delsp").strip().lower() == "yes"
        return text_html.to_html(text, is_flowed, deletes_space, self.is_forward)

    def _bounded(self, leaf, data, limit):
        leaf = leaf._replace(data=data)
        source = leaf.text(bounded_message.MAX_SOURCE, self.language)
        bounded = limit(source)
        if bounded.is_cut or len(data) > bounded_message.MAX_SOURCE:
            extension = "html" if leaf.kind == "html" else "txt"
            bounded_message.add(self.whole, extension, _in_utf8(leaf, self.language))
        return bounded.text


def _in_utf8(leaf, language):
    sample = leaf.data[: bounded_message.MAX_SOURCE]
    if charsets.best_charset(sample, leaf.charset, language, leaf.kind == "html") in ("utf-8", "ascii"):
        return leaf.data
    return leaf.text(0, language).encode("utf-8", "replace")
