"""Renders an event as a reply in a ticket's thread: `EventDetails` in, ``{"text", "body"}`` out.

``text`` is for notifications, ``body`` for the thread. Both are rendered when the event happens and sent later; only
the mention is added then, by `message`. The sentences come in translated, with names in the form ``%(actor)s``; every
text that fills a name passes `mrkdwn.escape`.
"""

import re
from dataclasses import dataclass, field

from ..ticket import events
from . import mrkdwn, root_message

MAX_NAME = 80
MAX_REASON = 300
#: Characters of an excerpt that a notification shows.
MAX_GLANCE = 150

EMOJI = {
    events.ASSIGNED: ":point_right:",
    events.CUSTOMER_REPLIED: ":speech_balloon:",
    events.AGENT_REPLIED: ":leftwards_arrow_with_hook:",
    events.REPLY_HELD: ":writing_hand:",
    events.REPLY_UNDONE: ":wastebasket:",
    events.REPLY_STOPPED: ":octagonal_sign:",
    events.NOTED: ":memo:",
    events.CLOSED: ":white_check_mark:",
    events.REOPENED: ":arrows_counterclockwise:",
    events.MERGED: ":twisted_rightwards_arrows:",
    events.RATED: ":star:",
    events.SNOOZE_ENDED: ":alarm_clock:",
    events.SLA_START_WARNED: ":hourglass_flowing_sand:",
    events.SLA_START_BREACHED: ":rotating_light:",
    events.SLA_NEXT_RESPONSE_WARNED: ":hourglass_flowing_sand:",
    events.SLA_NEXT_RESPONSE_BREACHED: ":rotating_light:",
    events.SLA_RESOLUTION_WARNED: ":hourglass_flowing_sand:",
    events.SLA_RESOLUTION_BREACHED: ":rotating_light:",
    events.SLA_REVOKED: ":leftwards_arrow_with_hook:",
}
TOOK = ":raised_hand:"
#: Of an event of another addon that brings none.
OTHER = ":information_source:"


@dataclass(frozen=True)
class EventDetails:
    """An event, in plain unescaped text.

    :param labels: the translated sentences that `wording` names, and ``day``, ``hour``, ``minute`` (each with a
        ``%s`` for how many) and ``moment``
    :param actor: who did it; empty for a program
    :param by_reply: the customer's reply reopened the ticket
    :param person: the assignee
    :param is_own: the assignee took it themself
    :param words: the text of the message, without quotes
    :param files: names of the attachments
    :param minutes: how long it took
    :param due: the due date, in words
    :param metric: of which SLA target, where the event does not say that
    :param is_repeated: the same has been said before
    :param ticket: the reference of the ticket that this one was merged into, and `url`, where that is found
    :param rating: the customer's rating, in words
    :param people: who gets a held reply
    :param reason: why a reply was stopped
    :param facts: what else the sentence names, of another addon's event
    :param emoji: of such an event
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
    metric: str = ""
    is_repeated: bool = False
    ticket: str = ""
    url: str = ""
    rating: str = ""
    people: str = ""
    reason: str = ""
    facts: dict = field(default_factory=dict, hash=False)
    emoji: str = ""


def wording(details):
    """The name of the sentence for an event."""
    if details.event == events.ASSIGNED and details.is_own:
        return "took"
    if details.event == events.REOPENED and details.by_reply:
        return "reopened_by_reply"
    if details.is_repeated:
        return f"{details.event}_again"
    if details.metric:
        # Without a due moment, there is no target any more.
        return f"{details.event}_{details.metric}" if details.due else details.event
    return f"{details.event}_by" if details.actor else details.event


def reply(details):
    """The reply as the outbox stores it: ``{"text", "body"}``."""
    template = details.labels.get(wording(details)) or details.labels[details.event]
    names = {"actor": details.actor, "person": details.person, "due": details.due, "rating": details.rating}
    names |= {"ticket": details.ticket, "people": details.people, "reason": details.reason}
    names |= {name: str(words) for name, words in details.facts.items()}
    limits = {"people": MAX_REASON, "reason": MAX_REASON}
    names = {name: mrkdwn.shorten(mrkdwn.one_line(words), limits.get(name, MAX_NAME)) for name, words in names.items()}
    spent = mrkdwn.escape(duration(details.minutes, details.labels))
    plain = _filled(template, {**{name: mrkdwn.escape(words) for name, words in names.items()}, "duration": spent})
    bold = {name: mrkdwn.bold(words) for name, words in names.items()}
    bold["reason"] = mrkdwn.escape(names["reason"])
    if details.url and len(details.url) < root_message.MAX_URL // 10:
        bold["ticket"] = mrkdwn.link(details.url, names["ticket"])
    rich = _filled(template, {**bold, "duration": spent})
    emoji = TOOK if wording(details) == "took" else details.emoji or EMOJI.get(details.event, OTHER)
    files = root_message.files_line(details.files)
    body = [f"{emoji} {rich}", root_message.quotation(details.words), files]
    glance = mrkdwn.escape(mrkdwn.shorten(" ".join(details.words.split()), MAX_GLANCE))
    said = ": ".join(filter(None, [plain, glance]))
    return {
        "text": " ".join(filter(None, [mrkdwn.escape(details.reference), said, files])),
        "body": "\n".join(filter(None, body)),
    }


def message(kept, mention="", buttons=()):
    """The reply as arguments of ``chat.postMessage``.

    :param mention: a token of `root_message`, or empty
    :param buttons: elements of `acts.elements`
    """
    text, body = (" ".join(filter(None, [mention, kept[name]])) for name in ("text", "body"))
    below = [{"type": "actions", "elements": list(buttons)}] if buttons else []
    return {"text": text, "blocks": [root_message.section(body), *below]}


def duration(minutes, units):
    """``192`` is "3 h 12 min": the two largest units, never empty."""
    minutes = int(minutes)
    if minutes < 1:
        return units["moment"]
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = [(days, "day"), (hours, "hour"), (0 if days else minutes % 60, "minute")]
    return " ".join(units[unit].replace("%s", str(count)) for count, unit in parts if count)


def _filled(template, names):
    """Fill the names in. A translation that misspells a name loses that name and breaks nothing."""
    return re.sub(r"%\((\w+)\)s", lambda found: names.get(found[1], ""), template)
