"""What a notification says about replying to it does not reach the customer in a quotation."""

import unittest

from tools.outbound import answer_hint

HINT = "You may reply to this email: it's the customer who gets <it> & more."
HTML = "You may reply to this email: it&#39;s the customer who gets &lt;it&gt; &amp; more."


class TestAnswerHint(unittest.TestCase):
    def test_it_is_removed_however_it_is_quoted(self):
        for before, after in (
            (f"<p>{HTML}</p>", "<p></p>"),
            (f"<p>Hi</p><i>{HTML.replace(chr(32) + chr(116), chr(10) + chr(116))}</i>", "<p>Hi</p><i></i>"),
            (HTML.replace(" the", "<br/>&gt; the"), ""),
            (HTML.replace(" the", "<br>&gt;&nbsp;the"), ""),
            (HTML.replace(" the", '<br data-o-mail-quote="1">&gt; the'), ""),
            (HTML.replace("&#39;", "&#x27;"), ""),
            (HTML.replace("&#39;", "'"), ""),
            (HTML.replace(" email", " <span>email</span>").replace("email</span>:", "email:</span>"), ""),
            ("You may reply to this email, Jane.", "You may reply to this email, Jane."),
            ("", ""),
        ):
            with self.subTest(before):
                self.assertEqual(answer_hint.without(before, {HINT, ""}), after)

    def test_of_two_texts_the_longer_one_goes_first(self):
        texts = ["Reply here,", "Reply here, not there"]
        self.assertEqual(answer_hint.without("<p>Reply here, not there</p>", texts), "<p></p>")
