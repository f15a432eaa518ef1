"""The thread around a message in Slack that becomes a ticket: what is taken along, and what the ticket is called."""

from . import message_html, shared_file
from .inbound_row import ref, text, ts
from .message_words import dicts
from .mrkdwn import shorten
from .response import as_dict

#: Messages of the thread that are taken along, beside the chosen one.
MAX_MESSAGES = 50
#: People, and channels, whose names are asked for: at least all authors.
MAX_NAMES = 51
MAX_TITLE = 150
#: Subtypes that a person or a program says something with; the others are notices of Slack's.
SPOKEN = frozenset({"", "file_share", "me_message", "thread_broadcast", "bot_message"})


def messages(found, chosen):
    """The messages of a thread that say something, oldest first, each once; the chosen one among them.

    :param found: what ``conversations.replies`` returned; may be anything
    :param chosen: the message itself, as the shortcut had it; may be empty
    """
    by_ts = {ts(message.get("ts")): message for message in [chosen, *dicts(found)] if ts(as_dict(message).get("ts"))}
    return [by_ts[sent] for sent in sorted(by_ts) if _says_something(by_ts[sent])]


def _says_something(message):
    subtype = message.get("subtype") or ""
    if not isinstance(subtype, str) or subtype not in SPOKEN:
        return False
    return bool(message_html.has_words(message) or shared_file.files_of(message))


def around(said, chosen_ts):
    """The other messages: those nearest to the chosen one. :return: (messages, whether some were left out)"""
    others = [message for message in said if message["ts"] != chosen_ts]
    if len(others) <= MAX_MESSAGES:
        return others, False
    before = [message for message in others if message["ts"] < chosen_ts]
    start = max(0, min(len(before) - MAX_MESSAGES // 2, len(others) - MAX_MESSAGES))
    return others[start : start + MAX_MESSAGES], True


def mentioned(said):
    """The ids of who wrote these messages, and of the people and channels that they mention, as `Mentioned`."""
    found = [message_html.mentioned(message) for message in said]
    people = dict.fromkeys(filter(None, (ref(message.get("user")) for message in said)))
    people |= dict.fromkeys(one for each in found for one in each.people)
    channels = dict.fromkeys(one for each in found for one in each.channels)
    return message_html.Mentioned(tuple(people)[:MAX_NAMES], tuple(channels)[:MAX_NAMES])


def author(message, names):
    """Who wrote a message, by name. :param names: `message_words.Names`"""
    profile = as_dict(message.get("bot_profile"))
    program = text(message.get("username")) or text(profile.get("name"))
    return (names.people.get(ref(message.get("user"))) or program).strip()[:200]


def title(message, names):
    """The first words of a message; empty if it has none."""
    lines = [" ".join(line.split()) for line in message_html.plain(message, names).splitlines()]
    return shorten(next(filter(None, lines), ""), MAX_TITLE)
