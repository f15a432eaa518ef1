"""Headers, charsets and bodies as a reader sees them, also when nothing about them is right."""

import email
import email.policy
import time
import unittest
from email.message import EmailMessage, Message
from unittest import mock

from tools.email import mime_text


def mail(*lines, policy=email.policy.SMTP):
    return email.message_from_bytes("\n".join(lines).encode("utf-8", "surrogateescape"), policy=policy)


class TestHeaders(unittest.TestCase):
    def test_values_come_raw_in_order_and_unfolded(self):
        for policy in (email.policy.SMTP, email.policy.compat32):
            with self.subTest(policy):
                message = mail("X-A: one", "x-a: t\x00wo", "\tthree ", "X-B:", "", "", policy=policy)
                self.assertEqual(mime_text.header_values(message, "X-A"), ["one", "two\tthree"])
                self.assertEqual(mime_text.header(message, "x-a"), "one")
                self.assertEqual(mime_text.header(message, "x-b"), "")
                self.assertEqual(mime_text.header(message, "x-c"), "")

    def test_headers_on_which_the_standard_library_raises(self):
        message = mail("Message-ID: <[>", "Date: 1 Jan 99999999999 00:00:00 +0000", "", "")
        with self.assertRaises(OverflowError):
            message.get("Date")
        self.assertEqual(mime_text.header(message, "message-id"), "<[>")
        self.assertEqual(mime_text.header(message, "date"), "1 Jan 99999999999 00:00:00 +0000")

    def test_an_email_made_by_a_program(self):
        message = EmailMessage()
        message["Subject"] = "Žluťoučký"
        self.assertEqual(mime_text.decode(mime_text.header(message, "Subject")), "Žluťoučký")

    def test_decoding(self):
        for value, expected in (
            ("plain", "plain"),
            ("=?utf-8?Q?Tisk=C3=A1rna_ho=C5=99=C3=AD?=", "Tiskárna hoří"),
            ("=?utf-8?B?xb1sdcWl?=", "Žluť"),
            ("=?iso-8859-2?Q?=AElu=BB?= plain =?windows-1250?Q?=8Elu=9D?=", "Žluť plain Žluť"),
            # white space between encoded words is not shown, other is
            ("=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
            ("=?utf-8?Q?a?= =?us-ascii?Q?b?=", "ab"),
            ("=?utf-8?Q?a?= x =?utf-8?Q?b?=", "a x b"),
            ("(=?utf-8?Q?a?=)", "(a)"),
            # a character cut in two
            ("=?utf-8?Q?=C5?= =?utf-8?Q?=BD?=", "Ž"),
            ("=?utf-8?B?xQ==?= =?utf-8?B?vQ==?=", "Ž"),
            # RFC 2231 section 5
            ("=?utf-8*cs?Q?=C5=BD?=", "Ž"),
            # broken
            ("=?utf-8?Q?with spaces?=", "with spaces"),
            ("=?utf-8?B?xb1sdcW?=", "ŽluÅ"),
            ("=?utf-8?B?xb1s*dcWl?=", "Žluť"),
            ("=?utf-8?B?x?=", ""),
            ("=?utf-8?B?xb1sdcWl", "=?utf-8?B?xb1sdcWl"),
            ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
            ("=?x-unknown?Q?=C5=BD?=", "Ž"),
            ("=?rot13?Q?abc?=", "abc"),
            ("=?unicode_escape?Q?=5Cud800?=", "\\ud800"),
            ("=?utf-7?Q?+2AA-?=", "+2AA-"),
            ("=?utf-8?Q?a=00b=0Ac?=", "a b c".replace("a b", "ab")),
            # unencoded bytes: UTF-8 (RFC 6532), or what old programs mean
            ("\udcc5\udcbdlu\udcc5\udca5", "Žluť"),
            ("\udce9t\udce9", "été"),
            ("half \ud83d a pair", "half \ufffd a pair"),
            ("  much   white\tspace ", "much white space"),
            ("", ""),
            (None, ""),
        ):
            with self.subTest(value):
                self.assertEqual(mime_text.decode(value), expected)


class TestCharsets(unittest.TestCase):
    def test_names(self):
        for name, expected in (
            ("UTF-8", "utf-8"),
            ('"utf-8"', "utf-8"),
            ("windows-1250", "cp1250"),
            ("iso-8859-8-i", "iso8859-8"),
            ("utf-16", "utf-16"),
            ("x-unknown", ""),
            ("rot13", ""),
            ("hex", ""),
            ("idna", ""),
            ("punycode", ""),
            ("unicode_escape", ""),
            ("undefined", ""),
            ("a\x00b", ""),
            ("", ""),
            (None, ""),
        ):
            with self.subTest(name):
                self.assertEqual(mime_text.usable_charset(name), expected)

    def test_what_the_bytes_are_really_in(self):
        for text, encoding, declared, expected in (
            # as declared
            ("hello", "ascii", "us-ascii", "ascii"),
            ("hello", "ascii", "", "utf-8"),
            ("hello", "ascii", "x-unknown", "utf-8"),
            ("Žluť", "utf-8", "utf-8", "utf-8"),
            ("Žluť", "iso-8859-2", "iso-8859-2", "iso8859-2"),
            ("Žluť", "utf-16", "utf-16", "utf-16"),
            ("ž", "utf-7", "utf-7", "utf-7"),
            ("プリンター", "iso-2022-jp", "iso-2022-jp", "iso2022_jp"),
            ("принтер", "koi8-r", "koi8-r", "koi8-r"),
            # lies
            ("Žluť", "utf-8", "us-ascii", "utf-8"),
            ("Žluť", "utf-8", "iso-8859-1", "utf-8"),
            ("Žluť", "utf-8", "windows-1252", "utf-8"),
            ("Šťáva", "cp1250", "iso-8859-2", "cp1250"),
            ("“quoted”", "cp1252", "iso-8859-1", "cp1252"),
            ("été", "cp1252", "us-ascii", "cp1252"),
            ("été", "cp1252", "", "cp1252"),
            ("été", "cp1252", "x-unknown", "cp1252"),
            ("①", "cp932", "shift_jis", "cp932"),
            ("朱镕基", "gb18030", "gb2312", "gb18030"),
            # nothing that is declared fits: the letters tell
            ("Žluť", "iso-8859-2", "utf-8", "iso8859-2"),
        ):
            with self.subTest(text=text, encoding=encoding, declared=declared):
                data = text.encode(encoding)
                self.assertEqual(mime_text.best_charset(data, declared), expected)
                self.assertEqual(mime_text.decode_bytes(data, declared), text)

    def test_what_no_database_keeps_is_left_out(self):
        self.assertEqual(mime_text.decode_bytes(b"a\x00b\x0bc\td\n", "utf-8"), "abc\td\n")
        self.assertEqual(mime_text.decode_bytes(b"form\x0cfeed \xb9", "iso-8859-2"), "formfeed š")


class TestParts(unittest.TestCase):
    def test_content_types(self):
        for line, expected in (
            ("Content-Type: TEXT/HTML; charset=utf-8", ("text", "html")),
            ("Content-Type: text", ("text", "plain")),
            ("Content-Type: a/b/c", ("text", "plain")),
            ("Content-Type:", ("text", "plain")),
            ("X-None: x", ("text", "plain")),
        ):
            with self.subTest(line):
                self.assertEqual(mime_text.content_type(mail(line, "", "")), expected)

    def test_parameters(self):
        for value, name, expected in (
            ('multipart/report; report-type="delivery-status"', "report-type", "delivery-status"),
            ("text/plain; charset*=us-ascii'en'utf-8", "charset", "utf-8"),
            ("text/plain; charset*0=ut; charset*1=f-8", "charset", "utf-8"),
            ("text/plain", "charset", ""),
            ("text/plain; charset*x=y; charset*=''%", "charset", "%"),
            ("text/plain; " + "a=b; " * 20_000, "a", "b"),
        ):
            with self.subTest(value[:40]):
                message = mail(f"Content-Type: {value}", "", "", policy=email.policy.compat32)  # the others: seconds
                self.assertEqual(mime_text.parameter(message, name), expected)

    def test_a_parameter_that_makes_the_standard_library_raise(self):
        with mock.patch.object(Message, "get_param", side_effect=ValueError):
            self.assertEqual(mime_text.parameter(mail("Content-Type: text/plain; a=b", "", ""), "a"), "")

    def test_only_so_many_parts_and_none_of_attached_emails(self):
        lines = ["Content-Type: multipart/mixed; boundary=b", ""]
        lines += ["--b", "Content-Type: message/rfc822", "", "Subject: inner", "", "x"] * 2
        self.assertEqual(len(list(mime_text.parts(mail(*lines)))), 3)
        lines += ["--b", "", "x"] * 300
        self.assertEqual(len(list(mime_text.parts(mail(*lines)))), mime_text.MAX_PARTS)

    def test_an_encoding_that_nobody_knows(self):
        message = mail("Content-Transfer-Encoding: x-unknown", "", "as it is")
        self.assertEqual(mime_text.part_bytes(message), b"as it is")

        class Hostile(Message):
            def get_payload(self, *_arguments, **_options):
                raise IndexError

        self.assertEqual(mime_text.part_bytes(Hostile()), b"")


class TestBodyText(unittest.TestCase):
    def test_the_first_text_with_words(self):
        for lines, expected in (
            (("", "Hello", "you"), "Hello\nyou"),
            (("Content-Type: text/plain; charset=x-unknown", "", "Žluť"), "Žluť"),
            (("Content-Type: text/html", "", "<p>Hello</p>"), "Hello"),
            (("Content-Type: application/pdf", "", "JVBE"), ""),
            (("Content-Type: text/plain", "Content-Disposition: attachment", "", "no"), ""),
            (("Content-Type: multipart/mixed", "", "no boundary"), ""),
            (
                ("Content-Type: multipart/mixed; boundary=b", "", "--b", "", " ", "--b", "", "one", "--b", "", "two"),
                "one",
            ),
        ):
            with self.subTest(lines):
                self.assertEqual(mime_text.body_text(mail(*lines)).strip(), expected)

    def test_line_ends(self):
        message = email.message_from_bytes(b"X: y\r\n\r\none\r\ntwo\rthree\n", policy=email.policy.SMTP)
        self.assertEqual(mime_text.body_text(message), "one\ntwo\nthree\n")

    def test_html_as_lines(self):
        for html, expected in (
            ("<p>one</p><p>two <b>bold</b></p>", "one\n\ntwo bold"),
            ("one<br>two<br/>three", "one\ntwo\nthree"),
            ("<head><title>no</title><style>p{}</style></head><body>yes<script>no</script>!</body>", "yes!"),
            (
                "<table><tr><th>From:</th><td>Jane</td></tr><tr><th>To:</th><td>Joe</td></tr></table>",
                "From: Jane\n\nTo: Joe",
            ),
            ("a<!-- no -->b<?no?>c", "abc"),
            ("5 &lt; 6 &amp; <i>7\n8</i>", "5 < 6 & 7 8"),
            ('<?xml version="1.0" encoding="utf-8"?><p>Žluť</p>', "Žluť"),
            ("<p>a\ud800b</p>", "ab"),
            ("<div>" * 600 + "deep", "deep"),
            ("just words", "just words"),
            ("", ""),
            ("<!-- -->", ""),
        ):
            with self.subTest(html[:40]):
                self.assertEqual(mime_text.html_lines(html), expected)

    def test_a_long_body_is_cut(self):
        started = time.process_time()
        text = mime_text.body_text(mail("Content-Type: text/plain", "", "x" * 3_000_000))
        self.assertEqual(len(text), mime_text.MAX_TEXT)
        self.assertLess(time.process_time() - started, 2)
