"""A text of an email that has a name, as telephone providers and Exchange give it one."""

import unittest

from mail_builder import file, leaf, mail, multi, page, plain, words
from payload_reader import read

INLINE = 'Content-Disposition: inline; filename="body.txt"'
ATTACHED = 'Content-Disposition: attachment; filename="body.txt"'


class TestNamedTexts(unittest.TestCase):
    def test_the_beginning_is_shown_even_if_a_footer_follows(self):
        footer, pdf = plain("-- \r\nA mailing list"), file("a.pdf", b"%PDF-1.4")
        named = plain("words", INLINE)
        html = leaf('text/html; name="body.htm"', "<p>words</p>")
        for title, parts, shown, files in (
            ("a footer", [named, footer], "words -- A mailing list", ["body.txt"]),
            ("named in its type", [leaf('text/plain; name="b.txt"', "words"), footer], "words --", ["b.txt"]),
            ("HTML", [html, footer], "words -- A mailing list", ["body.htm"]),
            ("a file between", [named, pdf, footer], "words --", ["body.txt", "a.pdf"]),
            ("a container within", [multi("mixed", named, pdf), footer], "words --", ["body.txt", "a.pdf"]),
            ("with pictures", [multi("related", html, pdf), footer], "words --", ["body.htm", "a.pdf"]),
            # a file
            ("it follows the words", [plain("Look:"), named], "Look:", ["body.txt"]),
            ("it is attached", [plain("words", ATTACHED), footer], "-- A mailing", ["body.txt"]),
            ("a log", [plain("words", INLINE.replace(".txt", ".log")), footer], "-- A mailing", ["body.log"]),
            ("no words", [plain("\r\n", INLINE), footer], "-- A mailing", ["body.txt"]),
            ("no text", [plain("%PDF-1.4", INLINE), footer], "-- A mailing", ["body.txt"]),
            ("another rendition", [multi("alternative", named, page("<p>words</p>"))], "words", ["body.txt"]),
        ):
            with self.subTest(title):
                found = read(mail(multi("mixed", *parts)))
                self.assertTrue(words(found.body).startswith(shown), words(found.body))
                self.assertEqual(words(found.body).count("words"), shown.count("words"))
                self.assertEqual([one.name for one in found.files], files)
