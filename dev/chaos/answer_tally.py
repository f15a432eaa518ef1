"""What became of answers to customers: what SMTP took, what is on the tickets, and what their authors were told.

An answer is known by its words, which no other has. Everything is counted from the outside.
"""

import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from dev.acme import CUSTOMER
from dev.chaos import tally

WORDS = "Answer {}."
MARK = re.compile(r"Answer (\d+)\.")
SAID = """
SELECT substring(body from 'Answer (\\d+)\\.')::int AS number, count(*) FROM mail_message
 WHERE model = 'helpdesk.ticket' AND message_type = 'comment' AND NOT coalesce(is_internal, false)
   AND body LIKE '%Answer %'
 GROUP BY 1
"""


class _Everybody:
    """All addresses there are."""

    def __contains__(self, address):
        return True


class Inbox:
    """Where customers get their emails: keeps which answers SMTP has taken. :ivar taken: (number, Message-ID)"""

    users = _Everybody()

    def __init__(self):
        self.taken = []

    def deliver(self, content, recipients, _sender):
        """Take an email; those to colleagues are none to customers."""
        if CUSTOMER not in recipients:
            return
        mail = message_from_bytes(content, policy=policy.default)
        found = MARK.search(mail.get_body(("plain", "html")).get_content())
        if found:
            self.taken.append((int(found[1]), mail["Message-ID"]))

    def letters(self):
        """{number: how often each Message-ID was taken}"""
        found = defaultdict(Counter)
        for number, message_id in list(self.taken):
            found[number][message_id] += 1
        return found


@dataclass
class Answer:
    """One answer to a customer.

    :param number: stands in its words
    :param reply: id of its row
    :ivar told: whether somebody was told that it is taken back; None if nobody has asked
    :ivar untold: how many have asked and got no answer
    :ivar repeats: how often its email may come again, as no SMTP client can avoid that
    """

    number: int
    ticket: int
    reply: int
    told: bool | None = None
    untold: int = 0
    repeats: int = 0


@dataclass
class Became:
    """What became of an answer: its state, how often it is on its ticket, and its letters by Message-ID."""

    state: str
    said: int = 0
    letters: Counter = field(default_factory=Counter)


def compare(answer, became):
    """What is wrong with an answer: how often it is lost, doubled, wrong, untold, and whether it is still open."""
    wrong, letters = Counter(), became.letters
    if became.state == "sent":
        wrong["lost"] = int(not became.said or not letters)
        again = letters.total() - len(letters)
        wrong["doubled"] = max(became.said - 1, 0) + max(len(letters) - 1, 0) + max(again - answer.repeats, 0)
    elif became.state in ("undone", "stopped"):
        wrong["wrong"] = int(bool(became.said or letters))
    else:
        wrong["open"] = 1
    if answer.told is not None and answer.told != (became.state == "undone"):
        wrong["wrong"] += 1
    wrong["untold"] = answer.untold
    return +wrong


def became(desk):
    """{number: `Became`} of all answers."""
    numbers = ", ".join(str(answer.reply) for answer in desk.answers) or "0"
    states = dict(desk.play.ask(f"SELECT id, state FROM helpdesk_ticket_reply WHERE id IN ({numbers})"))
    said, letters = dict(desk.play.ask(SAID)), desk.inbox.letters()
    return {
        one.number: Became(states.get(one.reply, "gone"), said.get(one.number, 0), letters[one.number])
        for one in desk.answers
    }


def count(desk, name, kills=0):
    """What became of the answers, as a Tally."""
    found, total, there = tally.Tally(name), Counter(), became(desk)
    for answer in desk.answers:
        total += (wrong := compare(answer, there[answer.number]))
        if wrong:
            found.complaints.append(f"{answer}: {dict(wrong)}; {there[answer.number]}"[:500])
    waiting = desk.play.ask(
        "SELECT state, reason, count(*) FROM helpdesk_slack_inbound WHERE state IN ('pending', 'failed') GROUP BY 1, 2"
    )
    found.complaints += [f"{number} rows of the Slack inbox are {state}: {why}" for state, why, number in waiting]
    unsent = desk.play.ask("SELECT state, failure_reason, count(*) FROM mail_mail WHERE state != 'sent' GROUP BY 1, 2")
    found.complaints += [f"{number} emails are {state}: {why}" for state, why, number in unsent]
    found.figures = {
        **dict.fromkeys(tally.COLUMNS),
        "tickets": len({answer.ticket for answer in desk.answers}),
        tally.ANSWERS: len(desk.answers),
        "comments": sum(one.said for one in there.values()),
        "copies": sum(one.letters.total() - len(one.letters) for one in there.values()),
        "kills": kills,
        "seconds": round(time.monotonic() - desk.started),
        **{name: total[name] for name in ("lost", "doubled", "wrong", "untold", "open")},
    }
    return found
