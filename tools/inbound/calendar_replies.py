"""Tells whether a person has added words to the reply of a calendar (RFC 5546 section 3.2.3).

The calendar itself writes a sentence ("Jane Doe has accepted this invitation"), and the title, the time and the place
of the event. Who declines says why, above that or in a comment. No program marks these words: what the calendar writes
is left out here, and what remains is the person's. In doubt there is too much: a ticket that nobody needs is closed
soon.
"""

import re

from ..email import mime_text, quote_words, text_quotes

#: Characters of a text, and of an event, that are looked at.
MAX_LOOK = 20_000
#: Words around the name of a person in a calendar's sentence: "has tentatively accepted your event invitation".
MAX_SENTENCE = 7
FOLD = re.compile(r"\r?\n[ \t]")
TITLE = re.compile(r"^SUMMARY(?:;[^:\r\n]{0,200})?:(.*)$", re.MULTILINE | re.IGNORECASE)
#: A comment of the event, and Google's in the line of the attendee.
COMMENT = re.compile(
    r"^COMMENT(?:;[^:\r\n]{0,200})?:(.*)$|;X-RESPONSE-COMMENT=(\"[^\"\r\n]*\"|[^;:\r\n]*)", re.MULTILINE | re.IGNORECASE
)
ESCAPED = re.compile(r"\\[nN]")
WORD = re.compile(r"[^\W_]+")
QUESTION = re.compile(r"[?？؟;]")
#: "accepted", "declined", as calendars write it.
STATUS = (
    r"accept|declin|tentativ|zugesagt|abgesagt|abgelehnt|angenommen|vorbehalt|akzeptiert|přija|odmít|předběžn|prija|odmiet"
    r"|accepté|refusé|décliné|provisoire|acepta|rechaza|provisional|accetta|rifiuta|provvisori|aceit|recus|geaccepteerd"
    r"|geweigerd|afgewezen|zaakceptował|odrzucił|wstępn|accepterat|accepteret|avböj|afvis|akseptert|avslått|hyväksy|hylä"
    r"|elfogad|elutasít|accepta|refuza|приня|отклон|прийня|відхил|αποδέχ|απέρριψ|kabul|reddet|接受|拒绝|謝絶|承諾|辞退|수락|거절"
)
EVENT = (
    r"invit|event|meeting|appointment|request|einladung|termin|besprechung|pozvánk|událost|udalosť|schůzk|uitnodiging"
    r"|afspraak|vergadering|convite|convoca|reunión|réunion|rendez-vous|riunion|reunião|zaprosz|spotkani|wydarzeni|inbjudan"
    r"|möte|møte|begivenhed|indkald|kutsu|kokou|meghív|esemény|приглаш|встреч|запрош|зустріч|πρόσκλη|davet|招待|邀请|邀請|초대"
)
SENTENCE = re.compile(rf"(?=.*(?:{STATUS}))(?=.*(?:{EVENT}))", re.IGNORECASE)
#: Exchange, for a room.
SENT_BY = re.compile(r"sent by microsoft exchange", re.IGNORECASE)


def has_words(message, calendar):
    """Whether the email of a calendar's reply has words of a person. :param calendar: its part with the event"""
    event = FOLD.sub("", mime_text.text_of(calendar)[:MAX_LOOK])
    if any(_words(ESCAPED.sub(" ", found[1] or found[2] or "")) for found in COMMENT.finditer(event)):
        return True
    titles = [" ".join(found[1].replace("\\", "").casefold().split()) for found in TITLE.finditer(event)]
    names = [mime_text.decode(mime_text.header(message, name)) for name in ("Subject", "From")]
    known, person = set(_words(" ".join(names))), set(_words(names[1]))
    for line in _own_lines(mime_text.body_text(message)[:MAX_LOOK]):
        words = _words(line)
        if any(title and title in " ".join(line.casefold().split()) for title in titles):
            return False  # the description of the event begins
        if set(words) <= known or SENT_BY.search(line):
            continue
        others = [word for word in words if word not in person]
        if QUESTION.search(line) or len(others) > MAX_SENTENCE or not SENTENCE.search(line):
            return True
    return False


def _own_lines(text):
    """The lines of a text without the history that an email program has marked."""
    kept = []
    # A text that is all history counts as none here.
    for is_quoted, lines in text_quotes.segments(["·", *text.split("\n")]):
        kept += [] if is_quoted else lines
    return [line for line in kept[1:] if not quote_words.ORIGINAL.match(line)]


def _words(text):
    return [word.casefold() for word in WORD.findall(text)]
