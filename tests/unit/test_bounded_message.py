"""The texts of an email that are too large are bounded, and come back whole as files."""

import base64
import time
import unittest

import hostile_shapes
from mail_builder import leaf, mail, multi, page, plain, words
from payload_reader import parsed, read

from tools.email import bounded_html, bounded_message, bounded_text, payload
from tools.inbound import large_bodies, sanitize


class TestBoundedMessage(unittest.TestCase):
    def test_a_long_text_comes_back_whole_in_utf_8(self):
        text = "žluťoučký " * 50_000
        for charset in ("utf-8", "iso-8859-2", "utf-16"):
            with self.subTest(charset):
                long = plain(text + "end", charset=charset, encoding="base64")
                found = read(mail(multi("mixed", plain("short"), long)))
                [whole] = found.files
                self.assertEqual((whole.name, whole.content.decode().strip()), ("message.txt", text + "end"))
                shown = words(found.body)
                self.assertTrue(shown.startswith("short žluťoučký žluťoučký"))
                self.assertTrue(bounded_text.MAX_TEXT - 20 < len(shown) <= bounded_text.MAX_TEXT + 1)

    def test_files_are_not_bounded(self):
        text, name = "x" * 300_000, 'Content-Disposition: attachment; filename="a.txt"'
        found = read(mail(multi("mixed", plain(text, name), plain(text, "Content-Disposition: attachment"))))
        self.assertEqual([one.content.decode() for one in found.files], [text, text])
        self.assertEqual((found.body, found.whole_texts), ("", []))

    def test_all_parts_together_have_one_limit(self):
        found = read(mail(multi("mixed", *[plain("x" * 150_000)] * 3)))
        self.assertEqual(found.whole_texts, ["message.txt", "message-2.txt"])
        self.assertEqual(len("".join(words(found.body).split())), bounded_text.MAX_TEXT)

    def test_html_has_a_limit_of_its_own(self):
        found = read(mail(multi("mixed", plain("x" * 150_000), page("<p>" + "x" * 150_000))))
        self.assertEqual(found.whole_texts, [])

    def test_many_parts_of_html_are_bounded_together(self):
        found = read(mail(multi("mixed", *[page("<p>x</p>" * 500)] * 50)))
        shown = found.body.count("<p>x</p>")
        self.assertEqual(len(found.files), bounded_message.MAX_FILES)
        self.assertEqual(sum(one.content.count(b"<p>x</p>") for one in found.files) + shown, 25_000)
        self.assertTrue(5_000 < shown <= bounded_html.MAX_ELEMENTS)

    def test_many_lines_and_many_quotes_become_few_elements(self):
        for text in ("x\r\n" * 60_000, "> x\r\ny\r\n" * 20_000, "\r\n".join(["> x"] * 40_000), "a\r\n\r\n" * 30_000):
            with self.subTest(text[:20]):
                found = read(mail(plain(text)))
                self.assertEqual(found.whole_texts, [])
                self.assertLess(found.body.count("<"), 2_000)
                self.assertEqual("".join(words(found.body).split()), "".join(text.split()))
                self.assertIn("white-space: pre-wrap", found.body)

    def test_whole_html_says_that_it_is_utf_8(self):
        text = '<meta charset="windows-1250">' + "ž" * 250_000
        for charset, begin in (("windows-1250", ""), ("utf-8", ""), ("utf-8", "\ufeff")):
            with self.subTest(charset, begin=begin):
                [whole] = read(mail(page(begin + text, charset=charset, encoding="base64"))).files
                self.assertEqual(whole.content.decode(), "\ufeff" + text)
        [whole] = read(mail(plain("ž" * 250_000, encoding="base64"))).files
        self.assertEqual(whole.content.decode(), "ž" * 250_000)

    def test_a_text_that_is_the_whole_email_is_bounded_whatever_its_name(self):
        source = "x" * 300_000
        for kind in ("text/plain", "text/html", "text/calendar"):
            with self.subTest(kind):
                found = read(mail(leaf(kind, source)))
                self.assertLessEqual(len("".join(words(found.body).split())), bounded_text.MAX_TEXT)
                self.assertIn(source.encode(), found.files[0].content)

    def test_html_after_other_html_has_few_marks(self):
        quote = "<div class=gmail_extra>x</div>" * 30
        found = read(mail(multi("mixed", page("<p>a</p>"), page(quote))))
        self.assertEqual(found.body.count("gmail_quote"), bounded_html.MAX_MARKS_AFTER)
        self.assertNotIn("gmail_extra", found.body)

    def test_large_bodies_are_taken_out_and_read(self):
        lines = "ž line\r\n" * 400_000
        csv = leaf('text/csv; charset=utf-8; name="a.csv"', lines, encoding="base64")
        raw = mail(multi("mixed", plain("short"), plain(lines), csv, plain("end")))
        small, bodies = large_bodies.detach(raw)
        self.assertEqual((len(bodies), len(small) < 2_100_000), (2, True))
        found = payload.read(parsed(small), bodies)
        self.assertEqual([one.name for one in found.files], ["a.csv", "message.txt"])
        self.assertEqual([one.content.decode() for one in found.files[:2]], [lines, lines])
        self.assertTrue(words(found.body).startswith("short ž line ž line"))
        self.assertTrue(words(found.body).endswith("end"))
        self.assertNotIn("X-Helpdesk-Bridge-Body", found.body)

    def test_small_emails_stay_whole(self):
        raw = mail(multi("mixed", plain("x" * 1_900_000)))
        self.assertEqual(large_bodies.detach(raw), (raw, {}))

    def test_a_key_of_others_takes_nothing(self):
        message = parsed(mail(plain("own", "X-Helpdesk-Bridge-Body: x-0")))
        self.assertEqual(words(payload.read(message, {"y-0": b"secret"}).body), "own")

    def test_no_shape_takes_long_and_no_text_of_it_is_lost(self):
        """Every shape that some parser takes minutes for; Odoo needs its own time after that."""
        size = 60_000
        shapes = [(name, hostile_shapes.text_mail(build, size)) for name, build in hostile_shapes.TEXTS.items()]
        shapes += [(name, hostile_shapes.html_mail(build, size)) for name, build in hostile_shapes.HTMLS.items()]
        shapes += [(name, build(size)) for name, build in hostile_shapes.MAILS.items()]
        for name, raw in shapes:
            with self.subTest(name):
                sanitized = sanitize.sanitize(raw).raw
                small, bodies = large_bodies.detach(sanitized, raw)
                message = parsed(small)
                began = time.process_time()
                payload.read(message, bodies)
                self.assertLess(time.process_time() - began, 0.5)

    def test_fifty_megabytes(self):
        raw = hostile_shapes.text_mail(hostile_shapes.TEXTS["empty lines"], 49_900_000)
        small, bodies = large_bodies.detach(raw)
        message = parsed(small)
        began = time.process_time()
        found = payload.read(message, bodies)
        self.assertLess(time.process_time() - began, 5)
        self.assertGreater(len(found.files[0].content), 49_000_000)

    def test_pictures_inside_the_html_do_not_count(self):
        data = base64.b64encode(bytes(range(256)) * 20_000).decode()
        html = "".join(f'<img src="data:image/png;base64,{number:04}{data}">' for number in range(4))
        found = read(mail(page(f"<p>a {html} b</p>")))
        self.assertEqual((words(found.body), found.whole_texts, len(found.files)), ("a b", [], 4))
