"""Words below the end of an HTML document are shown, and its title, which no email program shows, is not."""

import time
import unittest

from mail_builder import HEAD, mail, page, words
from payload_reader import parsed, read

from tools.email import html_document, mime_text

OLD = "<html><head><title>x</title></head><body><p>Old</p></body></html>"


class TestHtmlDocument(unittest.TestCase):
    def test_words_below_the_end(self):
        for source, expected in (
            ("<html><body><p>New</p></body></html>\nFooter", "New Footer"),
            ("<html><body>New</body></html><p>Footer</p>", "New Footer"),
            ("<HTML><BODY><P>New</P></BODY></HTML >\r\n<p>Footer", "New Footer"),
            ("<p>New</p></body></html>Footer", "New Footer"),
            (f"<html><body><p>New</p></body></html>{OLD}", "New Old"),
            (f"<html><body><p>New</p></body></html>\r\n<!DOCTYPE html>\r\n{OLD}\r\n<p>Footer", "New Old Footer"),
            ("<html><body><p>New</p></body><p>Footer</p></html>", "New Footer"),
            ("<html><body>New</body></html>Footer<!-- scanned -->", "New Footer"),
        ):
            with self.subTest(source):
                self.assertEqual(words(read(mail(page(source))).body), expected)
                self.assertEqual(mime_text.body_text(parsed(mail(page(source)))).split(), expected.split())

    def test_a_title_is_not_shown(self):
        for source in (
            "<html><head><title>Untitled</title></head><body><p>New</p></body></html>",
            '<title lang="en">\nUn\n</title ><p>New</p>',
            "<p>New</p><!DOCTYPE html><html><head><TITLE>x</TITLE></head></html>",
        ):
            with self.subTest(source):
                self.assertEqual(words(read(mail(page(source))).body), "New")

    def test_what_is_ordinary_stays(self):
        for source in (
            "<html><body><p>New</p></body></html>",
            "<html><body><p>New</p></body>\r\n\r\n</html>\r\n <!-- by a program --> ",
            "<p>a</p>",
            "words",
        ):
            with self.subTest(source):
                self.assertEqual(html_document.joined(source), source)

    def test_hostile_ends_take_no_time(self):
        for source in ("</html>" * 100_000, "</html>" + "\n" * 500_000 + "x", "<title>" * 100_000, "</body" * 100_000):
            with self.subTest(source[:20]):
                begun = time.process_time()
                html_document.joined(source)
                self.assertLess(time.process_time() - begun, 1)

    def test_an_email_that_is_only_a_title_has_no_words(self):
        self.assertEqual(words(read(HEAD + b"Content-Type: text/html\r\n\r\n<title>x</title>").body), "")
