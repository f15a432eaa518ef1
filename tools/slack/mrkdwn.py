"""Slack's text format, and all untrusted text is escaped here.

Slack decodes exactly three characters, so exactly these are escaped:
https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

import re

import html2text
import lxml.html

from ..email import quotes

#: More HTML than this cannot reach the first lines of an excerpt, yet would cost time to convert.
MAX_HTML = 100_000
#: What XML cannot hold, and what turns the direction of text around: nothing a reader would miss.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
#: An image inside the address of an image; it would fill the excerpt's share of the HTML alone.
INLINE_DATA = re.compile(r"data:[^\s\"'<>]{500,}")
#: Stands for a line break of preformatted text until the tree is written out again.
NEWLINE = "\ue000"
HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0)\s*(?:;|!|$)", re.IGNORECASE
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def escape(text):
    """`text` as data: nothing in it can mention, link or break out."""
    return FORBIDDEN.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text, limit):
    """Cut `text` at a word so that, *escaped*, it has at most `limit` characters; a cut is shown by "…"."""
    if len(escape(text)) <= limit:
        return text
    room = 0
    for end, char in enumerate(text):  # noqa: B007 (the index is used after the loop)
        room += len(escape(char))
        if room > limit - 1:
            break
    cut = text[:end]
    if not text[end].isspace():
        # A word is only given back whole when that costs little: a text of one endless word is cut inside it.
        at_word = re.match(r"(?s)(.*\S)\s", cut)
        if at_word and len(at_word[1]) > len(cut) * 2 // 3:
            cut = at_word[1]
    return cut.rstrip() + "…"


def one_line(text):
    """A text with single spaces instead of line breaks and tabs."""
    return " ".join(text.split())


def words(text, limit):
    """A text of one line, escaped and cut to `limit` characters; "…" if there is none."""
    return escape(shorten(one_line(text), limit)) or "…"


def link(url, label):
    """A link with our own address; the label may be anybody's words."""
    target = escape(url).replace("|", "%7C").replace("&gt;", "%3E").replace(" ", "%20")
    return f"<{target}|{escape(' '.join(label.split()).replace('|', '¦'))}>"


def date(epoch, fallback, countdown=False):
    """A moment in the reader's own time zone.

    :param epoch: whole seconds, UTC
    :param countdown: add how far away it is. Slack renews that for each reader; source: the date formats
        of "Formatting text for app surfaces" on docs.slack.dev
    """
    away = " ({ago})" if countdown else ""
    return f"<!date^{int(epoch)}^{{date_short_pretty}} {{time}}{away}|{escape(fallback)}>"


def bold(text):
    """A text in bold; a star inside would end it, so it becomes its look-alike."""
    return f"*{escape(text).replace('*', '∗')}*"


def quote(text):
    """A text as a block quote, every line of it."""
    return "\n".join(f">{escape(line)}" for line in text.splitlines())


class _Plain(html2text.HTML2Text):
    """Text as a person would copy it, without Markdown's backslashes."""

    def __init__(self):
        super().__init__(bodywidth=0)
        self.ignore_links = True
        self.ignore_images = True
        self.ignore_emphasis = True
        self.ignore_tables = True
        self.ul_item_mark = "•"
        self.unicode_snob = True

    def handle_data(self, data, entity_char=False):
        # An entity's character is the one thing the library does not escape: say that everything is one.
        return super().handle_data(data, entity_char=True)


def from_html(html):
    """The new words of an email as plain text: no quoted history, no markup, links as their bare targets.

    What comes back is *not* escaped yet: html2text turns ``&lt;!channel&gt;`` into ``<!channel>``. Never raises: what
    cannot be parsed loses its tags and nothing else.
    """
    html = INLINE_DATA.sub("", FORBIDDEN.sub("", html or ""))[:MAX_HTML]
    if not html.strip():
        return ""
    # A forwarded email is one big quote: then the quote is the message.
    return _to_text(html, drop=True) or _to_text(html, drop=False)


def _to_text(html, drop):
    try:
        tree = lxml.html.fragment_fromstring(html, create_parent="div")
    except (lxml.etree.LxmlError, AssertionError, ValueError):
        return re.sub(r"<[^>]*>", " ", html).strip()
    lxml.etree.strip_tags(tree, lxml.etree.Comment, lxml.etree.ProcessingInstruction)
    if drop:
        quotes.drop_quotes(tree)
        _drop_hidden(tree)
    for anchor in tree.xpath("//a[@href]"):
        _show_target(anchor)
    for element in tree.xpath("//pre | //blockquote | //" + " | //".join(HEADINGS)):
        _make_plain(element)
    for cell in tree.xpath("//td | //th"):
        cell.tail = " " + (cell.tail or "")
    text = _Plain().handle(lxml.html.tostring(tree, encoding="unicode").replace(NEWLINE, "<br>"))
    text = re.sub(r"[ \t\xa0]*\n", "\n", text.replace("\r", ""))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return quotes.drop_attribution(text) if drop else text


def _drop_hidden(tree):
    """Remove what no email program shows: the preview that newsletters and shops write above their text."""
    for element in tree.xpath("//*[@style]"):
        if element.getparent() is not None and HIDDEN.search(element.get("style")):
            element.drop_tree()


def _show_target(anchor):
    """The target of a link: a label may name another place."""
    target = re.sub(r"^mailto:", "", "".join(anchor.get("href").split()), flags=re.IGNORECASE)
    shown = target if target and not target.startswith("#") else anchor.text_content()
    tail = anchor.tail
    anchor.clear()
    anchor.text, anchor.tail = shown, tail


def _make_plain(element):
    """Preformatted text, quotes and headings become paragraphs that keep their lines: Slack knows none of them."""
    if element.tag != "pre":
        element.tag = "p"
        return
    element.tag = "div"
    for node in element.iter():
        node.text = node.text and node.text.replace("\n", NEWLINE)
        if node is not element:
            node.tail = node.tail and node.tail.replace("\n", NEWLINE)
