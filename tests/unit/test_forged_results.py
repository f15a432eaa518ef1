"""The trusted server removes forged results by its name: one that it did not recognise must not count here."""

import unittest

from payload_reader import parsed

from tools.inbound import sanitize, sender_authentication

RESULTS = b"mx.example.com; dmarc=pass header.from=acme.example"


class TestForgedResults(unittest.TestCase):
    def test_bytes_that_nobody_sees_make_no_trusted_server(self):
        for value, passed in (
            (RESULTS, True),
            (RESULTS.replace(b"mx", b"MX"), True),
            (RESULTS.replace(b".com;", b".com 1;"), True),
            (RESULTS.replace(b".com;", b".com (a comment);"), True),
            (b"\r\n " + RESULTS, True),
            (b"\x1b$B\x1b(B" + RESULTS, False),
            (RESULTS.replace(b"mx", b"m\x1b$B\x1b(Bx"), False),
            (RESULTS.replace(b"mx", b"m\x00x"), False),
            (RESULTS.replace(b"mx", "m\u00adx".encode()), False),
            (RESULTS.replace(b"mx", b"m\r\n x"), False),
            (RESULTS.replace(b"mx", "ｍx".encode()), False),
        ):
            with self.subTest(value):
                raw = b"Authentication-Results: " + value + b"\r\nFrom: agent@acme.example\r\n\r\nx\r\n"
                message = parsed(sanitize.sanitize(raw).raw)
                found = sender_authentication.authenticate(message, "mx.example.com", "agent@acme.example")
                self.assertEqual(bool(found), passed, found.reason)
