"""Agents who answer customers while everything is interrupted, and the SMTP server that takes what leaves.

An answer is known by its words, which no other has. What became of it is counted from the outside: by its row, by what
is on the ticket, by what SMTP has taken, and by what its author was told.
"""

import json
import re
import threading
import time
from collections import Counter, defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import psycopg2

from dev.acme import AGENTS, CHANNEL, CUSTOMER, SUPPORT
from dev.chaos import tally
from dev.chaos.stage import stage
from dev.scenario import _send_through, record_id
from dev.services import postgres
from dev.services.process import ServiceFailed
from dev.services.smtp_outlet import smtp_outlet

CRONS = {
    "replies": "helpdesk_bridge.ir_cron_ticket_replies",
    "mails": "mail.ir_cron_mail_scheduler_action",
    "inbox": "helpdesk_bridge.ir_cron_slack_inbound",
    "outbox": "helpdesk_bridge.ir_cron_slack_outbox",
}
LOOK_EVERY = 0.3
#: Seconds without any progress after which a scenario is counted as it is.
PATIENCE = 60
WORDS = "Answer {}."
MARK = re.compile(r"Answer (\d+)\.")
NOW = "now() AT TIME ZONE 'UTC'"
SAID = """
SELECT substring(body from 'Answer (\\d+)\\.')::int AS number, count(*) FROM mail_message
 WHERE model = 'helpdesk.ticket' AND message_type = 'comment' AND NOT coalesce(is_internal, false)
   AND body LIKE '%Answer %'
 GROUP BY 1
"""
OWED = f"""
SELECT (SELECT count(*) FROM helpdesk_ticket_reply WHERE state = 'held' AND send_at <= {NOW} + interval '30 s')
     + (SELECT count(*) FROM mail_mail WHERE state = 'outgoing')
     + (SELECT count(*) FROM helpdesk_slack_inbound WHERE state = 'pending')
     + (SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'pending') AS owed
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


class Desk:
    """Two agents, and the answers that they write.

    :ivar answers: all of them
    """

    def __init__(self, play, inbox, outlet):
        self.play, self.slack, self.inbox, self.answers = play, play.slack, inbox, []
        self.started, self._callers, self._turn = time.monotonic(), {}, 0
        odoo, helpdesk = play.servers[0].odoo, play.helpdesk
        _send_through(odoo, outlet)
        self.crons = {name: record_id(odoo.rpc, xmlid) for name, xmlid in CRONS.items()}
        self.team, self.workspace = helpdesk.team_id, helpdesk.workspace_id
        found = odoo.rpc("res.users", "search_read", [("login", "in", AGENTS)], ["login"])
        self.agents = {user["login"]: user["id"] for user in found}
        self.hold_for(2)
        company = record_id(odoo.rpc, "base.main_company")
        odoo.rpc("res.company", "write", company, {"helpdesk_hold_replies": True})

    def hold_for(self, seconds):
        """For so long the team's answers are held."""
        values = {"reply_hold": seconds, "slack_replies": "note_and_send"}
        self.as_("admin")("helpdesk.ticket.team", "write", self.team, values)

    def as_(self, login, server=None):
        """A function that calls a server as somebody; without one, the living ones in turn."""
        if server is None:
            living = [one.odoo for one in self.play.servers if one.odoo and one.odoo.is_running()]
            self._turn += 1
            server = living[self._turn % len(living)]
        if (server.pid, login) not in self._callers:
            self._callers[server.pid, login] = server.rpc_as(login, login)
        return self._callers[server.pid, login]

    def open(self, count, title="Ticket"):
        """Tickets of one customer; returns their ids."""
        values = {"description": "<p>x</p>", "team_id": self.team, "user_id": False, "partner_email": CUSTOMER}
        create = self.as_("admin")
        return create("helpdesk.ticket", "create", [{**values, "name": f"{title} {n}"} for n in range(count)])

    # ------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------

    def write(self, ticket, login="anna"):
        """An agent writes an answer in Odoo's composer, where it is held; returns it."""
        number, call = self._next(), self.as_(login)
        context = {"default_model": "helpdesk.ticket", "default_res_ids": [ticket]}
        values = {"body": WORDS.format(number), "composition_mode": "comment"}
        composer = call("mail.compose.message", "create", values, context=context)
        call("mail.compose.message", "action_send_mail", composer, context=context)
        return self.remember(number, ticket)

    def remember(self, number, ticket):
        """An answer with this number that somebody has written; returns it."""
        row = (
            f"SELECT id FROM helpdesk_ticket_reply WHERE ticket_id = {ticket} AND body LIKE '%{WORDS.format(number)}%'"
        )
        [[reply]] = self.play.ask(row)
        self.answers.append(answer := Answer(number, ticket, reply))
        return answer

    def put(self, tickets, moments, login="anna"):
        """Answers straight in the database, one on each ticket, due in so many seconds; returns them."""
        arguments = json.dumps({"message_type": "comment", "subtype_xmlid": "mail.mt_comment"})
        numbers = [self._next() + place for place in range(len(tickets))]
        rows = ", ".join(
            f"({ticket}, {self.agents[login]}, 'held', {NOW} + interval '{moment:.3f} s', "
            f"'<p>{WORDS.format(number)}</p>', '[\"{CUSTOMER}\"]', '{CUSTOMER}', 'slack', '{arguments}', "
            f"(SELECT coalesce(max(id), 0) FROM mail_message WHERE model = 'helpdesk.ticket' AND res_id = {ticket}))"
            for ticket, moment, number in zip(tickets, moments, numbers, strict=True)
        )
        columns = "ticket_id, author_id, state, send_at, body, addresses, email_to, source, arguments, last_message_id"
        found = self.play.sql(f"INSERT INTO helpdesk_ticket_reply ({columns}) VALUES {rows} RETURNING id")
        replies = [int(line) for line in found if line.isdigit()]
        added = [Answer(*one) for one in zip(numbers, tickets, replies, strict=True)]
        self.answers += added
        return added

    # ------------------------------------------------------------
    # In Slack
    # ------------------------------------------------------------

    def cards(self, tickets):
        """{ticket: timestamp of its first message}, once they are there."""
        listed = ", ".join(map(str, tickets))
        rows = f"SELECT ticket_id, ts FROM helpdesk_slack_thread WHERE is_current AND ticket_id IN ({listed})"
        return dict(self.wait("the cards", lambda: len(found := self.play.ask(rows)) == len(tickets) and found))

    def button(self, *names):
        """A message with buttons, such as ``undo:42``, that stays as it is: people see a card a moment longer."""
        elements = [
            {"type": "button", "action_id": f"helpdesk_{name}", "text": {"type": "plain_text", "text": name}}
            for name in names
        ]
        blocks = [{"type": "actions", "elements": elements}]
        channel = self.slack.channels[CHANNEL]
        return self.slack.client().chat_postMessage(channel=channel, text="Buttons", blocks=blocks)["ts"]

    def buttons(self):
        """{timestamp: labels} of the first messages in the channel."""
        return {one["ts"]: [label for _id, label in _elements(one)] for one in self.slack.messages(CHANNEL)}

    def all_show(self, cards, label):
        """Whether all these first messages have a button."""
        shown = self.buttons()
        return all(label in shown.get(card, ()) for card in cards)

    def lines(self, card, reply):
        """The timestamps of the lines in a thread that have buttons for an answer."""
        names = {f"helpdesk_{name}:{reply}" for name in ("undo", "send_now", "send_anyway", "discard")}
        thread = self.slack.messages(CHANNEL, thread_ts=card)
        return [one["ts"] for one in thread if names & {action for action, _label in _elements(one)}]

    def _next(self):
        return max((answer.number for answer in self.answers), default=0) + 1

    # ------------------------------------------------------------
    # Waiting and counting
    # ------------------------------------------------------------

    def wake(self, *names):
        """Nobody waits for the end of a minute."""
        for name in names or self.crons:
            self.play.start_cron(self.crons[name])

    @contextmanager
    def waking(self, name="replies"):
        """A block in which a cron looks all the time, as its timers would tell it."""
        over, cron = threading.Event(), self.crons[name]
        where = {"host": postgres.socket_folder(), "port": postgres.PORT, "user": postgres.ROLE}

        def wake():
            connection = psycopg2.connect(**where, dbname=self.play.database)
            connection.autocommit = True
            with closing(connection), connection.cursor() as cursor:
                while not over.wait(0.1):
                    cursor.execute(
                        f"INSERT INTO ir_cron_trigger (cron_id, call_at) SELECT {cron}, {NOW} "
                        f"WHERE NOT EXISTS (SELECT FROM ir_cron_trigger WHERE cron_id = {cron} AND call_at <= {NOW})"
                    )
                    notify.execute(f"NOTIFY cron_trigger, '{self.play.database}'")

        notifier = psycopg2.connect(**where, dbname="postgres")
        notifier.autocommit = True
        with closing(notifier), notifier.cursor() as notify:
            thread = threading.Thread(target=wake, daemon=True)
            thread.start()
            try:
                yield
            finally:
                over.set()
                thread.join()

    def hurry(self):
        """Start who has died, and let every pause after a failure be over."""
        for server in self.play.servers:
            server.keep_alive()
        self.play.sql(
            f"UPDATE helpdesk_slack_inbound SET next_attempt_at = {NOW} "
            f"WHERE state = 'pending' AND next_attempt_at > {NOW}; "
            "UPDATE helpdesk_slack_workspace SET inbound_hold_until = NULL WHERE inbound_hold_until IS NOT NULL; "
            f"UPDATE helpdesk_slack_outbox SET leased_until = NULL, next_attempt_at = {NOW} "
            f"WHERE state = 'pending' AND next_attempt_at > {NOW}"
        )
        self.wake()

    def state(self, answer):
        """The state of an answer, now."""
        [[state]] = self.play.ask(f"SELECT state FROM helpdesk_ticket_reply WHERE id = {answer.reply}")
        return state

    def wait(self, what, is_so, help_along=None, patience=PATIENCE):
        """Wait until something is so, everybody awake."""
        deadline = time.monotonic() + patience
        while not (seen := is_so()):
            if time.monotonic() > deadline:
                raise ServiceFailed(f"not seen within {patience} s: {what}")
            (help_along or self.wake)()
            time.sleep(LOOK_EVERY)
        return seen

    def settle(self, say=print):
        """Wait until nothing is owed any more."""
        last, moved = None, time.monotonic()
        while True:
            self.hurry()
            [[owed]] = self.play.ask(OWED)
            if not owed:
                return
            if owed != last:
                last, moved = owed, time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                say(f"nothing moves any more: {owed} are owed")
                return
            time.sleep(LOOK_EVERY)

    def became(self):
        """{number: `Became`} of all answers."""
        numbers = ", ".join(str(answer.reply) for answer in self.answers) or "0"
        states = dict(self.play.ask(f"SELECT id, state FROM helpdesk_ticket_reply WHERE id IN ({numbers})"))
        said, letters = dict(self.play.ask(SAID)), self.inbox.letters()
        return {
            one.number: Became(states.get(one.reply, "gone"), said.get(one.number, 0), letters[one.number])
            for one in self.answers
        }

    def count(self, name, kills=0):
        """What became of the answers, as a Tally."""
        found, total, there = tally.Tally(name), Counter(), self.became()
        for answer in self.answers:
            total += (wrong := compare(answer, there[answer.number]))
            if wrong:
                found.complaints.append(f"{answer}: {dict(wrong)}; {there[answer.number]}"[:500])
        waiting = self.play.ask(
            "SELECT state, reason, count(*) FROM helpdesk_slack_inbound "
            "WHERE state IN ('pending', 'failed') GROUP BY 1, 2"
        )
        found.complaints += [f"{number} rows of the Slack inbox are {state}: {why}" for state, why, number in waiting]
        unsent = self.play.ask(
            "SELECT state, failure_reason, count(*) FROM mail_mail WHERE state != 'sent' GROUP BY 1, 2"
        )
        found.complaints += [f"{number} emails are {state}: {why}" for state, why, number in unsent]
        found.figures = {
            **dict.fromkeys(tally.COLUMNS),
            "tickets": len({answer.ticket for answer in self.answers}),
            tally.ANSWERS: len(self.answers),
            "comments": sum(one.said for one in there.values()),
            "copies": sum(one.letters.total() - len(one.letters) for one in there.values()),
            "kills": kills,
            "seconds": round(time.monotonic() - self.started),
            **{name: total[name] for name in ("lost", "doubled", "wrong", "untold", "open")},
        }
        return found


def _elements(message):
    """(action_id, label) of each button of a message."""
    blocks = [block for block in message.get("blocks") or () if block["type"] == "actions"]
    return [(one["action_id"], one["text"]["text"]) for block in blocks for one in block["elements"] if "text" in one]


@contextmanager
def desk(source, name, slack, **more):
    """Set up a scenario with two servers for a block; yields a `Desk`."""
    inbox = Inbox()
    with smtp_outlet(inbox) as outlet, stage(source, name, slack, [SUPPORT], servers=2, workers=1, **more) as play:
        yield Desk(play, inbox, outlet)
