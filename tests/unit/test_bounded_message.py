"""The texts of an email that are too large are bounded in place, and come back whole as files."""

import base64
import email
import email.policy
import unittest
from pathlib import Path

from hostile_shapes import parted_mail

from tools.email import bounded_html, bounded_message, bounded_text
from tools.inbound import large_bodies, sanitize

#: Emails that `sanitize` refuses.
TOO_DEEP = frozenset({"nested_60"})


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


def _contents(message):
    return [(part.items(), part.get_payload() if not part.is_multipart() else None) for part in message.walk()]


def part(text, kind="plain", *lines, charset="utf-8"):
    head = [f"Content-Type: text/{kind}; charset={charset}", "Content-Transfer-Encoding: 8bit", *lines]
    return "\r\n".join([*head, "", ""]).encode() + text.encode(charset)


class TestBoundedMessage(unittest.TestCase):
    def test_no_email_of_the_corpus_is_touched(self):
        """What Odoo makes of them is then the same, byte for byte."""
        paths = sorted((Path(__file__).parents[1] / "fixtures" / "mail").glob("*.eml"))
        self.assertGreater(len(paths), 100)
        for path in paths:
            if path.stem in TOO_DEEP:
                continue
            with self.subTest(path.stem):
                raw = sanitize.sanitize(path.read_bytes()).raw
                message, same = parsed(raw), parsed(raw)
                self.assertEqual(bounded_message.bound(message), [])
                self.assertEqual(_contents(message), _contents(same))

    def test_ordinary_parts_are_not_touched(self):
        raw = parted_mail([part("a\r\n> b\r\n"), part("<p>c", "html"), part("x" * 10, "csv")])
        message = parsed(raw)
        self.assertEqual(bounded_message.bound(message), [])
        self.assertEqual(message.as_bytes(), parsed(raw).as_bytes())

    def test_a_long_part_comes_back_whole_in_utf_8(self):
        text = "žluťoučký " * 50_000
        for charset in ("utf-8", "iso-8859-2", "utf-16"):
            with self.subTest(charset):
                message = parsed(parted_mail([part("short"), part(text + "end", charset=charset)]))
                [whole] = bounded_message.bound(message)
                self.assertEqual((whole.name, whole.content.decode().strip()), ("message.txt", text + "end"))
                [_root, short, shown] = message.walk()
                self.assertEqual(shown.get_content(), text[: bounded_text.MAX_TEXT - len("short")])
                self.assertEqual(short.get_content(), "short")

    def test_line_ends_stay_those_of_the_bounded_text(self):
        message = parsed(part("> x\r\n" * 1_000))
        self.assertEqual(bounded_message.bound(message), [])
        self.assertEqual(message.get_content(), "> x\n" * 1_000)

    def test_files_are_not_touched(self):
        text, name = "x" * 300_000, 'Content-Disposition: attachment; filename="a.txt"'
        message = parsed(
            parted_mail([part(text, "plain", name), part(text, "plain", "Content-Disposition: attachment")])
        )
        self.assertEqual(bounded_message.bound(message), [])
        self.assertEqual([file.get_content() for file in message.iter_parts()], [text, text])

    def test_all_parts_together_have_one_limit(self):
        message = parsed(parted_mail([part("x" * 150_000)] * 3))
        whole = bounded_message.bound(message)
        self.assertEqual([file.name for file in whole], ["message.txt", "message-2.txt"])
        self.assertEqual(sum(len(text.get_content()) for text in message.iter_parts()), bounded_text.MAX_TEXT)

    def test_an_alternative_has_a_limit_of_its_own(self):
        message = parsed(parted_mail([part("x" * 150_000), part("<p>" + "x" * 150_000, "html")], "alternative"))
        self.assertEqual(bounded_message.bound(message), [])

    def test_many_parts_of_html_are_cleaned_a_bounded_number_of_times(self):
        message = parsed(parted_mail([part("<p>x</p>" * 500, "html")] * 50))
        whole = bounded_message.bound(message)
        shown = [text.get_content() for text in message.iter_parts()]
        sizes = [text.count("<p>") for text in shown if text.strip()]
        self.assertEqual(len(whole), bounded_message.MAX_FILES)
        self.assertEqual(sum(file.content.count(b"<p>x</p>") for file in whole) // 500 + len(sizes), 50)
        self.assertLess(sum(sum(sizes[: number + 1]) for number in range(len(sizes))), 2 * bounded_message.MAX_WORK)
        self.assertGreater(len(sizes), 5)

    def test_a_text_that_is_the_whole_email_is_shown_whatever_its_name(self):
        source = "x" * 300_000
        for kind, extension, *lines in (
            ("plain", "txt", "Content-Disposition: attachment; filename=a.txt"),
            ("html", "html", "Content-Disposition: attachment"),
            ('html; name="a.html"', "html"),
            ("calendar", "txt"),
            ("x-unknown; name=a", "txt", "Content-Disposition: attachment"),
        ):
            with self.subTest(kind):
                message = parsed(part(source, kind, *lines))
                [whole] = bounded_message.bound(message)
                self.assertEqual(whole.name, f"message.{extension}")
                self.assertIn(source.encode(), whole.content)
                self.assertEqual(message.get_content(), source[: bounded_text.MAX_TEXT])
                self.assertEqual(message.get_content_type(), f"text/{kind.partition(';')[0]}")
        message = parsed(part("<b>" * 300, "calendar"))
        self.assertEqual(bounded_message.bound(message), [])
        self.assertEqual(message.get_content().count("<b>"), bounded_html.MAX_DEPTH)

    def test_whole_html_says_that_it_is_utf_8(self):
        text = '<meta charset="windows-1250">' + "ž" * 250_000
        for charset, begin in (("windows-1250", ""), ("utf-8", ""), ("utf-8", "\ufeff")):
            with self.subTest(charset, begin=begin):
                [whole] = bounded_message.bound(parsed(part(begin + text, "html", charset=charset)))
                self.assertEqual(whole.content.decode(), "\ufeff" + text)
        [whole] = bounded_message.bound(parsed(part("ž" * 250_000)))
        self.assertEqual(whole.content.decode(), "ž" * 250_000)

    def test_all_parts_together_have_few_quoted_blocks(self):
        message = parsed(parted_mail([part("> x\r\n" * 200)] * 4))
        self.assertEqual(bounded_message.bound(message), [])
        shown = [text.get_content() for text in message.iter_parts()]
        self.assertLessEqual(sum(map(bounded_text.quotes, shown)), bounded_text.MAX_QUOTES + 4)

    def test_html_after_other_html_has_few_marks(self):
        quote = "<div class=gmail_extra>x</div>" * 30
        message = parsed(parted_mail([part("<p>a</p>", "html"), part(quote, "html")]))
        self.assertEqual(bounded_message.bound(message), [])
        [_first, second] = message.iter_parts()
        self.assertEqual(second.get_content().count("gmail_quote"), bounded_html.MAX_MARKS_AFTER)
        self.assertNotIn("gmail_extra", second.get_content())
        few = "<div class=gmail_extra>x</div>"
        message = parsed(parted_mail([part("<p>a</p>", "html"), part(few, "html")]))
        bounded_message.bound(message)
        self.assertNotIn("gmail_extra", list(message.iter_parts())[1].get_content())

    def test_large_bodies_are_taken_out_and_put_back(self):
        lines = "ž line\r\n" * 400_000
        encoded = base64.encodebytes(lines.encode()).replace(b"\n", b"\r\n")
        name = 'Content-Type: text/csv; charset=utf-8; name="a.csv"'
        file = f"{name}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + encoded
        raw = parted_mail([part("short"), part(lines), file, part("end")])
        small, bodies = large_bodies.detach(raw)
        self.assertEqual((len(bodies), len(small) < 2_100_000), (2, True))
        message = parsed(small)
        [whole] = bounded_message.bound(message, bodies)
        self.assertEqual(whole.content.decode(), lines)
        [short, shown, csv, end] = message.iter_parts()
        self.assertEqual((short.get_content(), end.get_content()), ("short", "end"))
        self.assertTrue(shown.get_content().startswith("ž line\nž line\n"))
        self.assertEqual((csv.get_filename(), csv.get_content()), ("a.csv", lines))
        self.assertNotIn("X-Helpdesk-Bridge-Body", message.as_string())

    def test_small_emails_stay_whole(self):
        raw = parted_mail([part("x" * 1_900_000)])
        self.assertEqual(large_bodies.detach(raw), (raw, {}))
