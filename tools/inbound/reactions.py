"""Recognizes an email that is only a reaction, such as a thumbs-up, to another email.

Sources: https://developers.google.com/workspace/gmail/reactions/format (Gmail); Outlook sends a text of its own to
people outside the organization: ``[like] Jane Doe reacted to your message:`` and the headers of that email.
"""

import json
import re
from typing import NamedTuple

from ..email import mime_text
from .forward_words import FIELD_OF

#: The part with which Gmail says that an email is a reaction.
GMAIL = ("text", "vnd.google.email-reaction+json")
#: A longer emoji is none: families of four with skin tones have 25 characters.
MAX_EMOJI = 40
#: Outlook's six reactions, as the alternative text of their pictures names them.
OUTLOOK_EMOJI = {"like": "👍", "heart": "❤️", "celebrate": "🎉", "laugh": "😆", "surprised": "😲", "sad": "😢"}
#: "reacted to your message" in Outlook's languages: the verb and the noun, in either order.
REACTED = (
    r"reacted|reagiert|réagi|reaccion(?:ado|ó)|reagito|reagiu|reagido|gereageerd|reagerade|reagerat|reageret|reagerede"
    r"|reagert|reagerte|reagoval\S*|zareagoval\S*|zareagował\S*|reagált|reagoi|reacționat|αντέδρασε|реагировал\S*"
    r"|відреагува\S*|tepki verdi|リアクション\S*|回应|回應|반응\S*"
)
MESSAGE = (
    r"message|nachricht|mensaje|messaggio|mensagem|berichte?|meddelande|meddelelse|meldingen?|zprávu|správu|wiadomość"
    r"|üzenet\S*|viesti\S*|mesajul?|μήνυμ\S*|сообщени\S*|повідомлення|ileti\S*|メッセージ\S*|邮件\S*|郵件\S*"
    r"|메시지\S*"
)
PHRASE = re.compile(
    rf"(?:{REACTED})\W.{{0,40}}\b(?:{MESSAGE})|(?:\b|(?<=[の的]))(?:{MESSAGE}).{{0,40}}(?:{REACTED})", re.IGNORECASE
)
OUTLOOK = re.compile(r"(?:\[([^\W\d_][^\[\]]{1,24})\]\s*|0\s+)?\S.{0,150}", re.IGNORECASE)
#: "your": without the picture's name in front, a person may write that nobody has reacted to *their* message.
YOUR = re.compile(
    r"(?<!\w)(?:your|ihre|deine|votre|ton|tu|su|vuestro|tuo|suo|vostro|sua|seu|tua|teu|uw|je|jouw|ditt|din|deres|ert"
    r"|tvoji|vaši|vašu|tvoju|twoją|pańska|państwa|sinun|dvs|tău|σας|σου|ваше|твоє|당신의|iletin\S*)(?!\w)|你的|您的|あなた",
    re.IGNORECASE,
)
TEXTS = {("text", "plain"), ("text", "html")}
ENGLISH = re.compile(r"\breacted to your message$")
HINT = re.compile(rf"{REACTED}", re.IGNORECASE)
#: Characters of the texts of an email that are searched for it. A reaction begins with it.
MAX_LOOK = 50_000
#: In some languages a word follows the phrase.
MAX_AFTER = 4
#: What Outlook writes after it: a line, and the headers of the email that was reacted to.
QUOTED = re.compile(r"_{10,}|-{10,}|>.*")


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
    if not _has_hint(texts):
        return None  # reading HTML takes time, and hardly any email is a reaction
    lines = [line.strip() for line in mime_text.body_text(message)[:5000].splitlines() if line.strip()]
    # A person may write such a line, but writes more below it.
    if not lines or (lines[1:] and not _is_quoted(lines[1])):
        return None
    line = lines[0].rstrip(" :：\xa0")
    found = OUTLOOK.fullmatch(line)
    phrase = PHRASE.search(line) if found else None
    # The phrase is the end of the line, behind a name.
    if not phrase or phrase.end() < len(line) - MAX_AFTER or not line[: phrase.start()].strip():
        return None
    is_named = line.startswith(("[", "0 "))
    is_english = bool(ENGLISH.search(line))
    if not (is_named or is_english or (lines[1:] and YOUR.search(line))):
        return None
    return Reaction(OUTLOOK_EMOJI.get((found[1] or "").lower(), ""), "Outlook")


def _has_hint(parts):
    """Whether the beginning of some texts has a word of a reaction."""
    room = MAX_LOOK
    for part in parts:
        text = mime_text.text_of(part)[:room]
        if HINT.search(text):
            return True
        room -= len(text)
        if room <= 0:
            break
    return False


def _is_quoted(line):
    """Whether a line begins the quote of the email that was reacted to."""
    label = re.match(r"([^\W\d_][^:：]{0,30}?)\s?[:：]", line)
    return bool(QUOTED.fullmatch(line)) or (bool(label) and FIELD_OF.get(label[1].casefold()) == "from")
