"""What Slack makes of what a person types: `text` in mrkdwn with the three characters escaped, and a rich_text block.

https://docs.slack.dev/messaging/formatting-message-text, https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import json
import re
from pathlib import Path

EMOJI = json.loads((Path(__file__).parent / "emoji.json").read_text())
#: The first name of each character.
NAMES = {character: name for name, character in reversed(EMOJI.items())}
ANY_EMOJI = re.compile("|".join(sorted(map(re.escape, NAMES), key=len, reverse=True)))
ADDRESS = re.compile(r"https?://[^\s<>|*_~`]*[^\s<>|*_~`.,;:!?)]")
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
CALLS = ("channel", "here", "everyone")
INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)|<@(?P<user>[UW]\w+)>|<#(?P<channel>[CGD]\w+)(?:\|[^>]*)?>|<!subteam\^(?P<group>S\w+)[^>]*>"
    r"|<!(?P<call>channel|here|everyone)>|<(?P<url>(?:https?://|mailto:)[^|>]+)(?:\|(?P<label>[^>]*))?>"
    r"|:(?P<emoji>[a-z0-9_+-]+(?:::skin-tone-\d)?):"
    r"|(?<!\w)(?P<mark>[*_~])(?P<marked>\S(?:[^\n]*?\S)?)(?P=mark)(?!\w)"
)
STYLES = {"*": "bold", "_": "italic", "~": "strike"}
BULLET, NUMBERED = re.compile(r"^(\s*)[•\-*]\s+(.*)$"), re.compile(r"^(\s*)\d+\.\s+(.*)$")


def escape(words):
    """What mrkdwn needs escaped."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(words):
    """The opposite."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(words, space):
    """The `text` of what a person typed: mentions, channels, addresses and emoji as Slack writes them."""
    text = escape(words)
    text = MAIL.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", text)
    text = ADDRESS.sub(lambda found: f"<{found[0]}>", text)
    people = {person.name.lower(): person.id for person in space.people.values()}
    channels = {channel.name: channel for channel in space.channels.values() if channel.name}

    def mention(found):
        name = found[1].lower()
        if name in CALLS:
            return f"<!{name}>"
        return f"<@{people[name]}>" if name in people else found[0]

    text = re.sub(r"(?<![\w<@|:./])@([\w.-]*\w)", mention, text)
    text = re.sub(
        r"(?<![\w&<|/])#([\w-]+)",
        lambda found: f"<#{channels[found[1]].id}|{found[1]}>" if found[1] in channels else found[0],
        text,
    )
    text = re.sub(r"^(\s*)[-*] ", r"\1• ", text, flags=re.M)
    return ANY_EMOJI.sub(lambda found: f":{NAMES[found[0]]}:", text)


def rich_text(text, block_id):
    """The blocks of a text in mrkdwn."""
    elements, line = [], []

    def flush():
        if line:
            elements.append({"type": "rich_text_section", "elements": inline("\n".join(line))})
            line.clear()

    for number, part in enumerate(re.split(r"```\n?(.*?)\n?```\n?", text, flags=re.S)):
        if number % 2:
            flush()
            words = [{"type": "text", "text": unescape(part)}]
            elements.append({"type": "rich_text_preformatted", "elements": words, "border": 0})
            continue
        for one in part.removesuffix("\n").split("\n") if part else []:
            special = _special(one)
            if not special:
                line.append(one)
                continue
            flush()
            _add(elements, *special)
    flush()
    return [{"type": "rich_text", "block_id": block_id, "elements": elements}] if elements else []


def _special(line):
    """(the element that a line belongs to, its words), or None for an ordinary line."""
    for mark in ("&gt;", ">"):  # as a person types it, and as an app writes it
        if line.startswith(mark):
            return {"type": "rich_text_quote"}, line.removeprefix(mark).removeprefix(" ")
    for pattern, style in ((BULLET, "bullet"), (NUMBERED, "ordered")):
        if found := pattern.match(line):
            indent = len(found[1].replace("\t", "    ")) // 4
            return {"type": "rich_text_list", "style": style, "indent": indent, "border": 0}, found[2]
    return None


def _add(elements, kind, words):
    """Continue the last element when it is of the same kind, or begin one."""
    last = elements[-1] if elements else {}
    same = all(last.get(key) == value for key, value in kind.items())
    if kind["type"] == "rich_text_list":
        section = {"type": "rich_text_section", "elements": inline(words)}
        if same:
            last["elements"].append(section)
        else:
            elements.append({**kind, "elements": [section]})
    elif same:
        last["elements"] += [{"type": "text", "text": "\n"}, *inline(words)]
    else:
        elements.append({**kind, "elements": inline(words)})


def inline(text, style=None):
    """The elements within a line."""
    elements, end = [], 0

    def plain(words):
        if words:
            elements.append({"type": "text", "text": unescape(words), **({"style": style} if style else {})})

    for found in INLINE.finditer(text):
        plain(text[end : found.start()])
        end = found.end()
        elements += _element(found, style or {})
    plain(text[end:])
    return elements


def _element(found, style):
    more = {"style": style} if style else {}
    if found["code"]:
        return [{"type": "text", "text": unescape(found["code"][1:-1]), "style": {**style, "code": True}}]
    if found["mark"]:
        return inline(found["marked"], {**style, STYLES[found["mark"]]: True})
    if found["url"]:
        label = {"text": unescape(found["label"])} if found["label"] else {}
        return [{"type": "link", "url": unescape(found["url"]), **label, **more}]
    if found["emoji"]:
        name, _colons, tone = found["emoji"].partition("::skin-tone-")
        if name not in EMOJI:
            return [{"type": "text", "text": found[0], **more}]
        code = "-".join(f"{ord(character):x}" for character in EMOJI[name])
        return [{"type": "emoji", "name": name, "unicode": code, **({"skin_tone": int(tone)} if tone else {})}]
    if found["call"]:
        return [{"type": "broadcast", "range": found["call"], **more}]
    kind = next(name for name in ("user", "channel", "group") if found[name])
    name, key = {"group": ("usergroup", "usergroup_id")}.get(kind, (kind, f"{kind}_id"))
    return [{"type": name, key: found[kind], **more}]
