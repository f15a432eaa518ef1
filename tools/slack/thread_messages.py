"""How news reads as a line in a ticket's thread: facts in, ``{"text", "body"}`` out.

``text`` is what a locked phone shows, ``body`` what stands in the thread. Both are written when it happens and sent
later; only whom the line calls is filled in then, by `message`. The sentences come in translated, with names in the
form ``%(actor)s``; whatever fills a name is somebody's words and passes `mrkdwn.escape`.
"""

import re
from dataclasses import dataclass, field

from ..ticket import events
from . import mrkdwn, root_message

MAX_NAME = 80
MAX_FILE = 60
MAX_FILES = 5
#: What of an excerpt fits on a locked phone.
MAX_GLANCE = 150

EMOJI = {
    events.ASSIGNED: ":point_right:",
    events.CUSTOMER_REPLIED: ":speech_balloon:",
    events.AGENT_REPLIED: ":leftwards_arrow_with_hook:",
    events.NOTED: ":memo:",
    events.CLOSED: ":white_check_mark:",
    events.REOPENED: ":arrows_counterclockwise:",
    events.SLA_START_WARNED: ":hourglass_flowing_sand:",
    events.SLA_START_BREACHED: ":rotating_light:",
    events.SLA_RESOLUTION_WARNED: ":hourglass_flowing_sand:",
    events.SLA_RESOLUTION_BREACHED: ":rotating_light:",
}
TOOK = ":raised_hand:"


@dataclass(frozen=True)
class News:
    """What happened, in plain unescaped words.

    :param labels: the translated sentences that `wording` names, and ``day``, ``hour``, ``minute`` (each with a
        ``%s`` for how many) and ``moment``
    :param actor: who did it; empty when it was a program
    :param by_reply: the ticket was reopened by what its customer wrote
    :param person: who has it now
    :param is_own: the person assigned it to themself
    :param words: what was said, without quotes
    :param files: names of what was attached
    :param minutes: how long it took
    :param due: for when it was promised, in words
    """

    event: str
    reference: str
    labels: dict = field(hash=False)
    actor: str = ""
    by_reply: bool = False
    person: str = ""
    is_own: bool = False
    words: str = ""
    files: tuple = ()
    minutes: int = 0
    due: str = ""


def wording(news):
    """The name of the sentence that tells this."""
    if news.event == events.ASSIGNED and news.is_own:
        return "took"
    if news.event == events.REOPENED and news.by_reply:
        return "reopened_by_reply"
    return f"{news.event}_by" if news.actor else news.event


def line(news):
    """The news as it is kept until it is sent."""
    template = news.labels[wording(news)]
    names = {"actor": news.actor, "person": news.person, "due": news.due}
    names = {name: mrkdwn.shorten(" ".join(words.split()), MAX_NAME) for name, words in names.items()}
    spent = mrkdwn.escape(duration(news.minutes, news.labels))
    plain = _filled(template, {**{name: mrkdwn.escape(words) for name, words in names.items()}, "duration": spent})
    rich = _filled(template, {**{name: mrkdwn.bold(words) for name, words in names.items()}, "duration": spent})
    emoji = TOOK if wording(news) == "took" else EMOJI[news.event]
    files = _files(news)
    body = [f"{emoji} {rich}", root_message.quotation(news.words), files]
    glance = mrkdwn.escape(mrkdwn.shorten(" ".join(news.words.split()), MAX_GLANCE))
    said = ": ".join(filter(None, [plain, glance]))
    return {
        "text": " ".join(filter(None, [mrkdwn.escape(news.reference), said, files])),
        "body": "\n".join(filter(None, body)),
    }


def message(kept, mention=""):
    """The line as arguments of ``chat.postMessage``. :param mention: a token of Slack's, which rings a bell"""
    text, body = (" ".join(filter(None, [mention, kept[name]])) for name in ("text", "body"))
    return {"text": text, "blocks": [root_message.section(body)]}


def duration(minutes, units):
    """``192`` is "3 h 12 min": the two largest units, and never nothing."""
    minutes = int(minutes)
    if minutes < 1:
        return units["moment"]
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = [(days, "day"), (hours, "hour"), (0 if days else minutes % 60, "minute")]
    return " ".join(units[unit].replace("%s", str(count)) for count, unit in parts if count)


def _files(news):
    if not news.files:
        return ""
    shown = [mrkdwn.shorten(" ".join(name.split()), MAX_FILE) for name in news.files[:MAX_FILES]]
    more = len(news.files) - len(shown)
    names = ", ".join(map(mrkdwn.escape, shown))
    return f":paperclip: {names}" + (f" +{more}" if more else "")


def _filled(template, names):
    """A translation that misspells a name loses that name; it never breaks what is being told."""
    return re.sub(r"%\((\w+)\)s", lambda found: names.get(found[1], ""), template)
