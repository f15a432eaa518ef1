"""Large bodies come back as the standard library reads the whole email, byte for byte."""

import base64
import binascii
import email
import email.policy
import unittest
from pathlib import Path

from hostile_shapes import parted_mail

from tools.email import bounded_message
from tools.inbound import large_bodies

CONTENT = bytes(range(256)) * 8_000
BASE64 = base64.encodebytes(CONTENT).replace(b"\n", b"\r\n")
UU = b"".join(binascii.b2a_uu(CONTENT[at : at + 45]) for at in range(0, len(CONTENT), 45))
PDF = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + BASE64
HEAD = b"Content-Type: application/octet-stream; name=a.bin\r\n"
QUOTED = HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
ATTACHED = b"Content-Type: message/rfc822\r\n\r\n"
ENCODED = HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n"
INNER = (
    b"From: a@b.example\r\nSubject: x\r\n" + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
)

#: Name → the bytes of a part.
PARTS = {
    "base64": PDF,
    "base64 without padding": ENCODED + BASE64.rstrip(b"=\r\n"),
    "base64 in one line": ENCODED + base64.b64encode(CONTENT),
    "base64 before a footer": ENCODED + BASE64 + b"_____\r\nList mailing list\r\nhttps://list.example\r\n",
    "base64 with spaces": ENCODED + BASE64.replace(b"\r\n", b" \t\r\n"),
    "base64 with one character too many": ENCODED + BASE64 + b"A",
    "base64 that is none": ENCODED + b"\xff\xfe" + BASE64,
    "base64 of empty lines": ENCODED + b"\r\n" * 1_200_000 + BASE64,
    "uuencode": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a.bin\n" + UU + b"`\nend\n",
    "uuencode that is broken": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + UU,
    "quoted-printable": HEAD
    + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + b"a=3D=\r\n b=XX \r\n" * 200_000,
    "quoted-printable of short lines": HEAD
    + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + b"=41\n" * 1_100_000,
    "an unknown encoding": HEAD + b"Content-Transfer-Encoding: x-other\r\n\r\n" + CONTENT,
    "8bit": HEAD + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + CONTENT,
    "empty lines": HEAD + b"\r\n" + b"\r\n" * 1_500_000,
    "no line at all": HEAD + b"\r\n" + b"x" * 2_100_000,
    "carriage returns": HEAD + b"\r\n" + b"x\r" * 1_100_000,
    "lines like boundaries": HEAD + b"\r\n" + b"--b-\r\nx--b\r\n" * 200_000,
    "text of a charset": b"Content-Type: text/csv; charset=iso-8859-2; name=a.csv\r\n\r\n" + b"\xb9a\r\n" * 500_000,
    "text without a charset": b"Content-Type: text/csv; name=a.csv\r\n\r\n" + "ž\r\n".encode() * 600_000,
    "text of another charset": b"Content-Type: text/csv; charset=utf-8; name=a.csv\r\n\r\n" + b"\xb9a\r\n" * 500_000,
    "a first line that begins with a space": b" x=1\r\n" + PDF,
    "a last line that begins with a space": HEAD + b" ; x=1\r\n\r\n" + b"x" * 2_100_000,
    "only a line that begins with a space": b" x=1\r\n\r\n" + b"x\r\n" * 700_000,
    "a line of an envelope at the end": HEAD + b"From a@b.example\r\n\r\n" + b"x\r\n" * 700_000,
    "a line of an envelope in front": b"From a@b.example\r\n" + PDF,
    "no headers": b"\r\n" + b"x\r\n" * 700_000,
    "no headers and no empty line": b"(x)\r\n" * 700_000,
    "no empty line": HEAD + b"(x)\r\n" * 700_000,
    "a header of the same name": b"X-Helpdesk-Bridge-Body: x-0\r\n" + PDF,
    "an attached email with a file": b"Content-Type: message/rfc822; name=f.eml\r\n\r\n"
    + INNER
    + b"--i\r\n\r\nHello\r\n--i\r\n"
    + PDF
    + b"\r\n--i--\r\n",
    "an attached email that is not closed": b"Content-Type: message/rfc822\r\n\r\n"
    + INNER
    + b"--i\r\n"
    + PDF
    + b"\r\n\r\n",
    "an attached text": ATTACHED + b"Subject: x\r\nContent-Type: application/x\r\n\r\n" + CONTENT,
    "parts in parts": INNER + b"--i\r\n" + PDF + b"\r\n--i--\r\nend\r\n",
    "parts in parts that are not closed": b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n"
    + PDF
    + b"\r\n\r\n\r\n",
}


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


def contents(message):
    """What Odoo makes of the parts of an email: headers and contents."""
    found = []
    for part in message.walk():
        content = None if part.get_content_maintype() == "multipart" else part.get_content()
        if isinstance(content, email.message.EmailMessage):
            content = content.as_bytes()
        found.append(([(name, str(value)) for name, value in part.items()], part.get_payload(decode=True), content))
    return found


class TestLargeBodies(unittest.TestCase):
    def assert_same(self, raw):
        small, bodies = large_bodies.detach(raw)
        self.assertTrue(bodies)
        self.assertLess(len(small), 2_000_000)
        message, whole = parsed(small), parsed(raw)
        bounded_message._put_back(message, bodies)
        for changed in (message, whole):
            for part in changed.walk():
                del part["X-Helpdesk-Bridge-Body"]
        self.assertEqual(len(list(message.walk())), len(list(whole.walk())))
        for (_head, *content), (_expected, *expected) in zip(contents(message), contents(whole), strict=True):
            self.assertTrue(content == expected)

    def test_every_body_comes_back_as_it_would_have_been_read(self):
        for name, part in PARTS.items():
            with self.subTest(name):
                self.assert_same(parted_mail([b"\r\nHello", part, b"\r\nend"]))

    def test_other_ends(self):
        for name in ("base64", "8bit", "an attached email that is not closed", "parts in parts that are not closed"):
            with self.subTest(name):
                mail = parted_mail([b"\r\nHello", PARTS[name], b"\r\nend"])
                self.assert_same(parted_mail([b"\r\nHello", PARTS[name]]).removesuffix(b"--b--\r\n"))
                self.assert_same(mail.replace(b"\r\n--b", b"\n--b"))
                self.assert_same(mail.replace(b"\r\n--b", b"\r--b"))

    def test_an_email_of_one_part(self):
        for name in ("base64", "base64 before a footer", "uuencode", "8bit", "no line at all"):
            with self.subTest(name):
                self.assert_same(b"From: a@b.example\r\n" + PARTS[name])

    def test_headers_and_bytes_stay(self):
        """What is stored of an attached email, and what the standard library writes, is what was received."""
        for name in ("base64", "base64 without padding", "an attached email with a file", "parts in parts"):
            with self.subTest(name):
                raw = parted_mail([b"\r\nHello", PARTS[name]])
                small, bodies = large_bodies.detach(raw)
                message = parsed(small)
                self.assertEqual(bounded_message.bound(message, bodies), [])
                self.assertTrue(message.as_bytes() == parsed(raw).as_bytes())

    def test_a_body_without_its_part_is_an_error(self):
        message = parsed(parted_mail([b"X-Helpdesk-Bridge-Body: x-0\r\n\r\nown"]))
        for key in ("x-0", "y-0"):
            with self.subTest(key), self.assertRaises(ValueError):
                bounded_message.bound(message, {key: large_bodies.Body(b"secret", 1_000)})

    def test_many_lines_take_little_memory(self):
        for name in ("base64 of empty lines", "quoted-printable of short lines", "empty lines", "carriage returns"):
            with self.subTest(name):
                small, bodies = large_bodies.detach(parted_mail([PARTS[name]]))
                message = parsed(small)
                bounded_message._put_back(message, bodies)
                [part] = message.iter_parts()
                self.assertEqual(part["Content-Transfer-Encoding"], "base64")
                self.assertLess(part.get_payload().count("\n"), 2)

    def test_no_email_of_the_corpus_has_a_large_body(self):
        paths = sorted((Path(__file__).parents[1] / "fixtures" / "mail").glob("*.eml"))
        self.assertGreater(len(paths), 100)
        for path in paths:
            self.assertEqual(large_bodies.detach(path.read_bytes())[1], {})
