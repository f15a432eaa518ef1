"""Attached emails and large bodies are kept beside an email, byte by byte."""

import unittest

from mail_builder import attached, mail, multi, plain
from payload_reader import parsed

from tools.email.mime_text import BODY_HEADER
from tools.inbound import large_bodies, sanitize

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
