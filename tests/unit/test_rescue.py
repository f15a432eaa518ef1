"""What is left of an email that cannot be processed."""

import unittest

from mail_builder import attached, mail, multi, plain
from payload_reader import parsed

from tools.inbound import rescue

HEADERS = (
    "In-Reply-To: <t@acme.example>",
    "Auto-Submitted: auto-replied",
    "X-Thing: y",
    "Date: 1 Jan 2026 00:00:00 +0000",
)


class TestRescue(unittest.TestCase):
    def test_headers_are_kept_and_nothing_else(self):
        for part in (
            plain("words"),
            multi("mixed", plain("words"), attached(b"Subject: z\r\n\r\nwords")),
            b"words",
            b"",
        ):
            for is_strict in (False, True):
                with self.subTest(part, is_strict=is_strict):
                    message = parsed(rescue.headers_only(mail(part, *HEADERS), is_strict))
                    self.assertEqual(message["From"], "Kim Gast <kim@gast.example>")
                    self.assertEqual((message["Subject"], message["In-Reply-To"]), ("x", "<t@acme.example>"))
                    self.assertEqual(message["Auto-Submitted"], "auto-replied")
                    self.assertEqual("X-Thing" in message, not is_strict)
                    self.assertEqual((message.get_content_type(), message.get_content().strip()), ("text/plain", ""))
                    self.assertEqual(message.as_bytes().count(b"\nContent-Type"), 1)

    def test_of_broken_headers_something_is_left(self):
        for raw in (
            b"From: a@b.example\nSubject: =?x?\nMessage-ID: <[>\nContent-Type: (((\n\nx",
            b"\xef\xbb\xbf\nFrom: a@b.example\n\nx",
            b"From: a@b.example\nno header at all\n",
            b"From: a@b.example",
            b"From: a@b.example\r\nTo: " + b"(" * 5_000 + b"\r\n\r\n",
        ):
            with self.subTest(raw[:50]):
                self.assertEqual(parsed(rescue.headers_only(raw))["From"], "a@b.example")

    def test_of_an_oversized_one_only_what_is_needed_is_left(self):
        people = b"To: " + b"a@b.example, " * 3_000 + b"c@d.example\n"
        for headers, has_others in (
            (b"X: y\n" * 2_000, False),
            (b"X: " + b"y" * 600_000 + b"\n", True),
            (people, False),
        ):
            with self.subTest(headers[:20]):
                raw = b"From: a@b.example\n" + headers
                self.assertEqual(bool(rescue.headers_only(raw)), has_others)
                message = parsed(rescue.headers_only(raw, is_strict=True))
                self.assertEqual((message["From"], message["To"]), ("a@b.example", None))

    def test_of_an_empty_one_nothing_is_left(self):
        for raw in (b"", b"\r\n", b"X: y\n" * 2_000 + b"From: a@b.example\n"):
            self.assertEqual(rescue.headers_only(raw, is_strict=True), b"")

    def test_a_report_is_no_persons(self):
        self.assertTrue(rescue.is_report(parsed(mail(multi("report", plain("x"))))))
        self.assertFalse(rescue.is_report(parsed(mail(multi("mixed", plain("x"))))))
