"""Signed emails are read and checked, encrypted ones recognised."""

import base64
import datetime
import unittest
import zlib

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from mail_builder import attached, file, leaf, mail, multi, page, plain, words
from payload_reader import read

from tools.email import smime

FITS = "Its S/MIME signature fits the text. The certificate names kim@gast.example; who issued it was not verified."
INNER = plain("Die Heizung im Büro geht nicht.")
TYPE = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kim")])
    day = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, day, day + datetime.timedelta(3_000))
    names = x509.SubjectAlternativeName([x509.RFC822Name("kim@gast.example")])
    return builder.add_extension(names, False).sign(key, hashes.SHA256())


class TestSmime(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rsa = rsa.generate_private_key(65537, 2048)
        cls.certificate = certificate(cls.rsa)

    def signed(self, content, key=None, digest=hashes.SHA256, options=(), **padding):
        key, found = (key, certificate(key)) if key else (self.rsa, self.certificate)
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(found, key, digest(), **padding)
        return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])

    def test_the_text_is_shown_and_the_file_kept(self):
        html = multi("alternative", plain("no"), page("<p>Die Heizung im Büro geht nicht."))
        for case, inner, kind, extra in (
            ("as declared", INNER, TYPE, 0),
            ("as octets", INNER, 'application/octet-stream; name="smime.p7m"', 0),
            ("with the older type", INNER, "application/x-pkcs7-mime", 0),
            ("without a kind", INNER, "application/pkcs7-mime", 0),
            ("HTML", html, TYPE, 0),
            ("with a file", multi("mixed", INNER, file("a.pdf", b"%PDF")), TYPE, 1),
            ("with an attached email", multi("mixed", INNER, attached(b"Subject: x\r\n\r\nnot shown")), TYPE, 1),
        ):
            data = self.signed(inner)
            for part in (leaf(kind, data, encoding="base64"), multi("mixed", leaf(kind, data, encoding="base64"))):
                with self.subTest(case):
                    found = read(mail(part))
                    self.assertEqual(words(found.body), "Die Heizung im Büro geht nicht.")
                    self.assertEqual(found.notes, [FITS])
                    self.assertEqual((len(found.files), found.files[-1].content), (1 + extra, data))
                    self.assertEqual(found.files[-1].name, "smime.p7m")

    def test_a_signature_beside_the_text_is_checked_too(self):
        def beside(text, *options):
            builder = (
                pkcs7.PKCS7SignatureBuilder().set_data(text).add_signer(self.certificate, self.rsa, hashes.SHA256())
            )
            return builder.sign(serialization.Encoding.DER, [smime_options.DetachedSignature, *options])

        smime_options = pkcs7.PKCS7Options
        alternative = multi("alternative", INNER, page("<p>Die Heizung im Büro geht nicht."))
        wrong = "Its S/MIME signature is wrong: the email was changed after it was signed."
        broken = "Its S/MIME signature could not be verified: it cannot be read."
        kind = "application/pkcs7-signature; name=smime.p7s"
        for case, text, data, note in (
            ("plain", INNER, beside(INNER, smime_options.Binary), FITS),
            ("alternative", alternative, beside(alternative, smime_options.Binary), FITS),
            ("changed", INNER.replace(b"nicht", b"wieder"), beside(INNER, smime_options.Binary), wrong),
            ("other", INNER, beside(b"x", smime_options.Binary), wrong),
            ("broken", INNER, b"0\x82", broken),
        ):
            for subtype in (kind, kind.replace("pkcs7", "x-pkcs7")):
                signature = leaf(
                    subtype, data, 'Content-Disposition: attachment; filename="smime.p7s"', encoding="base64"
                )
                signed = multi('signed; protocol="application/pkcs7-signature"', text, signature)
                for part in (signed, multi("mixed", signed, plain("footer"))):
                    for raw in (mail(part), mail(part).replace(b"\r\n", b"\n")):
                        with self.subTest(case, subtype=subtype):
                            found = read(raw)
                            self.assertEqual(found.notes, [note])
                            self.assertIn("Die Heizung im Büro geht", words(found.body))
                            self.assertEqual([(one.name, one.content) for one in found.files], [("smime.p7s", data)])

    def test_a_signature_beside_a_text_with_other_words_is_wrong(self):
        signature = leaf("application/pkcs7-signature", self.signed(INNER), encoding="base64")
        found = read(mail(multi("signed", plain("Pay at once."), signature)))
        self.assertEqual(
            found.notes, ["Its S/MIME signature is wrong: the email was changed after it was signed."], "it has its own"
        )

    def test_signatures_of_every_usual_algorithm(self):
        pss = {"rsa_padding": smime.padding.PSS(smime.padding.MGF1(hashes.SHA256()), smime.padding.PSS.DIGEST_LENGTH)}
        for key, digest, options, padding in (
            (None, hashes.SHA256, (), {}),
            (None, hashes.SHA384, (), {}),
            (None, hashes.SHA512, (), {}),
            (None, hashes.SHA256, (pkcs7.PKCS7Options.NoAttributes,), {}),
            (None, hashes.SHA256, (pkcs7.PKCS7Options.NoCapabilities,), {}),
            (None, hashes.SHA256, (), pss),
            (ec.generate_private_key(ec.SECP256R1()), hashes.SHA256, (), {}),
            (ec.generate_private_key(ec.SECP384R1()), hashes.SHA384, (), {}),
        ):
            with self.subTest(key=key, digest=digest, options=options, padding=padding):
                data = self.signed(INNER, key, digest, options, **padding)
                self.assertEqual(smime.opened(data), smime.Opened(INNER, FITS))
                changed = data.replace(b"Heizung", b"Leitung")
                self.assertIn("is wrong", smime.opened(changed).note)
                self.assertIn(b"Leitung", smime.opened(changed).content)

    def test_signatures_that_cannot_be_verified(self):
        plain_options = (pkcs7.PKCS7Options.NoCerts,)
        self.assertIn("certificate is missing", smime.opened(self.signed(INNER, options=plain_options)).note)
        info = cms.ContentInfo.load(self.signed(INNER))
        info["content"]["signer_infos"] = []
        self.assertIn("without a signature", smime.opened(info.dump(force=True)).note)
        info = cms.ContentInfo.load(self.signed(INNER))
        info["content"]["signer_infos"][0]["digest_algorithm"]["algorithm"] = "md5"
        self.assertIn("algorithm is not known", smime.opened(info.dump(force=True)).note)
        detached = self.signed(INNER, options=(pkcs7.PKCS7Options.DetachedSignature,))
        self.assertIn("without the text", smime.opened(detached).note)

    def test_encodings(self):
        data = self.signed(INNER)
        text = base64.encodebytes(data)
        for written in (data, text, b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n", data + b"\r\n"):
            with self.subTest(written[:10]):
                self.assertEqual(smime.opened(written).content, INNER)

    def test_layers(self):
        twice = leaf(TYPE, self.signed(leaf(TYPE, self.signed(INNER), encoding="base64")), encoding="base64")
        found = read(mail(twice))
        self.assertEqual((words(found.body), found.notes), ("Die Heizung im Büro geht nicht.", [FITS]))
        self.assertEqual(len(found.files), 2)
        part = INNER
        for _layer in range(8):
            part = leaf(TYPE, self.signed(part), encoding="base64")
        self.assertEqual(words(read(mail(part)).body), "")

    def test_encrypted_emails_are_kept_and_said(self):
        envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(INNER).add_recipient(self.certificate)
        data = envelope.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
        for kind in ("application/pkcs7-mime; smime-type=enveloped-data", 'application/octet-stream; name="smime.p7m"'):
            with self.subTest(kind):
                found = read(mail(leaf(kind, data, encoding="base64")))
                self.assertEqual((found.body, [one.content for one in found.files]), ("", [data]))
                self.assertIn("is encrypted (S/MIME)", found.notes[0])
        pgp = multi(
            "encrypted", leaf("application/pgp-encrypted", b"Version: 1"), leaf("application/octet-stream", b"x")
        )
        found = read(mail(pgp))
        self.assertIn("is encrypted (OpenPGP)", found.notes[0])
        self.assertEqual([one.content for one in found.files], [b"Version: 1", b"x"])

    def test_compressed_emails(self):
        info = cms.ContentInfo(
            {
                "content_type": "compressed_data",
                "content": {
                    "version": "v0",
                    "compression_algorithm": {"algorithm": "zlib"},
                    "encap_content_info": {"content_type": "data", "content": zlib.compress(INNER)},
                },
            }
        )
        self.assertEqual(smime.opened(info.dump()).content, INNER)

    def test_what_cannot_be_opened_is_kept_and_said(self):
        data = self.signed(INNER)
        for broken in (
            b"",
            b"x",
            data[:200],
            b"\x30\x80" * 5_000,
            b"\x30\x84\xff\xff\xff\xff",
            bytes(1_000),
            data[::-1],
        ):
            with self.subTest(broken[:10]):
                self.assertIn("cannot be opened", smime.opened(broken).note)
                found = read(mail(multi("mixed", plain("words"), leaf(TYPE, broken, encoding="base64"))))
                self.assertEqual((words(found.body), [one.content for one in found.files]), ("words", [broken]))
