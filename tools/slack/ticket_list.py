"""Lists of tickets, for one person alone: the answer to a slash command, and App Home.

Each ticket is a line with what matters and, below it, what can be done. A button names its ticket in its `action_id`;
the `block_id` around it holds the question, so that a click can show the list anew.
"""

from dataclasses import dataclass

from . import acts, mrkdwn
from .inbound_row import text
from .message_words import unescape
from .response import as_dict
from .root_message import section

#: Tickets in a message, and in each part of App Home.
MAX_IN_MESSAGE, MAX_IN_PART = 5, 8
MAX_TITLE, MAX_NAME, MAX_SENTENCE, MAX_QUESTION = 150, 60, 500, 100
SEPARATOR = ":"
#: What is asked by words of its own.
MINE, AT_RISK, HELP = "mine", "at_risk", "help"


@dataclass(frozen=True)
class Entry:
    """A ticket in a list, in plain unescaped words.

    :param due: epoch seconds, 0 for none, with `due_text` where Slack cannot show a date
    :param acts: `acts.Act` and `acts.Menu` objects
    """

    ticket_id: int
    reference: str
    title: str
    url: str
    emoji: str
    status: str
    assignee: str
    due: int = 0
    due_text: str = ""
    acts: tuple = ()


@dataclass(frozen=True)
class Part:
    """A part of App Home. :param more: what is said when there are more tickets; `nothing` when there is none"""

    title: str
    entries: tuple
    nothing: str
    more: str = ""


def message(title, entries, question, nothing, more="", notice=""):
    """The answer to a question: ``text`` and ``blocks``.

    :param notice: what became of a click, said above the list
    """
    shown = entries[:MAX_IN_MESSAGE]
    blocks = [
        *([section(mrkdwn.words(notice, MAX_SENTENCE))] if notice else []),
        section(f"*{mrkdwn.words(title, MAX_TITLE)}*"),
        *(_blocks(shown, question) or [section(mrkdwn.words(nothing, MAX_SENTENCE))]),
        *([_context(more)] if more else []),
    ]
    lines = [f"{entry.reference} {mrkdwn.one_line(entry.title)}" for entry in shown]
    text = mrkdwn.shorten("\n".join([notice or title, *lines]) if shown else notice or nothing, 2000)
    return {"text": mrkdwn.escape(text).strip() or "…", "blocks": blocks}


def home(title, parts, notice=""):
    """App Home. :param parts: `Part` objects"""
    blocks = [{"type": "header", "text": acts.plain(title, 150)}]
    if notice:
        blocks.append(section(mrkdwn.words(notice, MAX_SENTENCE)))
    for number, part in enumerate(parts):
        if number:
            blocks.append({"type": "divider"})
        blocks.append(section(f"*{mrkdwn.words(part.title, MAX_TITLE)}*"))
        entries = _blocks(part.entries[:MAX_IN_PART], f"home{number}")
        blocks += entries or [_context(part.nothing)]
        if part.more:
            blocks.append(_context(part.more))
    return {"type": "home", "blocks": blocks}


def _blocks(entries, question):
    blocks = []
    for entry in entries:
        blocks.append(section(_line(entry)))
        elements = acts.elements(entry.acts, entry.ticket_id, f"{entry.reference} {entry.title}")
        if elements:
            block_id = f"{entry.ticket_id}{SEPARATOR}{question[:MAX_QUESTION]}"
            blocks.append({"type": "actions", "block_id": block_id, "elements": elements})
    return blocks


def _line(entry):
    reference = mrkdwn.shorten(entry.reference, MAX_NAME)
    label = mrkdwn.link(entry.url, reference) if entry.url else mrkdwn.escape(reference)
    due = mrkdwn.date(entry.due, mrkdwn.shorten(entry.due_text, MAX_NAME), countdown=True) if entry.due else ""
    facts = [f"{entry.emoji} {mrkdwn.words(entry.status, MAX_NAME)}", mrkdwn.words(entry.assignee, MAX_NAME), due]
    return f"{label} {mrkdwn.words(entry.title, MAX_TITLE)}\n{' · '.join(filter(None, facts))}"


def _context(words):
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn.words(words, MAX_SENTENCE)}]}


def question_of(payload):
    """The question of the list in which somebody has clicked; None if it was in no list."""
    actions = as_dict(payload).get("actions")
    first = as_dict(actions[0]) if isinstance(actions, list) and actions else {}
    number, separator, question = text(first.get("block_id")).partition(SEPARATOR)
    return question if separator and number.isdigit() else None


def is_in_home(payload):
    """Whether somebody has clicked in App Home."""
    return as_dict(as_dict(payload).get("view")).get("type") == "home"


def asked(words, own_words):
    """What a slash command asks: `MINE`, `AT_RISK`, `HELP`, or the words to search for.

    :param words: as Slack sends them, with ``&amp;`` for what was typed
    :param own_words: {word that a person may use: one of these}
    """
    words = mrkdwn.one_line(unescape(words))[:MAX_QUESTION]
    known = {"": MINE, "mine": MINE, "my": MINE, "at risk": AT_RISK, "risk": AT_RISK, "help": HELP, "?": HELP}
    return {**{key.casefold(): value for key, value in own_words.items()}, **known}.get(words.casefold(), words)
