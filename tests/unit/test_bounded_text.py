"""Plain text and HTML are bounded in linear time, ordinary ones stay as they are, and no text is lost silently."""

import time
import unittest

from hostile_shapes import HTMLS, TEXTS
from lxml import html

from tools.email import bounded_html, bounded_text, mime_text

MB = 1_000_000
#: Characters that are more than is shown, and CPU seconds for our own part of the work on them.
SIZE, SECONDS = 250_000, 1
#: A character that makes the reader of HTML write it anew, and leaves no trace.
ANEW = "\x01"


def anew(source):
    return bounded_html.bounded(ANEW + source).text


class TestTime(unittest.TestCase):
    def test_every_shape_takes_linear_time_and_becomes_small(self):
        for bounded, shapes in ((bounded_text.bounded, TEXTS), (bounded_html.bounded, HTMLS)):
            for name, build in shapes.items():
                with self.subTest(name):
                    source = build(SIZE)
                    began = time.process_time()
                    shown = bounded(source)
                    self.assertLess(time.process_time() - began, SECONDS)
                    self.assertLessEqual(len(shown.text), MB + 100)
                    self.assertLessEqual(shown.elements, bounded_html.MAX_ELEMENTS)
                    self.assertLessEqual(bounded_text.quotes(shown.text), bounded_text.MAX_QUOTES)

    def test_html_is_read_as_lines_in_linear_time(self):
        for name in ("attributes", "blocks never closed", "comments begun", "one attribute of less than", "paragraphs"):
            with self.subTest(name):
                source = HTMLS[name](SIZE)
                began = time.process_time()
                mime_text.html_lines(source)
                self.assertLess(time.process_time() - began, SECONDS)

    def test_fifty_megabytes(self):
        for name in ("less than", "paragraphs", "comments begun", "one word"):
            with self.subTest(name):
                source = HTMLS[name](50 * MB)
                began = time.process_time()
                self.assertTrue(bounded_html.bounded(source).is_cut)
                self.assertLess(time.process_time() - began, 5)


class TestPlainText(unittest.TestCase):
    def test_ordinary_text_stays_as_it_is(self):
        quoted = "".join(f"> line {number}\r\n" for number in range(300))
        for text in ("", "Hello", f"Hello\r\n\r\n{quoted}", "x" * bounded_text.MAX_TEXT, "a\tb\n\n\n> c\n-- \nJane"):
            with self.subTest(text[:20]):
                shown = bounded_text.bounded(text)
                self.assertEqual((shown.text, shown.is_cut), (text, False))

    def test_a_quoted_log_of_100_kilobytes_is_shown_completely(self):
        text = "See:\r\n" + "> x\r\n" * 20_000
        shown = bounded_text.bounded(text)
        self.assertEqual((shown.text, shown.is_cut), (text.replace("\r\n", "\n"), False))
        self.assertEqual(bounded_text.quotes(shown.text), 1)

    def test_what_alternates_too_often_is_not_marked_as_a_quote(self):
        text = "> x\ny\n" * 1_000
        shown = bounded_text.bounded(text)
        self.assertFalse(shown.is_cut)
        self.assertEqual(shown.text.replace("\n >", "\n>"), text)
        self.assertEqual(bounded_text.quotes(shown.text), bounded_text.MAX_QUOTES)
        self.assertIn("\n >", shown.text)

    def test_a_long_text_is_cut(self):
        shown = bounded_text.bounded("word " * 2_200_000)
        self.assertTrue(shown.is_cut)
        self.assertEqual(shown.text, ("word " * 2_200_000)[: bounded_text.MAX_TEXT])

    def test_what_xml_cannot_hold_is_dropped(self):
        self.assertEqual(bounded_text.bounded("a\0b\x0bc").text, "abc")


class TestHtml(unittest.TestCase):
    def test_ordinary_html_stays_as_it_is(self):
        thread = (
            "<div class=gmail_quote>On Monday Jane wrote:<br>" * 40 + "<p style='margin:0'>x</p>" * 900 + "</div>" * 40
        )
        outlook = (
            "<div><p class=MsoNormal style='margin:0cm;font-size:11pt'><span lang=EN-US>Some words</span></p></div>"
        )
        outlook = f"<html><body><div>{outlook * 2_000}{'<!-- and more -->' * 20_000}</div></body></html>"
        self.assertGreater(len(outlook), 500_000)
        image = "<img src='data:image/png;base64," + "A" * 4_000_000 + "'>"
        for source in (
            "",
            "Hello",
            "<p>Hello<br>World",
            "a < b && c > d",
            "<!DOCTYPE html><html><head><style>p {color: red}</style></head><body>x</body></html>",
            "<!--[if mso]><table><![endif]--><o:p>&nbsp;</o:p>",
            thread,
            image,
            f"<p>{image}</p>",
            "<div>"
            + "Hello<br>World<br>" * 260
            + "<div>Hello,<br>Jane</div></div><div>-- <br>Jane<br><b>Acme</b></div>",
            "<div>" + "<p>x</p>" * 531 + "<div>-- <br>Jane</div></div>",
            "<div>" + "<p>x</p>" * 531 + "</div>Hello<br>-- <br>Jane",
            "<html><body>-- <br>" + "<p>x</p>" * 2_000 + "</body></html>",
            "<p>x</p>" * 200 + "<p class=gmail_extra>x</p>" + "<div>" + "<p>x</p>" * 1_500 + "</div>",
            "<div>" + "<p>x</p>" * 1_000 + "<p><b>x</b>-- <br>Jane</p></div>",
            "<div>" + "<p>x</p>" * 1_000 + "<p>Hello<br>-- <br>Jane</p></div>",
            outlook,
            f"<a href='https://x.example/?a={'b' * 5_000}'>x</a>",
            "<img src='data:image/tiff;base64,AAAA'><img src='data:image/x;a=b;base64,AAAA'>",
        ):
            with self.subTest(source[:40]):
                shown = bounded_html.bounded(source)
                self.assertEqual((shown.text, shown.is_cut), (source, False))

    def test_html_that_would_take_long_is_written_anew(self):
        """Children of one element that Odoo compares with each other."""
        many = "<p>x</p>" * (bounded_html.CALM_SIBLINGS + 10)
        for source in (
            f"<div>{many}<div>-- <br>Jane</div></div>",
            f"<div>{many}<div>\n--\n<br>Jane</div></div>",
            f"<div>{many}<custom>--<br>Jane</custom></div>",
            f"<div>{many}<custom><div>--<br>Jane</div></custom></div>",
            f"<div><div>--<br>Jane</div>{many}</div>",
            f"<div><p class=gmail_extra>x</p>{many}",
            f"<div>{many}<p id='a SkyDrivePlaceholder'>x</p></div>",
            f"<div data-o-mail-quote-container=1>{many}</div>",
            ("<div><p class=gmail_extra>x</p>" + "<p>x</p>" * 400 + "</div>") * 4,
            "<p class=gmail_extra>x</p>" + ("<div>" + "<p>x</p>" * 300 + "</div>") * 8,
            f"<a href='{'%64ata%3Aimage/' * 300}'>x</a>" * 2,
            f"<a href='{'da&#9;ta:image/' * 500}'>x</a>" * 2,
        ):
            with self.subTest(source[:30] + source[-40:]):
                shown = bounded_html.bounded(source)
                self.assertFalse(shown.is_cut)
                self.assertNotEqual(shown.text, source)
                self.assertNotIn("gmail_extra", shown.text)
                self.assertNotIn("--<br>", shown.text)

    def test_a_thread_of_600_kilobytes_is_shown_completely(self):
        style = 'style="margin:0cm;margin-bottom:.0001pt;line-height:normal;font-size:11pt;font-family:Calibri"'
        words = [f"word{number} and more of it" + " and more" * 7 for number in range(2_000)]
        lines = "".join(
            f'<p class="MsoNormal" {style}><span lang="EN-US">{word}</span><o:p></o:p></p>' for word in words
        )
        source = f"<html><body><div>{'<div><blockquote>' * 40}{lines}{'</blockquote></div>' * 40}</div></body></html>"
        self.assertGreater(len(source), 450_000)
        shown = bounded_html.bounded(source)
        self.assertEqual((shown.text == source, shown.is_cut), (True, False))

    def test_what_is_written_anew_reads_as_before(self):
        for source, expected in (
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<P ALIGN=Center>a</P>", '<p align="Center">a</p>'),
            ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>"),
            (
                "<table><tr><td>a<td>b<tr><td>c</table>d",
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d",
            ),
            ("<table><tr><td><table><tr><td>a</table>b</table>",)
            + ("<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>",),
            ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
            ("<b><i>a</b>b</i>c", "<b><i>a</i></b>bc"),
            ("<div><b>a</div>b", "<div><b>a</b></div>b"),
            ("<b><div>a</b>b</div>c", "<b><div>ab</div>c</b>"),
            ("<table><td><div>a</table>", "<table><td><div>a</div></td></table>"),
            ("<div><td>a</div>b</td>", "<div><td>ab</td></div>"),
            ("a</p></div>b", "ab"),
            ("a<br/>b<hr>", "a<br>b<hr>"),
            ("<pre>a\r\nb\rc\n</pre>", "<pre>a\nb\nc\n</pre>"),
            ("&lt;b&gt; &amp;lt; &copy;&nbsp;x", "&lt;b&gt; &amp;lt; ©\xa0x"),
            ("&region &notit; &ltb &#65 &#x42; &; &AMP;", "&amp;region &amp;notit; &amp;ltb A B &amp;; &amp;"),
            (
                "<a href='x?id=1&region=eu&notify=1&timestamp=5&currency=EUR&section=2&copy=1&copy&amp;lt=1&#65;'></a>",
                '<a href="x?id=1&amp;region=eu&amp;notify=1&amp;timestamp=5&amp;currency=EUR&amp;section=2&amp;copy=1'
                '&amp;copy&amp;lt=1A"></a>',
            ),
            ("<img src='data:image/TIFF;base64,AAAA%3D%3d'>", '<img src="data:image/TIFF;base64,AAAA%3D%3d">'),
            ("<img src='data:image/png;base64,svg/xml='>", '<img src="data:image/png;base64,svg/xml=">'),
            ("<img src='data:image/x-icon;base64,AA=='>", '<img src="data:image/x-icon;base64,AA==">'),
            ("<img src='data:image/vnd.svg;base64,AAAA'><img src='data:image/a+xml;base64,AAAA'>", "<img><img>"),
            ("<p style='color:rgb(0, 0,0);background:RGBA(1 2 3 / 50%);border:1px solid hsl(1deg,2%,3%)'>x</p>",)
            + ('<p style="color:rgb(0, 0,0);background:RGBA(1 2 3 / 50%);border:1px solid hsl(1deg,2%,3%)">x</p>',),
            ("<p style='color:rgb(url(x));width:expression(1);height:rgb(1,2);margin:rgb(1'>x</p>",)
            + ('<p style="height:rgb(1,2)">x</p>',),
            ("<div>-- \n<br>Jane</div>", "<div>-- \n  <br>Jane</div>"),
            ("<div>--\n<br>Jane</div>", "<div>--\n  <br>Jane</div>"),
            ("<a href='https://x.example/?a=1&b=2' onclick=x target=_blank>x</a>",)
            + ('<a href="https://x.example/?a=1&amp;b=2">x</a>',),
            ("<a href=mailto:a@b.example>x</a>", '<a href="mailto:a@b.example">x</a>'),
            ("<a title='<b>' href='x<y'>x</a>", '<a href="x%3Cy">x</a>'),
            ("<img src=cid:a@b alt='a \"b\"' width=5>", '<img src="cid:a@b" alt="a &quot;b&quot;" width="5">'),
            ("<img src='data:image/png;base64,AAAA'>", '<img src="data:image/png;base64,AAAA">'),
            ("<img src='data:image/svg+xml;base64,AAAA'>", "<img>"),
            ("<p style='Color: red; position:fixed; background:url(x); margin : 0 0'>x</p>",)
            + ('<p style="color:red;margin:0 0">x</p>',),
            ("<div class='x gmail_quote y' id=z>a</div>", '<div class="gmail_quote">a</div>'),
            ("<div class='gmail_extra'>a</div>", '<div class="gmail_quote">a</div>'),
            ("<hr id=stopSpelling>a", '<hr id="stopSpelling">a'),
            ("<div id=Signature>a</div>", '<div id="Signature">a</div>'),
            ("<div>--<br>Jane</div>", "<div>--  <br>Jane</div>"),
            ("<form><button>a</button><custom-x>b</custom-x></form>", "ab"),
            ("<script>x</script><style>y</style><title>z</title>a", "a"),
            ("<!--a-->b<!-->c<!--->d<!--e--!>f<?g?>h<!i>j", "bcdfhj"),
            ("a\n<o:p>> b", "a\n &gt; b"),
        ):
            with self.subTest(source):
                self.assertEqual(anew(source), expected)

    def test_what_is_never_closed_is_shown_as_text(self):
        for source, expected in (
            ("a<!-- b", "a&lt;!-- b"),
            ("a<!-- b<p>c</p>", "a&lt;!-- b<p>c</p>"),
            ("a<b", "a&lt;b"),
            ("a<a href='x>b", 'a<a href="&#x27;x">b</a>'),
            ('a<p title="b>c</p>', 'a<p title="&quot;b">c</p>'),
            ("a</b", "a&lt;/b"),
            ("a<!b", "a&lt;!b"),
            ("a<style>b", "ab"),
            ("a<script>b<p>c", "ab<p>c</p>"),
            ("a < b <", "a &lt; b &lt;"),
            ("a<3 <>", "a&lt;3 &lt;&gt;"),
        ):
            with self.subTest(source):
                self.assertEqual(anew(source), expected)

    def test_depth_drops_elements_and_no_text(self):
        source = "".join(f"<div>{number} " for number in range(500)) + "</div>" * 500 + "<p>end</p>"
        shown = bounded_html.bounded(source)
        self.assertFalse(shown.is_cut)
        self.assertEqual(shown.text.count("<div>"), bounded_html.MAX_DEPTH)
        self.assertTrue(shown.text.endswith("</div><p>end</p>"))
        text = html.fromstring(shown.text).text_content()
        self.assertEqual(text, "".join(f"{number} " for number in range(500)) + "end")

    def test_what_has_no_room_is_cut(self):
        for source in (
            "<p>x</p>" * (bounded_html.MAX_ELEMENTS + 1),
            "<custom>x</custom>" * (bounded_html.MAX_ELEMENTS + 1),
            "x" * (bounded_text.MAX_TEXT + 1),
            "<!--x-->" * 50_000 + "x",
            f"<a href='{'x' * (bounded_html.MAX_LINK + 1)}'>x</a>",
            f"<img src='data:image/png;charset=x;base64,{'A' * 5_000}'>",
            f"{ANEW}<img src='data:image/png;charset=x;base64,AAAA'>",
            f"{ANEW}<img src='data:image/png;base64,A%41A'>",
            f"<img src='data:image/png;base64,{'A' * bounded_html.MAX_IMAGES}'>",
        ):
            with self.subTest(source[:20]):
                self.assertTrue(bounded_html.bounded(source).is_cut)

    def test_what_a_browser_does_not_show_is_not_missed(self):
        for source in (
            "<img src='data:image/svg+xml;base64,AAAA'>",
            "<img src='data:text/html,x'>",
            "<p title='data:'>",
        ):
            with self.subTest(source):
                self.assertFalse(bounded_html.bounded(ANEW + source).is_cut)

    def test_many_marks_lose_their_meaning_and_no_text(self):
        shown = bounded_html.bounded("<hr class=stopSpelling>x" * 100)
        self.assertFalse(shown.is_cut)
        self.assertEqual(shown.text.count("stopSpelling"), bounded_html.MAX_LEADING_MARKS)
        self.assertEqual(shown.text.count("x"), 100)

    def test_entities_of_endless_numbers(self):
        self.assertEqual(anew(f"a&#{'9' * 10_000};b&#65;"), "a\ufffdbA")
