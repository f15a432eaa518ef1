"""Bounds HTML, so that libxml2 and Odoo can parse, clean and quote it in a time linear in its size.

Ordinary HTML stays as it is. HTML that is large, or contains what makes parsers slow, is written anew: known elements
with known attributes, closed in order, without comments and style sheets, up to the limits. Text is never dropped
without `Bounded.is_cut`; what no browser shows is.

What takes quadratic time elsewhere: in libxml2 the attributes of one tag and depth; in Odoo's `html_normalize` "<" and
comments that are not closed, marks of quotations, and the siblings of some of them; in its cleaner long style
attributes, style sheets and links.
"""

import html
import re
from collections import Counter
from urllib.parse import unquote_plus

from . import html_document, html_elements, html_tokens, inline_style
from .bounded_text import FORBIDDEN, MAX_QUOTES, MAX_TEXT, NEW_LINE, QUOTE, Bounded, defused

#: Elements that a ticket shows of one email. Odoo takes 0.1 ms for each. A thread of 40 replies has 4,000.
MAX_ELEMENTS = 7_000
#: libxml2 gives up at 256. Tables in tables in ten quotations have 60.
MAX_DEPTH = 100
#: Characters of links, sizes, colours and so on.
MAX_MARKUP = 1_000_000
#: Longest attribute, and longest link: browsers take 80,000 characters, honest ones have up to 10,000.
MAX_VALUE, MAX_LINK = 4_000, 20_000
#: Characters of pictures inside the HTML. libxml2 gives up at 10 million in one attribute.
MAX_IMAGES = 5_000_000
#: Marks of quotations. A long thread has one for each reply.
MAX_MARKS = 200
#: Of these, marks for which Odoo visits all elements that follow: there is one, where the quotation begins.
MAX_LEADING_MARKS = 5
MAX_QUOTES_AFTER = MAX_MARKS_AFTER = 10  #: of a text that is not the first one
LEADING_MARKS = frozenset({"stopSpelling", "yahoo_quoted"})

#: HTML up to these counts stays as it is, if nothing else is unusual in it: then nothing quadratic matters.
CALM_LENGTH, CALM_ELEMENTS, CALM_ODDITIES = 600_000, MAX_ELEMENTS, 50
#: Elements beside a mark whose siblings Odoo compares with each other: 0.2 s. Elements of HTML with such marks, which
#: libxml2 may nest in another way than they are counted.
CALM_SIBLINGS, CALM_MARKED = 700, 2_000

SIBLINGS = re.compile(r"gmail_extra|SkyDrivePlaceholder|data-o-mail-quote-container")
#: Odoo takes "--" at the end of a text for a signature if a line break follows, but not with two spaces.
SIGNATURE = re.compile(r"(\A|\n)?--\s?\n?\Z")
#: What the cleaner of lxml drops from links before it looks into them.
DROPPED = re.compile(r"[\s\x00-\x20]+")


def bounded(source, room=MAX_TEXT, elements=MAX_ELEMENTS, is_first=True):
    """HTML within the limits; as it is if it is ordinary.

    :param room: characters of text that may be shown
    :param elements: elements that may be shown
    :param is_first: whether it begins the email; what follows HTML has few marks, because Odoo takes both together
    """
    source, writer = html_document.joined(source), _Writer(room, elements, is_first)
    for token in html_tokens.tokens(source):
        if not writer.take(token):
            return writer.bounded(writer.finish(), True)
    if writer.is_calm(source):
        return writer.bounded(source, False)
    return writer.bounded(writer.finish(), writer.is_cut or writer.loses_image)


class _Writer:
    """Writes the tokens of HTML anew, and counts what is unusual in them.

    :ivar open: the open elements, outermost first
    :ivar skipped: name → elements that were not opened because of the depth
    :ivar levels: for the whole and for each open element, [its children, whether Odoo compares them with each other]
    :ivar beside: such comparisons in elements that are closed
    :ivar begins: whether text now is the first of its element: "known", or "unknown" if that element is not written
    :ivar loses_image: a picture is dropped if it is written anew
    :ivar odd: things that honest HTML has few of; `is_odd`: something that it has not at all
    """

    def __init__(self, room, elements, is_first):
        self.room, self.elements = self.most_room, self.most_elements = room, elements
        self.markup, self.images, self.is_first = MAX_MARKUP, MAX_IMAGES, is_first
        self.quotes, self.marks = (MAX_QUOTES, MAX_MARKS) if is_first else (MAX_QUOTES_AFTER, MAX_MARKS_AFTER)
        self.leading_marks = MAX_LEADING_MARKS if is_first else 0
        self.pieces, self.open, self.skipped = [], [], Counter()
        self.odd, self.is_odd, self.is_cut, self.has_siblings = 0, False, False, False
        self.text_end, self.begins = "", "known"
        self.levels, self.beside, self.loses_image = [[0, False]], 0, False

    def take(self, token):
        """Write one token. :return: False if there is no room for it"""
        if token.kind == "text":
            return self._text(token.text)
        if token.kind == "open":
            return self._start(token)
        if token.kind == "close":
            self._end(token.name)
        elif token.kind == "odd":
            self.odd += token.weight
        return token.kind != "end"

    def bounded(self, text, is_cut):
        return Bounded(text, is_cut, self.most_room - self.room, self.most_elements - max(self.elements, 0))

    def is_calm(self, source):
        shown = self.most_elements - self.elements
        few = CALM_MARKED if self.has_siblings else CALM_ELEMENTS
        few = CALM_SIBLINGS if "data-o-mail-quote-container" in source else few
        beside = self.beside + sum(children**2 for children, is_compared in self.levels if is_compared)
        length = len(source) - (MAX_IMAGES - self.images)
        return not (
            self.is_odd
            or self.is_cut
            or self.skipped
            or self.odd > CALM_ODDITIES
            or self.quotes < 0
            or min(self.marks, self.leading_marks) < 0
            or shown > few
            or beside > CALM_SIBLINGS**2
            or (self.has_siblings and not self.is_first)
            or length > CALM_LENGTH
        )

    def finish(self):
        self._close_down_to(0)
        return "".join(self.pieces)

    # ------------------------------------------------------------
    # Text
    # ------------------------------------------------------------

    def _text(self, text):
        has_room = len(text) <= self.room * 8
        text = html_tokens.decoded(text[: self.room * 8])
        has_room = has_room and len(text) <= self.room
        self.is_odd = self.is_odd or bool(FORBIDDEN.search(text))
        # Odoo looks into the text without the line ends replaced.
        self.quotes -= sum(1 for _found in QUOTE.finditer(text)) if "\n>" in text else 0
        text = NEW_LINE.sub("\n", FORBIDDEN.sub("", text[: self.room]))
        if self.quotes < 0:
            text = defused(text, 0)
        if text.startswith(">") and self.text_end.endswith("\n"):
            text = " " + text  # what stood between them is dropped
        self.room -= len(text)
        self.text_end = (self.text_end + text)[-10:]
        self.pieces.append(html.escape(text, quote=False))
        return has_room

    # ------------------------------------------------------------
    # Elements
    # ------------------------------------------------------------

    def _start(self, token):
        name = token.name
        self.odd += token.weight
        self.is_odd = self.is_odd or token.is_odd
        self.elements -= 1
        signature = SIGNATURE.search(self.text_end)
        if signature and signature[1] is not None:
            self._compare_siblings_of_text()
        if name not in html_elements.ELEMENTS:
            self.levels[-1][0] += 1
            self._attributes(token)  # for what is unusual in them
            self.begins = self.begins if name in html_elements.DOCUMENT else "unknown"
            return self.elements >= 0
        if self.elements < 0:
            return False
        if signature:
            self.pieces.append("  ")
        self.text_end = ""
        self._end_before(name)
        self.levels[-1][0] += 1
        self.begins = "" if name in html_elements.VOID else "known"
        written = f"<{name}{self._attributes(token)}>"
        if name in html_elements.VOID:
            self.pieces.append(written)
        elif len(self.open) >= MAX_DEPTH:
            self.skipped[name] += 1
        else:
            self.pieces.append(written)
            self.open.append(name)
            self.levels.append([0, False])
        return True

    def _compare_siblings_of_text(self):
        """A signature begins with the text of an element: Odoo compares the element with its siblings."""
        depth = {"known": 2, "unknown": 1}.get(self.begins, 0)
        if 0 < depth <= len(self.levels):
            self.levels[-depth][1] = self.has_siblings = True

    def _end_before(self, name):
        """Close what a new element ends: a paragraph ends at the next block, an item at the next item."""
        if name not in html_elements.INLINE:
            self._close_nearest({"p"}, html_elements.TABLE_PARTS)
        if name in html_elements.ENDS:
            self._close_nearest(*html_elements.ENDS[name])

    def _close_nearest(self, names, around):
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] in names:
                self._close_down_to(index)
                return
            if self.open[index] in around:
                return

    def _end(self, name):
        self.text_end = ""
        if self.skipped[name]:
            self.skipped[name] -= 1
            return
        for index in range(len(self.open) - 1, -1, -1):
            found = self.open[index]
            if found == name:
                self._close_down_to(index)
                return
            if (
                found in html_elements.CELLS
                and name not in html_elements.TABLE_PARTS
                or name in html_elements.INLINE
                and found not in html_elements.INLINE
            ):
                return  # it would end what is not its own

    def _close_down_to(self, index):
        while len(self.open) > index:
            self.pieces.append(f"</{self.open.pop()}>")
            children, is_compared = self.levels.pop()
            self.beside += children**2 * is_compared
            self.begins = ""

    # ------------------------------------------------------------
    # Attributes
    # ------------------------------------------------------------

    def _attributes(self, token):
        written = []
        for name, value in token.attributes.items():
            kept = self._attribute(token, name, html_tokens.decoded(value))
            if kept and len(kept) > self.markup and name in html_elements.LINKS:
                self.is_cut = True
            elif kept and len(kept) <= self.markup:
                self.markup -= 0 if name == "src" and kept.startswith("data:") else len(kept)
                escaped = html.escape(FORBIDDEN.sub("", kept)).replace("\n", " ").replace("\r", " ")
                written.append(f' {name}="{escaped}"')
        return "".join(written)

    def _attribute(self, token, name, value):
        """The value that an attribute keeps, or ""."""
        if name == "src" and value[:5].lower() == "data:":
            return self._image(token, value)
        self.is_odd = self.is_odd or len(value) > (MAX_LINK if name in html_elements.LINKS else MAX_VALUE)
        self.odd += value.count("<") + value.count("data:")
        if name == "style":
            self.is_odd = self.is_odd or inline_style.is_slow(value)
            return inline_style.clean(value)
        if name in ("class", "id"):
            return self._mark(name, value)
        if name in html_elements.LINKS:
            return self._link(value)
        return (
            value if name in html_elements.ATTRIBUTES and len(value) <= MAX_VALUE and not set("<>") & set(value) else ""
        )

    def _mark(self, name, value):
        found = html_elements.MARK.search(value[:MAX_VALUE])
        if not found:
            return "Signature" if name == "id" and value == "Signature" else ""
        if SIBLINGS.search(value[:MAX_VALUE]):
            self.levels[-1][1] = self.has_siblings = True
        self.marks -= 1
        self.leading_marks -= found[0] in LEADING_MARKS
        return html_elements.MARKS[found[0]] if min(self.marks, self.leading_marks) >= 0 else ""

    def _link(self, value):
        value = value.strip()
        if len(value) > MAX_LINK:
            self.is_cut = True
            return ""
        if len(value) > MAX_VALUE:
            self.odd += 10 * DROPPED.sub("", unquote_plus(value)).lower().count("data:")
        if "data:" in value.lower():
            return ""  # Odoo drops it too
        return value.replace("<", "%3C").replace(">", "%3E")

    def _image(self, token, value):
        value = value.strip()
        if token.name != "img" or not html_elements.IMAGE.fullmatch(value):
            self.odd += 1
            self.is_odd = self.is_odd or len(value) > MAX_VALUE
            self.loses_image = self.loses_image or token.name == "img" and bool(html_elements.LOST_IMAGE.match(value))
            return ""
        if len(value) > self.images:
            self.is_odd = self.is_cut = True
            return ""
        self.images -= len(value)
        self.markup += len(value) if len(value) > self.markup else 0
        return value
