"""The blocks with which a message is laid out beside rich text, as HTML: those of apps, and tables that people paste.

Source: https://docs.slack.dev/reference/block-kit/blocks. Buttons and menus are not words, and are left out.
"""

from . import emoji
from .inbound_row import text
from .message_words import anchor, dicts, escaped
from .response import as_dict

#: Slack's limits: characters of one text, blocks of a message, rows and columns of a table.
MAX_TEXT, MAX_BLOCKS, MAX_ROWS, MAX_CELLS = 12_000, 50, 100, 20


def render(blocks, rich, mrkdwn):
    """:param rich: `message_blocks.Blocks`, for rich text :param mrkdwn: makes HTML of a text in mrkdwn"""
    layout = _Layout(rich, mrkdwn)
    return "".join(layout.block(block) for block in blocks[:MAX_BLOCKS])


def texts(blocks):
    """The texts in mrkdwn among the blocks."""
    for block in blocks[:MAX_BLOCKS]:
        for one in (block.get("text"), *dicts(block.get("fields")), *dicts(block.get("elements"))):
            if as_dict(one).get("type") == "mrkdwn":
                yield text(one.get("text"))[:MAX_TEXT]


def elements(block):
    """The elements of a block, or of one of its elements, whatever they are called: also the cells of a table."""
    rows = block.get("rows")
    cells = [cell for row in (rows[:MAX_ROWS] if isinstance(rows, list) else ()) for cell in dicts(row)[:MAX_CELLS]]
    return [*dicts(block.get("elements")), *cells]


class _Layout:
    def __init__(self, rich, mrkdwn):
        self.rich, self.mrkdwn = rich, mrkdwn

    def block(self, block):
        """A block as HTML; empty for what has no words."""
        if block.get("type") == "rich_text":
            return self.rich.render([block])
        make = getattr(self, f"_{text(block.get('type'))}", None) if block.get("type") in KINDS else None
        return make(block) if make else ""

    def _words(self, found):
        """A text object as HTML."""
        found = as_dict(found)
        said = text(found.get("text"))[:MAX_TEXT]
        if found.get("type") == "mrkdwn":
            return self.mrkdwn(said)
        return f"<p>{_plain(said)}</p>" if found.get("type") == "plain_text" and said.strip() else ""

    def _header(self, block):
        said = _plain(text(as_dict(block.get("text")).get("text"))[:MAX_TEXT])
        return f"<p><b>{said}</b></p>" if said.strip() else ""

    def _section(self, block):
        return "".join(map(self._words, [block.get("text"), *dicts(block.get("fields"))[:MAX_CELLS]]))

    def _context(self, block):
        return "".join(map(self._words, dicts(block.get("elements"))[:MAX_CELLS]))

    def _markdown(self, block):
        said = text(block.get("text"))[:MAX_TEXT].strip()
        return f"<p>{_plain(said)}</p>" if said else ""

    def _image(self, block):
        label = text(as_dict(block.get("title")).get("text")) or text(block.get("alt_text"))
        url = text(block.get("image_url")) or text(as_dict(block.get("slack_file")).get("url"))
        return _link(url, label)

    def _video(self, block):
        title = text(as_dict(block.get("title")).get("text")) or text(block.get("alt_text"))
        return _link(text(block.get("title_url")), title) + self._words(block.get("description"))

    def _table(self, block):
        rows = block.get("rows")
        rows = [dicts(row)[:MAX_CELLS] for row in rows[:MAX_ROWS]] if isinstance(rows, list) else []
        html = "".join(f"<tr>{''.join(map(self._cell, row))}</tr>" for row in rows if row)
        return f"<table><tbody>{html}</tbody></table>" if html else ""

    def _cell(self, cell):
        is_rich = cell.get("type") == "rich_text"
        return f"<td>{self.rich.render([cell]) if is_rich else _plain(text(cell.get('text'))[:MAX_TEXT])}</td>"


#: The kinds that have a method.
KINDS = ("header", "section", "context", "markdown", "image", "video", "table")


def _plain(said):
    return escaped(emoji.replace_names(said))


def _link(url, label):
    """A line that leads somewhere, if a browser would open that."""
    inner = anchor(url, escaped(label[:MAX_TEXT])) if url else escaped(label[:MAX_TEXT])
    return f"<p>{inner}</p>" if inner else ""
