"""What was written before is dropped from a copy, and nothing else is."""

import unittest

from lxml import html

from tools.email import quotes

QUOTE = 'data-o-mail-quote="1"'


class TestQuotes(unittest.TestCase):
    def test_what_stands_around_a_quote_stays(self):
        for text, expected in (
            (f"<div>new<p {QUOTE}>old</p>, too</div>", "new, too"),
            (f"<div>new<p {QUOTE}>old<b {QUOTE}>older</b>old</p></div>", "new"),
            (f"<div><p {QUOTE}>old</p>new<p data-o-mail-quote-node='1'>-- </p></div>", "new"),
            ("<div>new <q>word</q></div>", "new word"),
        ):
            with self.subTest(text):
                tree = html.fragment_fromstring(text)
                quotes.drop_quotes(tree)
                self.assertEqual(tree.text_content(), expected)

    def test_an_email_that_is_nothing_but_a_quote_is_shown_whole(self):
        tree = html.fragment_fromstring(f"<div {QUOTE}>old</div>")
        quotes.drop_quotes(tree)
        self.assertEqual(tree.text_content(), "old")

    def test_the_line_above_a_quote_goes_with_it(self):
        for text, expected in (
            ("It burns.\n\nOn Monday, Jane wrote:\n", "It burns."),
            ("Hoří.\nDne 1. 5. 2025 Jana napsala:", "Hoří."),
            ("Jane wrote: it burns.", "Jane wrote: it burns."),
            ("On Monday, Jane wrote:", ""),
            ("I wrote:\nit burns", "I wrote:\nit burns"),
            ("x" * 300 + " wrote:", "x" * 300 + " wrote:"),
        ):
            with self.subTest(text):
                self.assertEqual(quotes.drop_attribution(text), expected)
