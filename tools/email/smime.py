"""Opens S/MIME emails (RFC 8551): reads what is signed, checks the signature, recognises what is encrypted.

Only the signature is checked, not who issued the certificate: there is no list of authorities here. A signature that
fits therefore says that the email is as it was signed, not who signed it.
"""

import logging
import re
import zlib
from typing import NamedTuple

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from ..common.translatable import _
from . import mime_text, transfer

_logger = logging.getLogger(__name__)
# pylint: disable=prefer-env-translation  # no env here: see tools.common.translatable

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
#: Bytes that are opened, and that compressed content may have.
MAX_BYTES = 40_000_000
#: Signatures, and layers around the text, that are looked at.
MAX_SIGNERS = 5
LINE_END = re.compile(rb"\r\n|\r|\n")
SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
HASHES = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256,
    "sha3_512": hashes.SHA3_512,
}


class Opened(NamedTuple):
    """What is inside of an S/MIME file."""

    content: bytes = b""  #: an email part with headers; empty if it cannot be read
    note: str = ""  #: `Translatable`: whether it is verified, or why it cannot be read


def is_smime(kind, name, data):
    """Whether a file may be opened. :param kind: its type; :param name: its name"""
    if kind in TYPES:
        return True
    return name.lower().endswith((".p7m", ".p7z")) and kind in ("application/octet-stream", "binary/octet-stream")


def opened(data):
    """Open an S/MIME file; never raises."""
    if len(data) > MAX_BYTES:
        return Opened(note=_("An S/MIME file is too large to open. It is attached."))
    try:
        info = cms.ContentInfo.load(_der(data))
        kind = info["content_type"].native
        if kind == "signed_data":
            return _signed(info["content"])
        if kind in ("enveloped_data", "authenticated_enveloped_data", "encrypted_data", "signed_and_enveloped_data"):
            return Opened(note=_("The email is encrypted (S/MIME) and cannot be read here. It is attached as it came."))
        if kind == "compressed_data":
            compressed = bytes(info["content"]["encap_content_info"]["content"].native)
            return Opened(zlib.decompressobj().decompress(compressed, MAX_BYTES))
    except Exception as error:  # ASN.1 of anybody: any error of the parser, also RecursionError
        _logger.info("an S/MIME file cannot be opened: %s", type(error).__name__)
    return Opened(note=_("An S/MIME file cannot be opened. It is attached as it came."))


def note_on_signature(data, content):
    """Whether a signature fits the text beside which it came (``multipart/signed``); never raises.

    :param data: the file with the signature
    :param content: the signed part with its headers, as it came; empty if it was not found
    """
    try:
        signed = cms.ContentInfo.load(_der(data))["content"] if len(data) + len(content) <= MAX_BYTES else None
        if content and signed is not None:
            notes = [_signed(signed, text).note for text in (content, LINE_END.sub(b"\r\n", content))]
            return next((note for note in notes if note != _wrong()), notes[0])
    except Exception as error:  # as in `opened`
        _logger.info("an S/MIME signature cannot be read: %s", type(error).__name__)
    return _("Its S/MIME signature could not be verified: it cannot be read.")


def _wrong():
    return _("Its S/MIME signature is wrong: the email was changed after it was signed.")


def _der(data):
    if data.lstrip()[:10] == b"-----BEGIN":
        return transfer.decoded("base64", b"".join(line for line in data.splitlines() if not line.startswith(b"--")))
    if data[:2].isalnum() and data[:1] == b"M":
        return transfer.decoded("base64", data)  # encoded twice
    return data


def _signed(signed, beside=b""):
    """:param beside: the text, if the signature came beside it"""
    content = signed["encap_content_info"]["content"]
    inner = beside or (content.native if content is not None else None)
    if not inner:
        return Opened(note=_("An S/MIME signature came without the text that it signs."))
    inner = bytes(inner)
    choices = [found.chosen for found in signed["certificates"] or ()]
    certificates = [found for found in choices if isinstance(found, x509.Certificate)]
    signers = list(signed["signer_infos"])[:MAX_SIGNERS]
    names = []
    for signer in signers:
        certificate = next((found for found in certificates if _is_of(signer["sid"], found)), None)
        if certificate is None:
            return Opened(inner, _("Its S/MIME signature could not be verified: the certificate is missing."))
        try:
            _verify(signer, certificate, inner)
        except InvalidSignature:
            return Opened(inner, _wrong())
        except Exception:  # an algorithm that is not known, or a broken key
            return Opened(inner, _("Its S/MIME signature could not be verified: its algorithm is not known."))
        names.append(_name_of(certificate))
    if not names:
        return Opened(inner, _("It came as a signed S/MIME email, but without a signature. It is not verified."))
    return Opened(
        inner,
        _(
            "Its S/MIME signature fits the text. The certificate names %(name)s; who issued it was not verified.",
            name=mime_text.decode(", ".join(names))[:200],
        ),
    )


def _is_of(sid, certificate):
    if sid.name == "subject_key_identifier":
        return certificate.key_identifier == sid.chosen.native
    return (
        sid.chosen["serial_number"].native == certificate.serial_number
        and sid.chosen["issuer"].dump() == certificate.issuer.dump()
    )


def _name_of(certificate):
    addresses = [name.native for name in certificate.subject_alt_name_value or () if name.name == "rfc822_name"]
    subject = certificate.subject.native
    return str((addresses or [subject.get("email_address") or subject.get("common_name") or "?"])[0])


def _verify(signer, certificate, content):
    digest = HASHES[signer["digest_algorithm"]["algorithm"].native]()
    signed = content
    if signer["signed_attrs"]:
        hashed = hashes.Hash(digest)
        hashed.update(content)
        attributes = {found["type"].native: found["values"][0].native for found in signer["signed_attrs"]}
        if attributes.get("message_digest") != hashed.finalize():
            raise InvalidSignature
        signed = signer["signed_attrs"].untag().dump(force=True)
    algorithm, signature = signer["signature_algorithm"], signer["signature"].native
    key = serialization.load_der_public_key(certificate.public_key.dump())
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, *_rsa(algorithm, digest))
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        key.verify(signature, signed)
    else:
        raise TypeError(key)


def _rsa(algorithm, digest):
    """The padding and the hash of an RSA signature."""
    if algorithm.signature_algo != "rsassa_pss":
        return padding.PKCS1v15(), digest
    parameters = algorithm["parameters"]
    digest = HASHES[parameters["hash_algorithm"]["algorithm"].native]()
    mask = HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
    return padding.PSS(padding.MGF1(mask), parameters["salt_length"].native), digest
