"""The Date of an email, as programs write it: what Odoo cannot store, or nobody can have meant, counts as no date."""

import email
import email.policy
import unittest

from dateutil import parser

from tools.email import dates
from tools.inbound import sanitize


def read(value):
    """The year that Odoo stores; "arrival" if it takes the moment of arrival in its place."""
    raw = f"From: jane@customer.example\r\nMessage-ID: <1@a.example>\r\nDate: {value}\r\n\r\nx\r\n"
    found = email.message_from_bytes(sanitize.sanitize(raw.encode()).raw, policy=email.policy.SMTP)["Date"]
    try:
        return parser.parse(found, fuzzy=True).year if found else "arrival"
    except (ValueError, OverflowError):
        return "arrival"


class TestDates(unittest.TestCase):
    def test_the_year_that_is_stored(self):
        for value, expected in (
            ("Mon, 2 Nov 2026 10:00:00 +0100", 2026),
            ("Mon, 2 Nov 2026 10:00:00 +0100 (CET)", 2026),
            ("2 Nov 2026 10:00 GMT", 2026),
            ("Mon, 2 Nov 26 10:00:00 +0000", 2026),
            ("2026-11-02T10:00:00Z", 2026),
            ("Thu, 1 Jan 1970 00:00:00 +0000", 1970),
            ("Tue, 13 Aug 2069 10:00:00 +0000", 2069),
            # years since 1900
            ("Mon, 2 Nov 126 10:00:00 +0000", "arrival"),
            ("Mon, 02 Nov 0126 10:00:00 +0000", "arrival"),
            ("2/11/126 10:00", "arrival"),
            # a date that was never set
            ("Mon, 01 Jan 0001 00:00:00 +0000", "arrival"),
            ("Mon, 01 Jan 0001 00:00:00 +0100", "arrival"),
            ("Mon, 1 Jan 1601 00:00:00 +0000", "arrival"),
            ("Sat, 30 Dec 1899 00:00:00 +0000", "arrival"),
            ("Fri, 31 Dec 9999 23:59:59 +0000", "arrival"),
            ("Fri, 31 Dec 9999 23:59:59 -0500", "arrival"),
            # no date
            ("Mon, 2 Nov 20266 10:00:00 +0000", "arrival"),
            ("Mon, 30 Feb 2026 10:00:00 +0000", "arrival"),
            ("unknown", "arrival"),
        ):
            with self.subTest(value):
                self.assertEqual(read(value), expected)

    def test_what_is_no_date_is_left_to_odoo(self):
        for value in ("", "unknown", "\x00", "9" * 2_000, "(" * 20):
            with self.subTest(value[:20]):
                self.assertTrue(dates.is_storable(value))
