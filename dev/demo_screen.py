"""What the demo shows in a terminal: lines with the seconds that passed, and messages of Slack to read."""

import html
import os
import re
import shutil
import sys
import textwrap
import time
from datetime import datetime

INDENT = " " * 11
STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}
EMOJI = {
    ":new:": "🆕",
    ":white_check_mark:": "✅",
    ":large_blue_circle:": "🔵",
    ":large_orange_diamond:": "🔶",
    ":red_circle:": "🔴",
    ":raised_hand:": "✋",
    ":point_right:": "👉",
    ":speech_balloon:": "💬",
    ":leftwards_arrow_with_hook:": "↩",
    ":memo:": "📝",
    ":arrows_counterclockwise:": "🔄",
    ":paperclip:": "📎",
    ":arrow_right:": "➡",
    ":writing_hand:": "✍",
    ":wastebasket:": "🗑",
    ":octagonal_sign:": "🛑",
    ":warning:": "⚠",
    ":star:": "⭐",
    ":alarm_clock:": "⏰",
    ":hourglass_flowing_sand:": "⏳",
    ":rotating_light:": "🚨",
    ":zzz:": "💤",
    ":file_folder:": "📁",
    ":ticket:": "🎫",
}


class Screen:
    """Prints what happened and when."""

    def __init__(self):
        self.people = {}  # names of the members of Slack, by their ids
        self._started = time.monotonic()
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._width = min(shutil.get_terminal_size().columns, 100)

    def title(self, text):
        """What the next lines are about."""
        print(f"\n{self._style(text, 'bold')}", flush=True)

    def doing(self, side, text):
        """Something that takes a moment has begun."""
        self._line(" ", self._style(f"{side:<11}{text} …", "dim"))

    def seen(self, side, text):
        """Something has happened, as seen from one side."""
        self._line(self._style("✓", "green"), f"{side:<11}{text}")

    def note(self, text):
        """Something worth knowing."""
        self._line(self._style("!", "yellow"), text)

    def failed(self, text):
        """Something has not happened."""
        self._line(self._style("✗", "red"), self._style(text, "red"))

    def more(self, text):
        """More about the line above."""
        print(textwrap.indent(text, INDENT), flush=True)

    def table(self, rows):
        """Names, each with an address and a word about it."""
        for name, (address, remark) in rows.items():
            self.more(f"{name:<11}{address:<44}  {self._style(remark, 'dim')}".rstrip())

    def message(self, message):
        """A message of Slack: its text as in a notification, its blocks as in the channel."""
        text = message.get("text") or ""
        self.more(self._style(f"text:  {self._plain(text)}", "dim"))
        width = self._width - len(INDENT) - 3
        lines = [line for block in message.get("blocks") or () for line in self._safely(block, width)]
        lines += [f"[{one.get('title') or one.get('name') or 'file'}]" for one in message.get("files") or ()]
        bar = self._style("┃", "blue")
        self.more("\n".join(f"{bar} {line}" for line in lines))

    def _line(self, mark, text):
        print(f"{time.monotonic() - self._started:6.1f} s {mark} {text}", flush=True)

    def _style(self, text, name):
        return f"\033[{STYLES[name]}m{text}\033[0m" if text and self._coloured else text

    def _safely(self, block, width):
        """A block as lines; of one that is odd, only its kind."""
        try:
            return self._block(block, width)
        except (AttributeError, KeyError, TypeError, ValueError):
            return [f"({block.get('type') if isinstance(block, dict) else 'odd'})"]

    def _block(self, block, width):
        """A block as lines; kinds that we do not send are named only."""
        if block["type"] == "header":
            return [self._style(line, "bold") for line in self._wrapped(block["text"]["text"], width)]
        if block["type"] == "section" and "fields" in block:
            return self._fields(block["fields"], width)
        if block["type"] == "section":
            return self._wrapped(block["text"]["text"], width)
        if block["type"] == "actions":
            return self._buttons(block["elements"], width)
        if block["type"] == "context":
            return self._wrapped("  ".join(one.get("text") or one["alt_text"] for one in block["elements"]), width)
        if block["type"] == "rich_text":
            return self._wrapped(_words(block).strip(), width)
        if block["type"] == "divider":
            return ["─" * 20]
        return [f"({block['type']})"]

    def _buttons(self, elements, width):
        """Buttons side by side, those that lead somewhere with their address."""
        links = [one for one in elements if one.get("url")]
        labels = [one["text"]["text"] if "text" in one else "⋯" for one in elements if one not in links]
        row = "  ".join(f"[ {self._plain(label)} ]" for label in labels)
        rows = textwrap.wrap(row, width, break_on_hyphens=False) if row else []
        return rows + [f"[ {self._plain(one['text']['text'])} ]  {one['url']}" for one in links]

    def _fields(self, fields, width):
        """Two columns, as Slack shows them; what does not fit into one gets a line of its own."""
        cells = [": ".join(self._plain(field["text"]).replace("*", "").split("\n")) for field in fields]
        half = width // 2
        if any(len(cell) >= half for cell in cells):
            return cells
        pairs = zip(cells[::2], [*cells[1::2], ""], strict=False)
        return [f"{left:<{half}}{right}".rstrip() for left, right in pairs]

    def _plain(self, text):
        return plain(text, self.people)

    def _wrapped(self, text, width):
        """Lines of at most `width`; a quotation keeps its mark."""
        lines = []
        for line in self._plain(text).split("\n"):
            quote = "> " if line.startswith(">") else ""
            parts = textwrap.wrap(line.removeprefix(">").strip() if quote else line, width - len(quote)) or [""]
            lines += [f"{quote}{part}".rstrip() for part in parts]
        return lines


def _words(thing):
    """The words of a rich text, each part of it on a line of its own."""
    if isinstance(thing, list):
        return "".join(map(_words, thing))
    own = str(thing.get("text") or thing.get("url") or "")
    own += f"<@{thing['user_id']}>" if "user_id" in thing else f":{thing['name']}:" if "name" in thing else ""
    end = "\n" if thing.get("type", "").startswith("rich_text_") else ""
    return own + _words(thing.get("elements") or []) + end


def plain(text, people=None):
    """Slack's markup without its brackets: mentions, dates and links as people read them.

    :param people: names of members, by their ids
    """
    text = re.sub(r"<@(\w+)>", lambda found: f"@{(people or {}).get(found[1], found[1])}", text)
    for code, character in EMOJI.items():
        text = text.replace(code, character)
    text = re.sub(r"<!date\^(\d+)\^[^>]*>", _date, text)
    text = re.sub(r"<!(?:subteam\^)?(\w+)[^>]*>", r"@\1", text)
    text = re.sub(r"<([^>|]+)\|([^>]+)>", r"\2 (\1)", text)
    return html.unescape(re.sub(r"<([^>]+)>", r"\1", text))


def _date(found):
    return f"{datetime.fromtimestamp(int(found[1])).astimezone():%Y-%m-%d %H:%M %Z}"
