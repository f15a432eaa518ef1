"""Attached emails and large bodies are kept beside an email, byte by byte."""

import base64
import binascii
import unittest
from unittest import mock

from hostile_shapes import parted_mail
from mail_builder import attached, mail, multi, plain
from payload_reader import parsed, read

from tools.email import bounded_text
from tools.email.mime_text import BODY_HEADER
from tools.inbound import large_bodies, sanitize

#: Its many shapes run the same lines again and again (see `dev/pure_coverage.py`).
UNMEASURED = True

#: Smaller than in earnest, so that all shapes take seconds; still more than is shown of a text.
LARGE, KEPT = 300_000, 250_000
CONTENT = bytes(range(256)) * 1_300
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
    "base64 of empty lines": ENCODED + b"\r\n" * 180_000 + BASE64,
    "uuencode": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a.bin\n" + UU + b"`\nend\n",
    "uuencode that is broken": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + UU,
    "quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"a=3D=\r\n b=XX \r\n" * 32_000,
    "quoted-printable of short lines": HEAD
    + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + b"=41\n" * 165_000,
    "an unknown encoding": HEAD + b"Content-Transfer-Encoding: x-other\r\n\r\n" + CONTENT,
    "8bit": HEAD + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + CONTENT,
    "empty lines": HEAD + b"\r\n" + b"\r\n" * 225_000,
    "no line at all": HEAD + b"\r\n" + b"x" * 315_000,
    "carriage returns": HEAD + b"\r\n" + b"x\r" * 165_000,
    "lines like boundaries": HEAD + b"\r\n" + b"--b-\r\nx--b\r\n" * 32_000,
    "text of a charset": b"Content-Type: text/csv; charset=iso-8859-2; name=a.csv\r\n\r\n" + b"\xb9a\r\n" * 85_000,
    "text without a charset": b"Content-Type: text/csv; name=a.csv\r\n\r\n" + "ž\r\n".encode() * 95_000,
    "text of another charset": b"Content-Type: text/csv; charset=utf-8; name=a.csv\r\n\r\n" + b"\xb9a\r\n" * 85_000,
    "a first line that begins with a space": b" x=1\r\n" + PDF,
    "a last line that begins with a space": HEAD + b" ; x=1\r\n\r\n" + b"x" * 315_000,
    "only a line that begins with a space": b" x=1\r\n\r\n" + b"x\r\n" * 110_000,
    "a line of an envelope at the end": HEAD + b"From a@b.example\r\n\r\n" + b"x\r\n" * 110_000,
    "a line of an envelope in front": b"From a@b.example\r\n" + PDF,
    "no headers": b"\r\n" + b"x\r\n" * 110_000,
    "no headers and no empty line": b"(x)\r\n" * 110_000,
    "no empty line": HEAD + b"(x)\r\n" * 110_000,
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


#: What the standard library, or sanitizing, would write otherwise.
ODD = (
    b"Subject:no space\r\n\tfolded\r\nX-Odd: \xe9\xff\r\nDate: 99999999999\r\n\r\n\xe9t\xe9\r\n",
    b"Subject: x\n\nends of lines\nof Unix\n",
    b"\r\nno header",
    b"",
    b"Content-Type: multipart/mixed; boundary=in\r\n\r\npreamble\r\n--in\r\n\r\na\r\n--in-- \r\nepilogue",
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b"Content-Type: text/plain; charset=x-none\r\n\r\nx\r\n\r\n\r\n",
    b"Subject: dashes\r\n\r\n--\r\n---x\r\n-- other\r\n",
)


class TestAttachedMessages(unittest.TestCase):
    def bodies(self, raw):
        sanitized = sanitize.sanitize(raw)
        self.assertEqual(sanitized.refusal, "")
        small, bodies = large_bodies.detach(sanitized.raw, raw)
        keys = [part.get(BODY_HEADER) for part in parsed(small).walk()]
        return [bytes(bodies[key]) for key in keys if key]

    def test_they_are_kept_as_they_were_sent(self):
        for inner in ODD:
            with self.subTest(inner):
                part = attached(inner)
                self.assertEqual(self.bodies(mail(multi("mixed", plain("x"), part))), [inner])
                self.assertEqual(self.bodies(mail(multi("mixed", part, plain("x"), part))), [inner, inner])
                nested = multi("mixed", multi("related", part), multi("digest", b"\r\n" + inner))
                self.assertEqual(self.bodies(mail(nested)), [inner, inner])

    def test_one_in_another_is_no_file_of_its_own(self):
        inner = mail(multi("mixed", plain("x"), attached(ODD[0])))
        self.assertEqual(self.bodies(mail(multi("mixed", attached(inner), plain("y")))), [inner])

    def test_a_part_that_is_never_closed_ends_with_the_email(self):
        raw = mail(
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + attached(b"Subject: x\r\n\r\nto the end")
        )
        self.assertEqual(self.bodies(raw), [b"Subject: x\r\n\r\nto the end"])

    def test_a_whole_email_that_is_another_one(self):
        self.assertEqual(self.bodies(mail(attached(ODD[0]))), [ODD[0]])

    def test_the_parser_still_sees_them(self):
        """A bounce is recognised by the email in it."""
        raw = mail(multi("report", plain("x"), attached(b"Message-ID: <a@b>\r\n\r\nx")))
        small, _bodies = large_bodies.detach(raw, raw)
        [_text, returned] = parsed(small).iter_parts()
        self.assertEqual(returned.get_payload()[0]["Message-ID"], "<a@b>")

    def test_an_email_without_is_not_touched(self):
        raw = mail(multi("mixed", plain("x")))
        self.assertEqual(large_bodies.detach(raw, raw), (raw, {}))

    def test_a_large_one(self):
        inner = b"Subject: x\r\n\r\n" + b"x\r\n" * 1_000_000
        self.assertEqual(self.bodies(mail(multi("mixed", plain("x"), attached(inner))))[0], inner)


class TestLargeBodies(unittest.TestCase):
    def read(self, raw, large):
        with mock.patch.object(large_bodies, "LARGE", large), mock.patch.object(large_bodies, "HEAD", KEPT):
            return large_bodies.detach(raw), read(raw)

    def test_every_body_is_read_as_it_would_have_been_without(self):
        for name, part in PARTS.items():
            raw = parted_mail([b"\r\nHello", part, b"\r\nend"])
            with self.subTest(name):
                (small, bodies), found = self.read(raw, LARGE)
                self.assertTrue(bodies)
                self.assertLess(len(small), LARGE)
                _detached, whole = self.read(raw, 10**9)
                self.assertTrue(found.body == whole.body)
                self.assertEqual([one.name for one in found.files], [one.name for one in whole.files])
                for one, other in zip(found.files, whole.files, strict=True):
                    self.assertTrue(one.content.rstrip(b"\r\n") == other.content.rstrip(b"\r\n"))

    def test_more_is_kept_than_is_shown_of_a_text(self):
        self.assertGreater(large_bodies.HEAD, bounded_text.MAX_TEXT)
        self.assertGreater(KEPT, bounded_text.MAX_TEXT)
