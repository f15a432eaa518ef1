"""Odoo shows the texts of attached emails too: they are bounded with the others, or stay files."""

import unittest

from hostile_shapes import MAILS, parted_mail
from test_bounded_message import parsed, part

from tools.email import bounded_html, bounded_message, bounded_text
from tools.inbound import bounces

INNER = b"From: a@b.example\r\nSubject: Re: [HT-1] x\r\n"
ATTACHED = b"Content-Type: message/rfc822\r\n\r\n"


def attached(content, *lines):
    """A part with an attached email. :param content: the bytes of a text with its headers"""
    return b"\r\n".join([b"Content-Type: message/rfc822", *lines, b"", INNER]) + content


def shown(message):
    """The texts that Odoo shows of an email, as in its `_message_parse_extract_payload`."""
    return [
        inner.get_content()
        for inner in message.walk()
        if inner.get_content_maintype() == "text" and not inner.get_filename()
    ]


class TestAttachedEmails(unittest.TestCase):
    def test_one_that_is_too_large_to_show_stays_a_file(self):
        large = b"x" * 300_000
        for lines, name in (
            ([], "attachment"),
            ([b"Content-Disposition: attachment; filename=a.eml"], "a.eml"),
            ([b"Content-Disposition: attachment; filename*=utf-8''a%0Ab.eml"], "a b.eml"),
            ([b"Content-Disposition: attachment; filename*=utf-8''%C5%BE%0D%0A%E2%80%A8.eml"], "ž .eml"),
            ([b'Content-Disposition: attachment; filename="\xff.eml"'], "\ufffd.eml"),
        ):
            with self.subTest(name):
                raw = parted_mail([part("short"), attached(b"\r\nsmall"), attached(b"\r\n" + large, *lines)])
                message = parsed(raw)
                [sealed] = bounded_message.bound(message)
                self.assertEqual((sealed.name, sealed.content), (name, INNER + b"\r\n" + large))
                self.assertEqual(shown(message), ["short", "small"])

    def test_the_whole_email(self):
        message = parsed(INNER + ATTACHED + INNER + b"\r\n" + b"x" * 300_000)
        [sealed] = bounded_message.bound(message)
        self.assertEqual(sealed.content, INNER + b"\r\n" + b"x" * 300_000)
        self.assertEqual(shown(message), [""])

    def test_one_inside_another_counts(self):
        for levels in (1, 2, 3):
            with self.subTest(levels):
                hostile = part("<hr class=stopSpelling>" * 6_500, "html")
                message = parsed(parted_mail([part("short"), ATTACHED * levels + hostile]))
                [_sealed] = bounded_message.bound(message)
                self.assertEqual(shown(message), ["short"])
        message = parsed(MAILS["an email in an email"](150_000))
        self.assertEqual(len(bounded_message.bound(message)), 1)
        self.assertEqual(shown(message), [])

    def test_one_that_is_not_shown_uses_up_nothing(self):
        newsletter = part("<p>x</p>" * (bounded_html.MAX_ELEMENTS + 100), "html")
        text = "<p>Please call me back</p>"
        message = parsed(parted_mail([attached(newsletter), part(text, "html")]))
        [sealed] = bounded_message.bound(message)
        self.assertEqual(sealed.name, "attachment")
        self.assertEqual(shown(message), [text])
        long = part("x" * bounded_text.MAX_TEXT + "x")
        message = parsed(parted_mail([attached(long)] * 20 + [part("> x\r\n" * 200)]))
        self.assertEqual(len(bounded_message.bound(message)), 20)
        self.assertEqual(shown(message), ["> x\r\n" * 200])

    def test_one_that_is_shown_counts(self):
        message = parsed(parted_mail([attached(part("x" * 150_000)), part("y" * 150_000)]))
        [whole] = bounded_message.bound(message)
        self.assertEqual(whole.name, "message.txt")
        self.assertEqual(shown(message)[1], "y" * 50_000)

    def test_other_line_ends_are_no_reason_to_hide_it(self):
        quoted = part("Hello\r\n" + "> x\r\n" * 303)
        message = parsed(parted_mail([part("short"), attached(quoted)]))
        self.assertEqual(bounded_message.bound(message), [])
        self.assertEqual(shown(message), ["short", "Hello\n" + "> x\n" * 303])
        [_short, mail] = message.iter_parts()
        self.assertEqual(mail.get_content_type(), "message/rfc822")
        self.assertEqual(mail.get_content()["Subject"], "Re: [HT-1] x")

    def test_ordinary_ones_are_not_touched(self):
        raw = parted_mail([part("short"), attached(part("> x\r\n" * 10)), attached(attached(part("<p>x", "html")))])
        message = parsed(raw)
        self.assertEqual(bounded_message.bound(message), [])
        self.assertEqual(message.as_bytes(), parsed(raw).as_bytes())

    def test_the_returned_email_of_a_bounce_keeps_its_subject_and_is_bounded(self):
        hostile = part("<hr class=stopSpelling>" * 6_500, "html")
        for returned in (hostile, part("x" * 300_000)):
            message = parsed(parted_mail([attached(returned)], "report"))
            bounded_message.bound(message, is_bounce=True)
            self.assertIn("[HT-1]", bounces.returned_text(message))
            [text] = shown(message)
            self.assertLessEqual(len(text), bounded_text.MAX_TEXT)
            self.assertLessEqual(text.count("stopSpelling"), bounded_html.MAX_LEADING_MARKS)
