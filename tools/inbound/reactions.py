"""Recognizes an email that is only a reaction, such as a thumbs-up, to another email.

Sources: https://developers.google.com/workspace/gmail/reactions/format (Gmail); Outlook sends a text of its own to
people outside the organization: ``[like] Jane Doe reacted to your message:`` and the headers of that email.
"""

import json
import re
from typing import NamedTuple

from ..email import mime_text

#: The part with which Gmail says that an email is a reaction.
GMAIL = ("text", "vnd.google.email-reaction+json")
#: A longer emoji is none: families of four with skin tones have 25 characters.
MAX_EMOJI = 40
#: Outlook's six reactions, as the alternative text of their pictures names them.
OUTLOOK_EMOJI = {"like": "👍", "heart": "❤️", "celebrate": "🎉", "laugh": "😆", "surprised": "😲", "sad": "😢"}
OUTLOOK = re.compile(r"(?:\[([A-Za-z]{2,20})\]\s*|0\s+)?\S.{0,150}\breacted to your message:?")
PHRASE, TEXTS = "reacted to your message", {("text", "plain"), ("text", "html")}
#: What Outlook writes after it: a line, and the headers of the email that was reacted to.
QUOTED = re.compile(r"_{10,}|-{10,}|From:.*|>.*")


class Reaction(NamedTuple):
    emoji: str  #: may be empty
    program: str


def reaction(message):
    """The `Reaction` that an email is; None if it is an ordinary email. Takes any email, never raises."""
    for part in mime_text.parts(message):
        if mime_text.content_type(part) == GMAIL:
            emoji = _gmail_emoji(part)
            # Gmail itself shows an email with an unreadable part as an ordinary one.
            return Reaction(emoji, "Gmail") if emoji else None
    return _outlook(message)


def _gmail_emoji(part):
    try:
        content = json.loads(mime_text.text_of(part)[:1000])
    except ValueError:
        return ""
    emoji = content.get("emoji") if isinstance(content, dict) else None
    if not isinstance(emoji, str) or not 0 < len(emoji) <= MAX_EMOJI or re.search(r"[\s<>&A-Za-z]", emoji):
        return ""
    return mime_text.UNSTORABLE.sub("", emoji)


def _outlook(message):
    texts = [part for part in mime_text.parts(message) if mime_text.content_type(part) in TEXTS]
    if not any(PHRASE in mime_text.text_of(part) for part in texts):
        return None  # reading HTML takes time, and hardly any email is a reaction
    lines = [line.strip() for line in mime_text.body_text(message)[:5000].splitlines() if line.strip()]
    found = OUTLOOK.fullmatch(lines[0]) if lines else None
    # A person may write such a line, but writes more below it.
    if not found or (lines[1:] and not QUOTED.fullmatch(lines[1])):
        return None
    return Reaction(OUTLOOK_EMOJI.get((found[1] or "").lower(), ""), "Outlook")
