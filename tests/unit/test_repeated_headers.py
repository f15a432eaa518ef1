"""Of several types or encodings of one part, the one that its body has counts."""

import base64
import unittest

from mail_builder import HEAD, words
from payload_reader import read

FILE = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQg/w==\r\n"
BODY = b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n" + FILE + b"--b--\r\n"
MIXED, OTHER = b'multipart/mixed; boundary="b"', b"multipart/mixed; boundary=other"
QP = "quoted-printable"


class TestRepeatedHeaders(unittest.TestCase):
    def test_the_type_whose_parts_are_there(self):
        for types in (
            [b"text/plain; charset=us-ascii", MIXED],
            [b"text/html", MIXED],
            [MIXED, b"text/plain"],
            [OTHER, MIXED],
            [MIXED, OTHER],
            [b"application/octet-stream", b"text/plain", MIXED],
        ):
            headers = b"".join(b"Content-Type: " + one + b"\r\n" for one in types) + b"\r\n"
            outer = HEAD + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
            for name, raw in (("email", HEAD + headers + BODY), ("part", outer + headers + BODY + b"--o--\r\n")):
                with self.subTest(types, where=name):
                    found = read(raw)
                    self.assertEqual(words(found.body), "Hello")
                    self.assertEqual([(one.name, one.content) for one in found.files], [("a.pdf", b"%PDF-1.4 \xff")])

    def test_of_texts_the_first_one_counts(self):
        raw = HEAD + b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<b>\r\n"
        self.assertEqual(read(raw).body, "<p>&lt;b&gt;</p>")

    def test_the_encoding_that_the_body_has(self):
        coded = base64.encodebytes("Grüße aus Köln und auf Wiedersehen".encode())
        plain, quoted = "Grüße aus Köln".encode(), b"Gr=C3=BC=C3=9Fe a=\r\nus K=C3=B6ln"
        for encodings, body, expected in (
            (["7bit", "base64"], coded, "Grüße aus Köln und auf Wiedersehen"),
            (["base64", "8bit"], coded, "Grüße aus Köln und auf Wiedersehen"),
            (["8bit", QP, "base64"], coded, "Grüße aus Köln und auf Wiedersehen"),
            (["8bit", QP], quoted, "Grüße aus Köln"),
            (["base64", QP], quoted, "Grüße aus Köln"),
            (["8bit", QP], plain, "Grüße aus Köln"),
            (["8bit", "base64"], b"thanks", "thanks"),
            (["8bit", QP], b"a=b and a=3D", "a=b and a=3D"),
            # names that programs write
            (["quotedprintable"], quoted, "Grüße aus Köln"),
            (["quoted_printable"], quoted, "Grüße aus Köln"),
            (["base-64"], coded, "Grüße aus Köln und auf Wiedersehen"),
        ):
            with self.subTest(encodings, body=body):
                headers = "".join(f"Content-Transfer-Encoding: {one}\r\n" for one in encodings).encode()
                raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n" + headers + b"\r\n" + body
                self.assertEqual(words(read(raw).body), expected)

    def test_html_is_no_base64_whatever_its_header_says(self):
        for text in ("<p>Hello</p>", "<p>Hello <b>you</b></p>", '<div dir="ltr">Hello</div>', "Hello<br>you"):
            with self.subTest(text):
                raw = HEAD + b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + text.encode()
                self.assertEqual(read(raw).body.strip(), text)
