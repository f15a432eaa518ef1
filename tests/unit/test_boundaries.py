"""An email whose parts have another boundary than it says is read as its sender meant it: text and files."""

import time
import unittest

from mail_builder import HEAD, words
from payload_reader import parsed, read

from tools.email import mime_text
from tools.inbound import sanitize

PDF = b"%PDF-1.4 \xff"


def body(boundary, last=b"--"):
    mark = b"--" + boundary
    file = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQg/w==\r\n"
    text = b"Content-Type: text/plain\r\n\r\nHello <b>\r\n"
    return mark + b"\r\n" + text + mark + b"\r\n" + file + mark + last + b"\r\n"


def email_of(kind, boundary, preamble=b""):
    return HEAD + b"Content-Type: " + kind.encode() + b"\r\n\r\n" + preamble + body(boundary)


class TestBoundaries(unittest.TestCase):
    def assert_split(self, raw):
        found = read(raw)
        self.assertEqual(words(found.body), "Hello <b>")
        self.assertEqual([(file.name, file.content) for file in found.files], [("a.pdf", PDF)])
        sanitized = sanitize.sanitize(raw)
        self.assertIn("Content-Type rewritten", list(map(str, sanitized.notes)))
        self.assertFalse(sanitize.sanitize(sanitized.raw).notes, "it needs no second repair")

    def test_quotes_that_are_missing(self):
        for boundary in (
            "----=_NextPart_000_0001",
            "==_Multipart_Boundary_x1x==",
            "b/c?d",
            "b:c",
            "(b)",
            "b@c",
            "--=_1,2",
            "[b]<c>",
        ):
            for kind in ("mixed", "related", "report; report-type=x", "signed; micalg=sha1"):
                with self.subTest(boundary, kind=kind):
                    self.assert_split(email_of(f"multipart/{kind}; boundary={boundary}", boundary.encode()))

    def test_another_boundary_or_none(self):
        for kind, boundary in (
            ("multipart/mixed", b"x"),
            ("multipart/mixed; ;", b"x"),
            ("multipart/mixed; boundary=", b"x"),
            ('multipart/mixed; boundary=""', b"x"),
            ("multipart/mixed; boundary='b'", b"b"),
            ("multipart/mixed; boundary=AbC", b"abc"),
            ("multipart/mixed; boundary=--b", b"b"),
            ('multipart/mixed; boundary="other"', b"=_b 1"),
            ('multipart/mixed; boundary="y z"; charset=utf-8', b"----=_Part"),
            ("multipart/mixed boundary=b", b"b"),
        ):
            for preamble in (b"", b"This is a multi-part message in MIME format.\r\n\r\n", b"-- \r\nx\r\n"):
                with self.subTest(kind, preamble=preamble):
                    self.assert_split(email_of(kind, boundary, preamble))

    def test_other_parameters_stay(self):
        raw = email_of("multipart/report; report-type=delivery-status; boundary=a=b; charset=x", b"a=b")
        message = parsed(sanitize.sanitize(raw).raw)
        self.assertEqual(
            [mime_text.parameter(message, name) for name in ("report-type", "charset")], ["delivery-status", "x"]
        )

    def test_what_is_right_is_not_touched(self):
        for kind, boundary in (
            ('multipart/mixed; boundary="b"', b"b"),
            ("multipart/mixed; boundary=b", b"b"),
            ('multipart/mixed; boundary="b "', b"b"),
            ('multipart/mixed; boundary="----=_x"', b"----=_x"),
            ("multipart/mixed; boundary*0=b; boundary*1=c", b"bc"),
        ):
            for preamble in (b"", b"--other\r\nContent-Type: text/plain\r\n\r\n"):
                with self.subTest(kind, preamble=preamble):
                    raw = email_of(kind, boundary, preamble)
                    self.assertEqual(sanitize.sanitize(raw).raw, raw)
        for text in (b"words", b"--x\r\nwords\r\n--x--\r\n", b"-- \r\nContent: y\r\n"):
            with self.subTest(text):
                raw = HEAD + b"Content-Type: multipart/mixed\r\n\r\n" + text
                self.assertEqual(sanitize.sanitize(raw).raw, raw)
                self.assertEqual(words(read(raw).body), " ".join(text.decode().split()))

    def test_the_parts_around_it_keep_their_boundary(self):
        inner = b"Content-Type: multipart/alternative\r\n\r\nfirst words\r\n"
        raw = HEAD + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n" + inner + body(b"o")
        found = read(raw)
        self.assertEqual(words(found.body), "first words Hello <b>")
        self.assertEqual([file.content for file in found.files], [PDF])

    def test_hostile_text_takes_no_time(self):
        part = b"--o\r\nContent-Type: multipart/mixed; boundary=b=\r\n\r\n"
        for text in (b"--b x\n" * 150_000, b"\n--" * 300_000, (part + b"--b\n" * 500) * 400, b"--" + b"b" * 900_000):
            raw = HEAD + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n" + part + text
            with self.subTest(text[:20]):
                begun = time.process_time()
                sanitize.sanitize(raw)
                self.assertLess(time.process_time() - begun, 2)
