"""Bombs are refused, broken emails are repaired, everything else passes byte for byte."""

import email
import email.policy
import time
import unittest
from pathlib import Path
from unittest.mock import patch

from tools.inbound import identities, sanitize, sanitize_headers

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "mail"
FROM = b"From: Jane Doe <jane@customer.example>\n"


def parse(raw):
    """As Odoo parses it."""
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


def nested(depth, kind=b"multipart/mixed"):
    heads = (b"Content-Type: %s; boundary=b%d\n\n--b%d\n" % (kind, level, level) for level in range(depth))
    return FROM + b"".join(heads) + b"\ntext\n"


def many(count, part=b"--b\n\nx\n"):
    return FROM + b"Content-Type: multipart/mixed; boundary=b\n\n" + part * count + b"--b--\n"


class Counted:
    """A pattern that counts how often it is asked."""

    def __init__(self, pattern):
        self.pattern, self.matches = pattern, 0

    def match(self, *arguments):
        self.matches += 1
        return self.pattern.match(*arguments)

    def findall(self, *arguments):
        found = self.pattern.findall(*arguments)
        self.matches += len(found)
        return found


class TestPasses(unittest.TestCase):
    def test_an_ordinary_email_is_not_touched(self):
        for raw in (
            (FIXTURES / "new_ticket.eml").read_bytes(),
            (FIXTURES / "nested_multipart.eml").read_bytes().replace(b"\n", b"\r\n"),
            FROM + b"\n",
            FROM,
            b"no header at all\n",
            FROM + b"X-Long: " + b"x" * 100_000 + b"\n\n",
            FROM + b"Subject: " + b"word " * 2_000 + b"\n\n",
            FROM + b"To: undisclosed-recipients:;\n\n",
            FROM + b"To: \n\n",
            FROM + b"Message-ID: no-brackets\n\n",
            FROM + b"Message-ID:\n\n",
            FROM + b"Content-Type: text/plain; charset=ISO-8859-2\n\n\xe1\n",
            FROM + b"Content-Type: multipart/mixed\n\nno boundary\n",
            FROM + b"Subject: \xc5\xbdlu\xc5\xa5\n\n",
            b"From jane Mon Nov  2 09:15:00 2026\n" + FROM + b"\n--\nsignature\n",
            many(3, b"--b\nContent-Type: application/octet-stream\n\n\xff\x00\xfe\n"),
            nested(sanitize.MAX_DEPTH),
            many(sanitize.MAX_PARTS - 1),
            FROM + b"X: y\n" * (sanitize.MAX_HEADERS - 1) + b"\n",
            # siblings are not nested
            many(100, b"--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n"),
            many(100, b"--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n"),
            many(100, b"--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nnever closed\n"),
            # what is quoted in a text is no structure
            FROM + b"\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 100,
            # fields of a delivery report are no headers
            many(1, b"--b\nContent-Type: message/delivery-status\n\nContent-Type: multipart/mixed; boundary=c\n\n" * 1),
        ):
            with self.subTest(raw[:80]):
                sanitized = sanitize.sanitize(raw)
                self.assertEqual((sanitized.raw, sanitized.notes, sanitized.refusal), (raw, (), ""))

    def test_1000_recipients_and_25_mb(self):
        people = b", ".join(b"Person %d <p%d@customer.example>" % (number, number) for number in range(1_000))
        sanitized = sanitize.sanitize(FROM + b"To: " + people + b"\n\nx")
        self.assertEqual((sanitized.notes, sanitized.refusal), (("To rewritten",), ""))
        to = parse(sanitized.raw)["To"].addresses
        self.assertEqual((len(to), str(to[999])), (1_000, "Person 999 <p999@customer.example>"))

        part = (
            b"--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
            + (b"A" * 76 + b"\r\n") * 440_000
        )
        started = time.process_time()
        self.assertEqual(sanitize.sanitize(many(1, part)).refusal, "")
        self.assertLess(time.process_time() - started, 5)


class TestRefusals(unittest.TestCase):
    def test_oversized_emails_are_refused(self):
        for raw, reason in (
            (b"", "empty"),
            (b" \r\n\n", "empty"),
            (FROM + b"\n" + b"x" * sanitize.MAX_BYTES, "more than 50,000,000"),
            (nested(sanitize.MAX_DEPTH + 1), "nested more than 30 deep"),
            (nested(500), "nested more than 30 deep"),
            (nested(100, b"multipart/digest"), "nested more than 30 deep"),
            (FROM + b"Content-Type: message/rfc822\n\n" * 100, "nested more than 30 deep"),
            (nested(40).replace(b"\n", b"\r"), "nested more than 30 deep"),
            (nested(40, b"=?us-ascii?q?multipart/mixed?="), "nested more than 30 deep"),
            (nested(40).replace(b"boundary=", b"boundary*0="), "nested more than 30 deep"),
            (many(sanitize.MAX_PARTS), "more than 500 parts"),
            (many(100_000), "more than 500 parts"),
            (FROM + b"X: y\n" * sanitize.MAX_HEADERS + b"\n", "more than 1,000 headers"),
            (many(1, b"--b\n" + b"X: y\n" * 2_000 + b"\nx\n"), "more than 1,000 headers"),
            (FROM + b"X: y\n" * 2_000, "more than 1,000 headers"),
            (FROM + b"X: y\n" + b" y\n" * 200_000, "more than 500,000 bytes of headers"),
            (b"X\x00: y\n" * 100_000 + b"\n", "more than 500,000 bytes of headers"),
            (FROM + b"X: " + b"y" * sanitize.MAX_HEADER_BYTES + b"\n\n", "bytes of headers"),
            (FROM + b"To: " + b"a@b.example,\n " * 3_000 + b"\n\n", "about 3,000 recipients"),
            (FROM + b"To: a@b.example\n" * 900 + b"Cc: " + b"a," * 3_000 + b"\n\n", "about 3,000 recipients"),
            (FROM + b"Bcc: " + b"a@b.example, " * 100_000 + b"\n\n", "bytes of headers"),
        ):
            with self.subTest(reason=reason, raw=raw[:60]):
                started = time.process_time()
                sanitized = sanitize.sanitize(raw)
                self.assertIn(reason, sanitized.refusal)
                self.assertEqual(sanitized.notes, ())
                self.assertLess(time.process_time() - started, 2)

    def test_oversized_headers_are_read_no_further_than_the_limit(self):
        for oversized in (b"a:\r\n", b" \r\n", b"X: " + b"y" * 70_000 + b"\n"):
            looked_at = []
            for size in (1_000_000, 4_000_000):
                raw = FROM + oversized * (size // len(oversized))
                with patch.object(sanitize, "LINE", Counted(sanitize.LINE)) as lines:
                    self.assertIn("more than", sanitize.sanitize(raw).refusal)
                    self.assertTrue(identities.identify(raw).content)
                looked_at.append(lines.matches)
            with self.subTest(oversized[:10]):
                self.assertEqual(*looked_at)

    def test_two_oversized_emails_have_two_identities(self):
        for oversized in (b"X: y\n" * 2_000 + b"X: %d\n", b"X: " + b"y" * sanitize.MAX_HEADER_BYTES + b"%d\n"):
            with self.subTest(oversized[:10]):
                first, second = (identities.identify(FROM + oversized % number) for number in range(2))
                self.assertEqual(first.sender, "jane@customer.example")
                self.assertNotEqual(first, second)

    def test_a_refused_email_is_kept_as_it_came(self):
        raw = b"\xef\xbb\xbf" + nested(100)
        self.assertEqual(sanitize.sanitize(raw).raw, raw)

    def test_the_limit_is_the_callers(self):
        self.assertIn("more than 10", sanitize.sanitize(FROM + b"\n", max_bytes=10).refusal)


class TestMending(unittest.TestCase):
    def test_headers_that_would_raise_or_take_minutes(self):
        for name, value, expected in (
            # name, as it came, as Odoo sees it (None: not at all)
            ("Date", b"Mon, 99 Nov 99999999999 00:00:00 +0000", None),
            ("Date", b"1 Jan 2020 00:00:00 +99999999999999999", None),
            ("Date", b"(" * 300, None),
            ("Message-ID", b"<[>", "<79e619f6361bdfa8705fa53c1a0214243bfe399a@hashed.invalid>"),
            ("Message-ID", b"<a b@c.example>", "<ab@c.example>"),
            ("Message-ID", b"<a:b@c.example>", "<93e0c0af8365401c93994845726ab5c025072fd9@hashed.invalid>"),
            ("Message-ID", b"<a@b.example> (added by mx)", "<a@b.example>"),
            ("Message-ID", b"<" + b"x" * 500 + b"@c.example>", "<"),
            ("Message-ID", b"<" + b"x" * 487 + b"@c.example>", "<xxx"),
            ("Subject", b"=?unicode_escape?q?=5Cud800?=", "\\ud800"),
            ("Subject", b"=?utf-8?q?a=00b?=", "ab"),
            ("Subject", b"=?utf-8?q?=00?=", None),
            ("Subject", b"\x8eiv\xfd", "Živý"),
            ("Subject", b"word " * 20_000, "word word"),
            ("Subject", b"x" * 70_000, "xxx"),
            ("From", b"=?utf-8?q?a=00b?= <a@b.example>", "ab <a@b.example>"),
            ("From", b"Jane <jane@b.example>, Jane<", "Jane <jane@b.example>"),
            ("From", b"\x8eofie <z@b.example>", "Žofie <z@b.example>"),
            ("From", b'"J \\"Q\\" D" <j@b.example>, a<', '"J \\"Q\\" D" <j@b.example>'),
            ("To", b"=?utf-8?q?=00?=", None),
            ("To", b"(a)" * 30_000, None),
            ("To", b"(a)" * 600 + b"jane@b.example", "a a a a"),
            ("To", b'"' * 3_001, None),
            ("Cc", b"\\" * 3_000 + b", jane@b.example", "jane@b.example"),
            ("Resent-To", b'"', None),
            ("Content-Type", b"text/html; " + b"a=b;" * 20_000, "text/html"),
            ("Content-Type", b"application/zip; name*0*=idna''a..b", "application/zip"),
            ("Content-Type", b"application/zip; name*0*=utf-8''a%00b", "application/zip"),
            ("Content-Type", b"(" * 100 + b"nothing", "application/octet-stream"),
            ("Content-Disposition", b"attachment; filename*0*=idna''a..b", "attachment"),
            ("Content-Transfer-Encoding", b"(" * 100, None),
            ("MIME-Version", b"(" * 100, None),
            ("In-Reply-To", b"<" + b"x" * 600 + b"@c.example>", "<"),
        ):
            with self.subTest(name=name, value=value[:40]):
                raw = name.encode() + b": " + value + b"\nX-Next: untouched\n\nbody\n"
                sanitized = sanitize.sanitize(raw)
                message = parse(sanitized.raw)
                seen = message.get(name)
                self.assertEqual(sanitized.refusal, "")
                if expected is None:
                    self.assertIsNone(seen)
                    self.assertIn(f"{name} renamed: it cannot be read", sanitized.notes)
                else:
                    self.assertTrue(seen.startswith(expected), seen[:80])
                    self.assertLess(len(seen), 65_000)
                self.assertEqual(message["X-Next"], "untouched")
                self.assertTrue(sanitized.raw.endswith(b"\n\nbody\n"))

    def test_a_boundary_survives_what_surrounds_it(self):
        for boundary in (b"b", b'"b"'):
            with self.subTest(boundary):
                head = b"Content-Type: multipart/mixed; boundary=" + boundary + b"; " + b"a=b;" * 1_000
                sanitized = sanitize.sanitize(FROM + head + b"\n\n--b\nContent-Type: text/plain\n\none\n--b--\n")
                self.assertEqual(sanitized.notes, ("Content-Type rewritten",))
                self.assertEqual(len(parse(sanitized.raw).get_payload()), 1)

    def test_replaced_ids_stay_the_same_thread(self):
        for replaced in (
            b"<" + b"x" * 400 + b"\r\n " + b"y" * 400 + b"@c.example>",
            b"<a:b@c.example>",
            b"<a b@c.example>",
        ):
            with self.subTest(replaced[:20]):
                raw = FROM + b"Message-ID: " + replaced + b"\nReferences: <a@b.example>\n " + replaced + b"\n\n"
                message = parse(sanitize.sanitize(raw).raw)
                references = "".join(message["References"].split())  # as Odoo does
                self.assertEqual(references, f"<a@b.example>{message['Message-ID']}")

    def test_thousands_of_references(self):
        ids = [f"<{number}@b.example>" for number in range(10_000)]
        message = parse(sanitize.sanitize(FROM + b"References: " + "\n ".join(ids).encode() + b"\n\n").raw)
        self.assertEqual(message["References"].split(), ids[-sanitize_headers.MAX_REFERENCES :])

    def test_ours_is_kept_among_thousands_of_references(self):
        ours = "<1.2-openerp-42-helpdesk.ticket@odoo.example>"
        others = [f"<{number}-{'x' * 20}@y.example>" for number in range(3000)]
        for place in (0, 1500, 2990, 3000):
            for separator in (" ", ",", "\r\n "):
                with self.subTest(place=place, separator=separator):
                    listed = separator.join([*others[:place], ours, *others[place:]])
                    sanitized = sanitize.sanitize(f"References: {listed}\r\n\r\nx".encode())
                    kept = parse(sanitized.raw)["References"]
                    self.assertIn(ours, kept)
                    self.assertIn(others[-1], kept)
                    self.assertLess(len(kept), 10_000)

    def test_references_with_what_cannot_be_kept(self):
        message = parse(sanitize.sanitize(FROM + b"References: =?utf-8?q?=00?= <a@b.example>\n\n").raw)
        self.assertEqual(message["References"], "<a@b.example>")

    def test_what_hides_the_headers(self):
        for raw, note in (
            (b"\xef\xbb\xbf" + FROM + b"\nx\n", "bytes before the first header removed"),
            (b"\r\n\r\n" + FROM + b"\nx\n", "bytes before the first header removed"),
            (FROM.replace(b"J", b"\x00J") + b"\nx\n", "NUL bytes removed from From"),
        ):
            with self.subTest(raw[:20]):
                sanitized = sanitize.sanitize(raw)
                self.assertEqual((sanitized.notes, sanitized.raw), ((note,), FROM + b"\nx\n"))

    def test_names_with_nul_bytes_are_no_names(self):
        raw = b"Authen\x00tication-Results: mx; a=b\n" + FROM + b"\x00 more\nT\x00o: x@y.example\nSubject: z\n\nx\n"
        sanitized = sanitize.sanitize(raw)
        self.assertEqual(sanitized.notes, ("headers with NUL bytes in their names renamed",))
        message = parse(sanitized.raw)
        self.assertEqual(message.keys(), ["X-Unreadable-Authentication-Results", "From", "X-Unreadable-To", "Subject"])

    def test_authentication_results_with_nul_bytes_do_not_count(self):
        sanitized = sanitize.sanitize(b"Authentication-Results: mx.exam\x00ple.com; dmarc=pass\n" + FROM + b"\n")
        self.assertIsNone(parse(sanitized.raw)["Authentication-Results"])
        self.assertEqual(sanitized.notes, ("Authentication-Results renamed: it cannot be read",))

    def test_nul_bytes_in_a_part(self):
        sanitized = sanitize.sanitize(many(1, b"--b\nContent-Type: text/pl\x00ain\nX: \x00y\n\nx\x00\n"))
        self.assertEqual(sanitized.raw, many(1, b"--b\nContent-Type: text/plain\nX: y\n\nx\x00\n"))
        self.assertEqual(sanitized.notes, ("NUL bytes removed from Content-Type", "NUL bytes removed from X"))

    def test_charsets(self):
        for head, body, text, note in (
            ("text/plain; charset=x-unknown", "Žluť".encode(), "Žluť", "text in x-unknown read as utf-8"),
            ("text/plain; charset=rot13; format=flowed", b"abc", "abc", "text in rot13 read as utf-8"),
            ("text/html; charset=us-ascii", "Žluť".encode(), "Žluť", "text in us-ascii read as utf-8"),
            ("text/plain", "été".encode("cp1252"), "été", "text without a charset read as cp1252"),
            ('text/plain; charset=""; x=y', b"abc", "abc", "text without a charset read as utf-8"),
            ("text/plain; charset;;[", b"abc", "abc", "text without a charset read as utf-8"),
            ('text/x"; charset="x', "Žluť".encode(), "Žluť", "text without a charset read as utf-8"),
            ('text/html x"; charset="x', "Žluť".encode(), "Žluť", "text without a charset read as utf-8"),
            ("text/plain; charset*=utf-8''x-unknown", b"abc", "abc", "text in x-unknown read as utf-8"),
            (
                "text/plain; charset=iso-8859-8-i",
                "שלום".encode("iso-8859-8"),
                "שלום",
                "text in iso-8859-8-i read as iso8859-8",
            ),
        ):
            with self.subTest(head):
                for raw in (
                    FROM + b"Content-Type: " + head.encode() + b"\n\n" + body + b"\n",
                    many(1, b"--b\nContent-Type: " + head.encode() + b"\n\n" + body + b"\n"),
                ):
                    sanitized = sanitize.sanitize(raw)
                    self.assertEqual(sanitized.notes, (note,))
                    part = [*parse(sanitized.raw).walk()][-1]
                    self.assertEqual(part.get_content().strip(), text)

    def test_text_without_any_header(self):
        raw = many(1, b"--b\n\n" + "Žluť".encode() + b"\n")
        self.assertEqual([*parse(sanitize.sanitize(raw).raw).walk()][-1].get_content().strip(), "Žluť")
        # Here nothing separates a new header from what surrounds it.
        raw = many(1, b"--b\nContent-Type: message/rfc822\n\n\xc5\xbdlu\n")
        self.assertEqual(sanitize.sanitize(raw).raw, raw)

    def test_a_long_text_is_judged_by_its_beginning_and_not_inside_a_character(self):
        text = ("ž" * 37 + "\n").encode() * 20_000
        raw = FROM + b"Content-Type: text/plain; charset=utf-8\n\n" + text
        self.assertEqual(sanitize.sanitize(raw).notes, ())

    def test_encoded_text_is_judged_decoded(self):
        raw = FROM + b"Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: base64\n\nxb1sdcWl\n"
        sanitized = sanitize.sanitize(raw)
        self.assertEqual(sanitized.notes, ("text in us-ascii read as utf-8",))
        self.assertEqual(parse(sanitized.raw).get_content(), "Žluť")
