"""Random emails: every text that a mail program shows is in the body once, every file is as it was sent.

`make fuzz` tries many more.
"""

import os
import re
import unittest
from collections import Counter

import lxml.html
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mail_builder import attached, file, leaf, mail, multi, page, plain
from payload_reader import read

#: Its many shapes run the same lines again and again (see `dev/pure_coverage.py`).
UNMEASURED = True

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", 300))
#: Charset → characters for its words.
CHARSETS = {
    "utf-8": "žluťoučký 日本 привет 😀",
    "us-ascii": "plain words only",
    "iso-8859-1": "été à Köln für naïve",
    "iso-8859-2": "žluťoučký kůň",
    "windows-1250": "šťastný žížala „uvozovky“",
    "windows-1252": "été “quoted” œuvre",
    "windows-1251": "принтер горит",
    "koi8-r": "принтер горит",
    "iso-2022-jp": "プリンターが",
    "gb18030": "打印机在燃烧",
    "shift_jis": "プリンターが燃えて",
    "utf-16": "žluťoučký 日本",
}
TYPES = (
    *(
        "application/pdf",
        "application/octet-stream",
        "font/ttf",
        "model/stl",
        "x-world/x-vrml",
        "bin/plain",
        "image/png",
    ),
    *("signature/plain", "text/csv", "text/plain", "text/html", "text/x-unknown; charset=x-none", "video/mp4", "*/*"),
    *("text/calendar; method=REQUEST", "audio/x-y", "application/x-pkcs7-signature", "garbled", "a/b/c", "text/"),
)
NAMES = ("a.pdf", "Žluť č. 1.xlsx", "no extension", "x" * 300 + ".txt", "../../etc/passwd", "", "日本.doc")
ENCODINGS = ("base64", "quoted-printable", "8bit")


class Texts:
    """What an email has, by kind: words that are shown, that are not, and contents of files."""

    def __init__(self):
        self.count, self.shown, self.hidden, self.files = 0, [], [], Counter()

    def word(self, is_shown):
        self.count += 1
        word = f"w{self.count}q"
        (self.shown if is_shown else self.hidden).append(word)
        return word


@st.composite
def text_parts(draw, texts, kind=None, is_shown=True, is_blank=False):
    """A text leaf."""
    charset = draw(st.sampled_from(sorted(CHARSETS)))
    encoding = "base64" if charset == "utf-16" else draw(st.sampled_from(ENCODINGS))
    kind = kind or draw(st.sampled_from(("plain", "html", "markdown", "x-log")))
    words = "" if is_blank else f"{texts.word(is_shown)} {CHARSETS[charset]}"
    if kind == "html":
        frame = draw(st.sampled_from(("<p>{}</p>", "<html><head><title>t</title></head><body>{}</body></html>", "{}")))
        words = frame.format(words or draw(st.sampled_from(("&nbsp;<br>", "<!-- x -->", "", "<style>p {}</style>"))))
    else:
        words = draw(st.sampled_from(("{}", "\r\n{}\r\n\r\n", "> old\r\n\r\n{}", "{}\r\n-- \r\nme", "  {}  "))).format(
            words
        )
    headers = draw(st.sampled_from(((), ("Content-Disposition: inline",), ("Content-ID: <x@y>",))))
    return leaf(f"text/{kind}", words, *headers, charset=charset, encoding=encoding)


@st.composite
def file_parts(draw, texts):
    """A file, or an attached email."""
    kind = draw(st.sampled_from((*TYPES, "message/rfc822")))
    if kind == "message/rfc822":
        inner = mail(multi("alternative", plain(texts.word(False)), page(f"<p>{texts.word(False)}</p>")))
        encoding = draw(st.sampled_from(("", "base64")))
        texts.files[inner] += 1
        return attached(inner, 'Content-Disposition: attachment; filename="a.eml"', encoding=encoding)
    content = draw(st.binary(max_size=40)) + f"file {texts.count}".encode()
    texts.count += 1
    encoding = draw(st.sampled_from(("base64", "quoted-printable")))
    texts.files[content] += 1
    return file(draw(st.sampled_from(NAMES)), content, kind, encoding=encoding)


@st.composite
def alternatives(draw, texts):
    """A text in several renditions."""
    shape = draw(st.integers(0, 4))
    one = lambda kind, is_shown, is_blank=False: draw(text_parts(texts, kind, is_shown, is_blank))  # noqa: E731
    if shape == 0:
        return multi("alternative", one("plain", False), one("html", True))
    if shape == 1:
        return multi("alternative", one("plain", True), one("html", True, True))
    if shape == 2:
        related = multi("related", one("html", True), draw(file_parts(texts)))
        return multi("alternative", one("plain", False), related)
    if shape == 3:
        mixed = multi("mixed", one("html", True), draw(file_parts(texts)), one("plain", True))
        return multi("alternative", one("plain", False), mixed)
    return multi("alternative", one("plain", True), draw(file_parts(texts)))


@st.composite
def trees(draw, texts, depth=0):
    choice = draw(st.integers(0, 9))
    if choice <= 3 or depth > 2:
        return draw(text_parts(texts))
    if choice <= 5:
        return draw(file_parts(texts))
    if choice <= 7:
        return draw(alternatives(texts))
    kind = draw(st.sampled_from(("mixed", "related", "signed", "report", "parallel", "x-unknown")))
    return multi(kind, *(draw(trees(texts, depth + 1)) for _number in range(draw(st.integers(1, 3)))))


@st.composite
def mails(draw):
    texts = Texts()
    first = draw(text_parts(texts))  # otherwise a file may count as the text
    rest = [draw(trees(texts)) for _number in range(draw(st.integers(0, 3)))]
    return mail(multi("mixed", first, *rest)), texts


class TestRandomEmails(unittest.TestCase):
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(mails())
    def test_every_text_is_shown_once_and_every_file_is_as_it_was_sent(self, found):
        raw, texts = found
        payload = read(raw)
        shown = lxml.html.fragment_fromstring(payload.body, create_parent="div").text_content()
        self.assertEqual(re.findall(r"w\d+q", shown), texts.shown)
        self.assertEqual(Counter(bytes(one.content) for one in payload.files), texts.files)
        self.assertNotIn("\ufffd", shown)
        self.assertTrue(all(one.name for one in payload.files))

    @settings(max_examples=EXAMPLES // 5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=60), mails(), st.integers(0, 1_000), st.integers(1, 40))
    def test_a_broken_email_raises_nothing(self, noise, found, begin, length):
        raw = found[0]
        at = len(raw) * begin // 1_000
        read(raw[:at] + noise + raw[at + length :])
