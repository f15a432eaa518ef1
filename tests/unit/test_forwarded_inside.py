"""An agent's forward is the customer's also if its text is inside a file that only some programs open."""

import unittest

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from mail_builder import file, leaf, mail, multi, page, plain
from payload_reader import parsed
from test_smime import TYPE, certificate
from test_tnef import attribute, prop, props, winmail

from tools.email import tnef
from tools.inbound import forwarded

BLOCK = ("From: Jane Doe <jane@customer.example>", "Sent: Monday", "To: Agent", "Subject: Printer", "", "It burns.")
TEXT = "Please look.\r\n\r\n" + "\r\n".join(BLOCK)
HTML = "<p>Please look.</p><p>" + "<br>".join(BLOCK).replace("<jane@customer.example>", "&lt;jane@customer.example&gt;")
JANE = forwarded.Original("Jane Doe", "jane@customer.example", "Printer")


def signed(content):
    key = ec.generate_private_key(ec.SECP256R1())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate(key), key, hashes.SHA256())
    return leaf(TYPE, builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary]), encoding="base64")


def outlook(*properties):
    return file("winmail.dat", winmail(*properties), "application/ms-tnef")


class TestForwardsInsideFiles(unittest.TestCase):
    def original(self, part, subject=b"FW: Printer"):
        return forwarded.original(parsed(mail(part).replace(b"Subject: x", b"Subject: " + subject)))

    def test_whose_email_it_is(self):
        in_mapi = [attribute(tnef.MESSAGE_PROPERTIES, props(prop(tnef.PR_HTML, HTML.encode())))]
        in_body = [attribute(tnef.BODY, TEXT.encode() + b"\0", 1)]
        for name, part in (
            ("signed text", signed(plain(TEXT))),
            ("signed HTML", signed(page(HTML))),
            ("signed alternatives", signed(multi("alternative", plain(TEXT), page(HTML)))),
            ("signed, beside an empty text", multi("mixed", plain("\r\n"), signed(plain(TEXT)))),
            ("winmail.dat, HTML", outlook(*in_mapi)),
            ("winmail.dat, text", outlook(*in_body)),
            ("winmail.dat, beside an empty text", multi("mixed", plain(" "), outlook(*in_body))),
            ("winmail.dat, signed", signed(outlook(*in_body))),
        ):
            with self.subTest(name):
                self.assertEqual(self.original(part), JANE)
                self.assertIsNone(self.original(part, b"Re: Printer"))

    def test_a_text_beside_it_counts_more(self):
        self.assertIsNone(self.original(multi("mixed", plain("Please call me."), signed(plain(TEXT)))))

    def test_what_cannot_be_opened_forwards_nothing(self):
        for part in (outlook(b"\xff" * 9), leaf(TYPE, b"no ASN.1"), plain(""), file("a.pdf", b"%PDF-1.4")):
            with self.subTest(part[:60]):
                self.assertIsNone(self.original(part))
