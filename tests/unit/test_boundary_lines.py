"""Boundaries that are written twice, closed too early or unreadable hide no words and no files."""

import time
import unittest

from mail_builder import HEAD, words
from payload_reader import read

from tools.inbound import sanitize

PDF = b"%PDF-1.4 \xff"
FILE = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQg/w==\r\n"
TEXT = b"Content-Type: text/plain\r\n\r\nHello\r\n"
PAGE = b"Content-Type: text/html\r\n\r\n<p>Hello</p>\r\n"


def parts(boundary, *bodies):
    mark = b"--" + boundary
    return b"".join(mark + b"\r\n" + one for one in bodies) + mark + b"--\r\n"


def multipart(kind, boundary, *bodies):
    return b"Content-Type: multipart/%s; boundary=%s\r\n\r\n" % (kind, boundary) + parts(boundary, *bodies)


MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


class TestBoundaryLines(unittest.TestCase):
    def assert_split(self, raw, text="Hello", names=("a.pdf",)):
        for written in (raw, raw.replace(b"\r\n", b"\n")):
            found = read(written)
            self.assertEqual(words(found.body), text)
            self.assertEqual([file.name for file in found.files], [*names])
            self.assertEqual([file.content for file in found.files if file.name == "a.pdf"], [PDF])
            sanitized = sanitize.sanitize(written)
            self.assertIn("Content-Type rewritten", list(map(str, sanitized.notes)))
            self.assertFalse(sanitize.sanitize(sanitized.raw).notes, "it needs no second repair")

    def test_one_boundary_for_a_multipart_and_one_inside_of_it(self):
        both, image = (TEXT, PAGE), b"Content-Type: image/png; name=i.png\r\n\r\nx\r\n"
        alternative = multipart(b"alternative", b"b", *both)
        related = multipart(b"related", b'"b"', alternative).replace(b'--"b"', b"--b")
        related = related.replace(b"--b--\r\n--b--", b"--b--\r\n--b\r\n" + image + b"--b--")
        open_one, whole = alternative.removesuffix(b"--b--\r\n"), MIXED + parts(b"b", alternative, FILE)
        for name, raw, names in (
            ("alternative", whole, ["a.pdf"]),
            ("the file comes first", MIXED + parts(b"b", FILE, alternative), ["a.pdf"]),
            ("three", MIXED + parts(b"b", related, FILE), ["i.png", "a.pdf"]),
            ("the inner one is not closed", MIXED + parts(b"b", open_one, FILE), ["a.pdf"]),
            ("the outer one is not closed", whole.removesuffix(b"--b--\r\n"), ["a.pdf"]),
        ):
            with self.subTest(name):
                self.assert_split(raw, names=names)

    def test_an_attached_email_with_the_boundary_of_the_one_around_it(self):
        attached = b"Content-Type: message/rfc822\r\n\r\nSubject: Offer\r\n" + multipart(b"mixed", b"b", TEXT, FILE)
        found = read(MIXED + parts(b"b", b"Content-Type: text/plain\r\n\r\nMine\r\n", attached))
        self.assertEqual(words(found.body), "Mine")
        self.assertEqual([file.name for file in found.files], ["Offer.eml"])
        self.assertIn(b"JVBERi0xLjQg/w==", found.files[0].content)

    def test_parts_below_the_last_line(self):
        for name, raw, text in (
            ("closed after the text", MIXED + parts(b"b", TEXT) + parts(b"b", FILE), "Hello"),
            ("closed before all", MIXED + b"--b--\r\n\r\n" + parts(b"b", TEXT, FILE), "Hello"),
            ("closed twice", MIXED + parts(b"b", TEXT) + parts(b"b", PAGE) + parts(b"b", FILE), "Hello Hello"),
            ("with words", MIXED + parts(b"b", TEXT) + b"Scan: fine\r\n" + parts(b"b", FILE), "Hello Scan: fine"),
        ):
            with self.subTest(name):
                self.assert_split(raw, text)

    def test_boundaries_that_no_parser_reads(self):
        for boundary in ("=_grün".encode(), b"=_gr\xfcn", b"a\\b", b"b ", b" b", b"=?utf-8?Q?b?="):
            with self.subTest(boundary):
                raw = HEAD + b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n' % boundary
                self.assert_split(raw + parts(boundary, TEXT, FILE))

    def test_what_is_right_is_not_touched(self):
        siblings = [multipart(b"alternative", b"c", TEXT, PAGE), multipart(b"mixed", b"c", FILE)]
        for name, raw in (
            ("siblings", MIXED + parts(b"b", *siblings)),
            ("one begins like the other", MIXED + parts(b"b", multipart(b"alternative", b"b1", TEXT), FILE)),
            ("escaped", HEAD + b'Content-Type: multipart/mixed; boundary="a\\\\b"\r\n\r\n' + parts(b"a\\b", TEXT)),
            ("a text", MIXED + parts(b"b", b"\r\nContent-Type: multipart/x; boundary=c\r\n\r\n--c\r\n")),
            ("a quotation below the end", MIXED + parts(b"b", TEXT) + b"--b\r\nno header\r\n"),
        ):
            with self.subTest(name):
                self.assertEqual(sanitize.sanitize(raw).raw, raw)

    def test_hostile_lines_take_no_time(self):
        header = b"Content-Type: multipart/mixed; boundary=b\r\n"
        for name, text in (
            ("headers", header * 100_000),
            ("headers and lines", (header + b"--b\r\n" + header + b"--b--\r\n") * 20_000),
            ("ends", b"--b--\r\n--b\r\nContent-Type: x\r\n" * 30_000),
            ("folded", b"Content-Type: multipart/mixed;" + b"\r\n " * 500_000),
            ("names", b"".join(b"Content-Type: multipart/x; boundary=%d\r\n--%d\r\n" % (n, n) for n in range(50_000))),
        ):
            with self.subTest(name):
                begun = time.process_time()
                sanitize.sanitize(MIXED + text)
                self.assertLess(time.process_time() - begun, 3)
