"""A picture travels inside the email, whatever form its source has."""

import time
import unittest

from markupsafe import Markup

from tools.outbound.inline_images import InlineImage, attachment, data_image, replaced, without_pictures

BASE = "https://odoo.example.com"
PNG = InlineImage.of("a.png", b"png", "image/png")


class TestAttachment(unittest.TestCase):
    def test_which_attachment_a_source_names(self):
        for source, expected in (
            ("/web/image/42", (42, "")),
            ("/web/image/42?access_token=abc", (42, "abc")),
            ("/web/image/42-0a1b2c?access_token=abc&x=1", (42, "abc")),
            ("/web/image/42-0a1b2c/name.png", (42, "")),
            ("/web/image/42-redirect/name.png?access_token=abc", (42, "abc")),
            ("/web/image/42/300x200?access_token=abc", (42, "abc")),
            ("/web/content/42?download=true", (42, "")),
            (f"{BASE}/web/image/42?access_token=abc", (42, "abc")),
            ("https://evil.example/web/image/42?access_token=abc", (0, "")),
            (f"{BASE}.evil.example/web/image/42", (0, "")),
            ("//evil.example/web/image/42", (0, "")),
            ("/web/image/res.partner/42/avatar_128", (0, "")),
            ("/web/image/0", (0, "")),
            ("/web/images/42", (0, "")),
            ("/x/web/image/42", (0, "")),
            ("cid:42", (0, "")),
            ("https://[broken/web/image/42", (0, "")),
            ("", (0, "")),
        ):
            with self.subTest(source):
                self.assertEqual(attachment(source, BASE), expected)
                self.assertEqual(attachment(source, f"{BASE}/"), expected)


class TestDataImage(unittest.TestCase):
    def test_which_pictures_stand_in_the_text_itself(self):
        for source, expected in (
            ("data:image/png;base64,cG5n", ("image.png", b"png", "image/png")),
            ("data:image/PNG;base64,cG5n", ("image.png", b"png", "image/png")),
            ("data:image/png;charset=utf-8;base64,cG\n5n", ("image.png", b"png", "image/png")),
            ("data:image/jpeg;name=a.jpg;base64,cG5n", ("image.jpeg", b"png", "image/jpeg")),
            ("data:image/svg+xml;base64,cG5n", None),
            ("data:text/html;base64,cG5n", None),
            ("data:image/png,cG5n", None),
            ("data:image/png;base64,", None),
            ("data:image/png;base64,c", None),
            ("data:image/png;base64,<x>", None),
            ("/web/image/42", None),
        ):
            with self.subTest(source):
                self.assertEqual(data_image(source), expected)


class TestReplaced(unittest.TestCase):
    def test_every_way_to_write_a_picture(self):
        sources = {"/web/image/42": PNG, "/web/image/43?a=1&b=2": PNG, "/web/image/44": "/web/image/44?x=1&y=2"}
        new = f"cid:{PNG.cid}"
        for text, expected in (
            ('<img src="/web/image/42">', f'<img src="{new}">'),
            ("<img src='/web/image/42'/>", f"<img src='{new}'/>"),
            (
                '<p>a<IMG alt="x" SRC = "/web/image/42" style="y"/>b</p>',
                f'<p>a<IMG alt="x" SRC = "{new}" style="y"/>b</p>',
            ),
            ('<img\n src="/web/image/42">', f'<img\n src="{new}">'),
            ('<img src=" /web/image/42 ">', f'<img src="{new}">'),
            ('<img src="/web/image/43?a=1&amp;b=2">', f'<img src="{new}">'),
            ('<img src="/web/image/44">', '<img src="/web/image/44?x=1&amp;y=2">'),
            ('<img src="/web/image/42"><img src="/other">', f'<img src="{new}"><img src="/other">'),
            ('<img data-src="/web/image/42" src="/other">', '<img data-src="/web/image/42" src="/other">'),
            ('<a href="/web/image/42">x</a>', '<a href="/web/image/42">x</a>'),
            ("<image src='/web/image/42'>", "<image src='/web/image/42'>"),
            ("no picture", "no picture"),
        ):
            with self.subTest(text):
                self.assertEqual(replaced(text, sources.get), expected)
        self.assertIsInstance(replaced(Markup("<p/>"), sources.get), Markup)

    def test_the_plain_text_has_no_pictures(self):
        self.assertEqual(without_pictures('<p>a<img src="cid:x" alt="y"/>b</p><IMG>'), "<p>ab</p>")

    def test_hostile_text_takes_linear_time(self):
        for piece in ("<img ", "<img src", "<img src=' ", '"', "<img src= src= "):
            begun = time.process_time()
            replaced(piece * (100_000 // len(piece)), lambda source: None)
            self.assertLess(time.process_time() - begun, 5)

    def test_equal_pictures_have_one_id(self):
        self.assertEqual(PNG.cid, InlineImage.of("b.png", b"png", "image/png").cid)
        self.assertNotEqual(PNG.cid, InlineImage.of("a.png", b"other", "image/png").cid)
