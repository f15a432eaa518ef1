"""Raw bytes in headers are in the charset that the email names, however few they are."""

import unittest

from mail_builder import file, mail, multi, page, plain
from payload_reader import parsed, read

from tools.email import mime_text
from tools.inbound import identities, sanitize

#: Texts of a few characters, which no detector can tell.
SHORT = (
    ("gb18030", "报告"),
    ("gb2312", "订单"),
    ("big5", "報告"),
    ("shift_jis", "請求書"),
    ("euc_jp", "プリンタ故障"),
    ("euc_kr", "보고"),
    ("koi8-r", "Счёт"),
    ("cp1251", "Счёт"),
    ("cp1250", "Dotaz č. 5"),
    ("iso8859-7", "Βοήθεια"),
    ("cp1255", "שלום"),
    ("cp874", "รายงาน"),
)


class TestRawHeaders(unittest.TestCase):
    def test_subject_and_names_are_in_the_charset_of_the_text(self):
        for charset, text in SHORT:
            with self.subTest(charset):
                raw = f"From: {text} <kim@gast.example>\r\nSubject: {text}\r\nMessage-ID: <1@x>\r\n".encode(charset)
                sanitized = sanitize.sanitize(raw + plain("Hello", charset=charset))
                message = parsed(sanitized.raw)
                self.assertEqual(mime_text.decode(mime_text.header(message, "Subject")), text)
                self.assertIn(text, mime_text.decode(mime_text.header(message, "From")))
                self.assertEqual(identities.identify(sanitized.raw).subject, text)
                self.assertEqual(message["Subject"], text, "what Odoo reads")
                self.assertIn("Subject rewritten", list(map(str, sanitized.notes)))
                self.assertFalse(sanitize.sanitize(sanitized.raw).notes, "it needs no second repair")

    def test_escape_sequences_of_asian_charsets(self):
        for charset, text in (
            ("iso2022_jp", "報告書の件"),
            ("iso2022_jp", 'プリンタ"A"故障'),
            ("iso2022_kr", "보고서"),
        ):
            with self.subTest(charset, text=text):
                raw = f"Subject: {text}\r\nFrom: {text} <kim@gast.example>\r\nMessage-ID: <1@x>\r\n".encode(charset)
                sanitized = sanitize.sanitize(raw + plain("Hello", charset="us-ascii"))
                self.assertEqual(parsed(sanitized.raw)["Subject"], text, "what Odoo reads")
                self.assertEqual(identities.identify(sanitized.raw).subject, text)
                self.assertIn("Subject rewritten", list(map(str, sanitized.notes)))
                self.assertFalse(sanitize.sanitize(sanitized.raw).notes, "it needs no second repair")

    def test_file_names_are_in_the_charset_of_another_part(self):
        for charset, text in SHORT:
            name = text.replace(" ", "_")
            attached = file("NAME.pdf", b"%PDF-1.4").replace(b"NAME", name.encode(charset))
            for words in (plain("Hello", charset=charset), page(f'<meta charset="{charset}">'.encode())):
                with self.subTest(charset, words=words[:20]):
                    [found] = read(mail(multi("mixed", words, attached))).files
                    self.assertEqual((found.name, found.content), (f"{name}.pdf", b"%PDF-1.4"))

    def test_utf_8_stays_utf_8_whatever_is_named(self):
        for charset, text in SHORT:
            with self.subTest(charset):
                raw = f"Subject: {text}\r\n".encode() + plain("Hello", charset=charset)
                self.assertEqual(sanitize.sanitize(raw).raw, raw)

    def test_a_charset_that_does_not_fit_is_not_taken(self):
        for charset in ("us-ascii", "utf-8", "x-unknown", "utf-16", "hz", "cp037", "cp500", "rot13", "euc_jp"):
            with self.subTest(charset):
                raw = "Subject: Žluťoučký kůň\r\nFrom: k@x.example\r\n".encode("cp1250")
                raw += f"Content-Type: text/plain; charset={charset}\r\n\r\nHello".encode()
                message = parsed(sanitize.sanitize(raw).raw)
                self.assertEqual(mime_text.decode(mime_text.header(message, "Subject")), "Žluťoučký kůň")

    def test_no_charset_makes_a_header_of_a_character(self):
        # In EBCDIC, a % is a line end.
        raw = b"Subject: \xe9%From: boss@acme.example\r\nFrom: k@x.example\r\n"
        raw += b"Content-Type: text/plain; charset=cp037\r\n\r\nx"
        message = parsed(sanitize.sanitize(raw).raw)
        self.assertEqual(mime_text.header_values(message, "From"), ["k@x.example"])

    def test_ids_and_results_keep_their_bytes(self):
        head = (
            "Message-ID: <1@büro>\r\nIn-Reply-To: <2@büro>\r\nAuthentication-Results: mx; dmarc=fäil\r\n"
            'Content-Type: multipart/mixed; boundary="b-ü"\r\n\r\n--b-ü\r\n'
        ).encode("latin-1")
        raw = head + plain("Hello", charset="iso-8859-1") + "\r\n--b-ü--\r\n".encode("latin-1")
        sanitized = sanitize.sanitize(raw).raw
        self.assertIn(head.split(b"\r\n")[2], sanitized)
        utf8 = sanitize.sanitize(raw.replace(b"iso-8859-1", b"utf-8")).raw
        self.assertEqual(identities.identify(sanitized).message_id, identities.identify(utf8).message_id)
