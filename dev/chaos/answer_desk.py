"""Agents who answer customers, in Odoo and in Slack, while everything is interrupted."""

import json
import threading
import time
from contextlib import closing, contextmanager

import psycopg2

from dev.acme import AGENTS, CHANNEL, CUSTOMER, SUPPORT
from dev.chaos.answer_tally import WORDS, Answer, Inbox
from dev.chaos.stage import stage
from dev.scenario import _send_through, record_id
from dev.services import postgres
from dev.services.odoo_server import RpcError
from dev.services.process import ServiceFailed
from dev.services.smtp_outlet import smtp_outlet

CRONS = {
    "replies": "helpdesk_bridge.ir_cron_ticket_replies",
    "mails": "mail.ir_cron_mail_scheduler_action",
    "inbox": "helpdesk_bridge.ir_cron_slack_inbound",
    "outbox": "helpdesk_bridge.ir_cron_slack_outbox",
}
LOOK_EVERY = 0.3
#: Seconds between two looks of a cron; answers fall due at whole seconds.
WAKE_EVERY = 0.4
#: How often a person presses a button while the connection breaks.
PRESSES = 10
#: Seconds without any progress after which a scenario is counted as it is.
PATIENCE = 60
NOW = "now() AT TIME ZONE 'UTC'"
OWED = f"""
SELECT (SELECT count(*) FROM helpdesk_ticket_reply WHERE state = 'held' AND send_at <= {NOW} + interval '30 s')
     + (SELECT count(*) FROM mail_mail WHERE state = 'outgoing')
     + (SELECT count(*) FROM helpdesk_slack_inbound WHERE state = 'pending')
     + (SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'pending') AS owed
"""


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
        # Emails to colleagues are nobody's business here; the administrator follows the tickets that they make.
        colleagues = [*self.agents.values(), record_id(odoo.rpc, "base.user_admin")]
        odoo.rpc("res.users", "write", colleagues, {"notification_type": "inbox"})
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

    def undo(self, answer, login="anna", server=None):
        """Its author presses *Undo*, again when the connection breaks, and notes what they were told."""
        self._decide(answer, "bridge_undo_reply", login, server)

    def send_now(self, answer, login="anna", server=None):
        """Its author presses *Send now*."""
        self._decide(answer, "bridge_send_reply", login, server)

    def _decide(self, answer, method, login, server):
        for _time in range(PRESSES):
            try:
                told = self.as_(login, server)("helpdesk.ticket", method, answer.ticket, answer.reply)
            except RpcError:
                break
            except OSError:
                time.sleep(LOOK_EVERY)
                continue
            if method == "bridge_undo_reply":
                answer.told = told["done"]
            return
        answer.untold += 1

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

    def click(self, person, name, ts):
        """Somebody clicks a button, again when Slack shows that this did not arrive; returns whether it has."""
        who, action = self.slack.person(person), f"helpdesk_{name}"
        return any(who.click(action, CHANNEL, ts)["acknowledged"] for _time in range(PRESSES))

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
                while not over.wait(WAKE_EVERY):
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
        """Wait until nothing is queued any more."""
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
