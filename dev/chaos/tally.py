"""What became of each email, counted from the outside after a scenario, and the table of it.

An email is known by its subject, which no other has: it is in the title of a ticket, on a message, in the log.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from dev.acme import CHANNEL
from dev.chaos.mails import COMMENT, FAILED, TICKET

COLUMNS = (
    *("mails", "copies", "tickets", "comments", "failed", "copies noted", "kills", "seconds"),
    *("lost", "doubled", "wrong", "unflagged", "open", "said twice", "untold"),
)
#: Answers to customers, in the figures of the scenarios that are about them.
ANSWERS = "answers"
#: Each of these has to be 0.
FAULTS = COLUMNS[8:]


@dataclass
class Tally:
    """The figures of a scenario.

    :ivar figures: column -> number; None where it means nothing
    :ivar complaints: in words, what is not as it has to be
    """

    scenario: str
    figures: dict = field(default_factory=dict)
    complaints: list = field(default_factory=list)

    @property
    def is_clean(self):
        return not self.complaints and not any(self.figures[name] for name in FAULTS)

    def expect_kills(self, kills):
        """A scenario in which nobody was killed has shown nothing; returns itself."""
        if self.figures["kills"] != kills:
            self.complaints.append(f"{self.figures['kills']} kills, not {kills}")
        return self

    def as_json(self):
        return {"figures": self.figures, "complaints": self.complaints, "clean": self.is_clean}

    def row(self):
        """A line of the table."""
        return _line(self.scenario, *(self.figures[name] for name in COLUMNS), "clean" if self.is_clean else "FAULT")


def broken_off(scenario, error):
    """The Tally of a scenario that ended with an exception: nothing was counted."""
    return Tally(scenario, dict.fromkeys(COLUMNS), [f"broke off: {type(error).__name__}: {error}"])


def header():
    """The line above the table."""
    return _line("", *COLUMNS, "")


def count(play, scenario, mails, kills, seconds):
    """Look at Odoo, the mailboxes and Slack; returns a Tally."""
    tally, seen = Tally(scenario), _Seen(play)
    outcomes = Counter()
    for mail in mails:
        found = seen.outcomes(mail.subject)
        outcomes.update(found.keys())
        total = sum(found.values())
        outcomes["lost"] += total == 0
        outcomes["doubled"] += max(total - 1, 0)
        complaint = _complaint(mail, found, seen)
        if total == 1 and complaint:
            outcomes["wrong"] += 1
        if complaint:
            tally.complaints.append(f"{mail.subject}: {complaint}")
    told, copies = _told(play), play.lying()
    if seen.duplicates != copies - len(mails):
        tally.complaints.append(f"{seen.duplicates} copies noted, of {copies - len(mails)}")
    for state, error, number in play.ask(
        "SELECT state, error, count(*) FROM helpdesk_slack_outbox WHERE state != 'sent' GROUP BY state, error"
    ):
        tally.complaints.append(f"{number} messages to Slack are {state}: {error}")
    tally.figures = {
        "mails": len(mails),
        "copies": copies,
        "tickets": outcomes[TICKET],
        "comments": outcomes[COMMENT],
        "failed": outcomes[FAILED],
        "copies noted": seen.duplicates,
        "kills": kills,
        "seconds": round(seconds),
        "lost": outcomes["lost"],
        "doubled": outcomes["doubled"],
        "wrong": outcomes["wrong"],
        "unflagged": play.unflagged(),
        "open": seen.open,
        "said twice": sum(told[reference] - 1 for reference in told if told[reference] > 1),
        "untold": len(seen.references - set(told)),
    }
    return tally


class _Seen:
    """What Odoo's tables hold, by subject."""

    def __init__(self, play):
        self._tickets, self._titles, self.references = Counter(), {}, set()
        for ticket, number, title in play.ask(
            "SELECT id, bridge_number, name FROM helpdesk_ticket WHERE name LIKE '%Chaos%'"
        ):
            self._tickets[title] += 1
            self._titles[ticket] = title
            self.references.add(number)
        self._messages = defaultdict(list)
        for subject, ticket in play.ask(
            "SELECT subject, res_id FROM mail_message "
            "WHERE model = 'helpdesk.ticket' AND message_type = 'email' AND subject LIKE '%Chaos%'"
        ):
            self._messages[subject].append(self._titles.get(ticket))
        self._rows, self.duplicates, self.open = defaultdict(list), 0, 0
        for subject, verdict in play.ask("SELECT subject, verdict FROM helpdesk_inbound_mail"):
            self.open += verdict is None
            if verdict == "duplicate":
                self.duplicates += 1
            else:
                self._rows[subject].append(verdict)

    def outcomes(self, subject):
        """Outcome -> how often; empty when the email is nowhere."""
        found = {
            TICKET: self._tickets[subject],
            COMMENT: sum(title != subject for title in self._messages[subject]),
            FAILED: self._rows[subject].count("failed"),
        }
        return {outcome: number for outcome, number in found.items() if number}

    def titles(self, subject):
        """The titles of the tickets that the email was posted on."""
        return self._messages[subject]

    def rows(self, subject):
        """Its verdicts, apart from those on further copies."""
        return self._rows[subject]


def _complaint(mail, found, seen):
    """What is not as it has to be, in words; None when all is well."""
    if found != {mail.becomes: 1}:
        return f"became {found or 'nothing'}, not one {mail.becomes}; log {seen.rows(mail.subject)}"
    posted = {TICKET: [mail.subject], COMMENT: [mail.answers], FAILED: []}[mail.becomes]
    if seen.titles(mail.subject) != posted:
        return f"posted on {seen.titles(mail.subject)}, not on {posted}"
    if len(seen.rows(mail.subject)) != 1:
        return f"has the rows {seen.rows(mail.subject)}"
    return None


def _told(play):
    """Number of a ticket -> how many threads of the channel begin with it."""
    roots = [message for message in play.slack.messages(CHANNEL) if message.get("thread_ts") in (None, message["ts"])]
    found = (re.search(r"\[ML-#(\d+)\]", message["text"]) for message in roots)
    return Counter(int(reference[1]) for reference in found if reference)


def _line(name, *values):
    *cells, verdict = values
    widths = (max(len(column), 5) for column in COLUMNS)
    shown = "  ".join(f"{'' if cell is None else cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"  {name:<17}  {shown}  {verdict}".rstrip()
