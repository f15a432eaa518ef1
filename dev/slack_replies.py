"""Tickets with threads in the Slack double, people who reply there, and what becomes of it in Odoo's database.

End-to-end tests and chaos scenarios of the way back from Slack play on this.
"""

import time
from functools import partial

from dev.acme import AGENTS, CHANNEL
from dev.scenario import change_cron, record_id, when_free
from dev.services import postgres
from dev.sightings import wait_for

CATCH_UP = "helpdesk_bridge.ir_cron_slack_catch_up"
#: Seconds between two looks whether all replies are notes, when few are left and when many are.
PAUSES = (0.3, 5)
WORDS = "regexp_replace(message.body, '<[^>]*>', '', 'g')"


class Replies:
    """A workspace that hears by Socket Mode, by HTTP, by asking, or by all of them.

    :param server: the Odoo that is called
    :ivar said: {ticket: what people have said in its thread, in order}
    """

    def __init__(self, server, slack, database, workspace, team, channel=CHANNEL):
        self.server, self.slack, self.database = server, slack, database
        self.workspace, self.team, self.channel = workspace, team, channel
        self.said, self._roots, self._people = {}, {}, {name: slack.person(name) for name in AGENTS}
        self.mark = str  # by what of its words a reply is recognized in its note

    @property
    def rpc(self):
        return self.server.rpc

    def hear(self, socket=True, http="", **more):
        """What the Slack app is set to, and what Odoo knows of it. :param http: address of the server that is told"""
        values = {"signing_secret_entry": self.slack.signing_secret} if http else {}
        values |= {"app_token_entry": self.slack.app_token} if socket else {}
        if values:
            self.change(**values)
        url = f"{http}/helpdesk_bridge/slack/{self.workspace}" if http else ""
        more |= {"request_url": url} if http else {}
        self.slack.two_way(**{"socket_mode": socket, "everywhere": socket and bool(http), **more})

    def change(self, **values):
        """Write on the workspace; crons write there too."""
        write = partial(self.rpc, "helpdesk.slack.workspace", "write", self.workspace, values)
        when_free("the workspace", write, "could not serialize")

    def open(self, *titles):
        """Tickets whose threads stand in Slack; returns their ids."""
        values = [{"name": one, "description": "<p>x</p>", "team_id": self.team, "user_id": False} for one in titles]
        tickets = self.rpc("helpdesk.ticket", "create", values)
        listed = ", ".join(map(str, tickets))
        found = wait_for(
            "the threads",
            lambda: self.sql(f"SELECT ticket_id || ' ' || ts FROM helpdesk_slack_thread WHERE ticket_id IN ({listed})"),
            lambda rows: len(rows) == len(tickets),
        )
        for row in found:
            ticket, ts = row.split()
            self._roots[int(ticket)], self.said[int(ticket)] = ts, []
        return tickets

    def say(self, ticket, text, who="anna", **more):
        """Somebody replies in the thread of a ticket."""
        message = self._people[who].post(self.channel, text, self._roots[ticket], **more)
        self.said[ticket].append(text)
        return message

    def notes(self, ticket):
        """The words of the notes that came from Slack, in the order in which they were written."""
        return self.sql(
            f"SELECT {WORDS} FROM helpdesk_slack_inbound entry "
            f"JOIN mail_message message ON message.id = entry.message_id WHERE entry.ticket_id = {ticket} "
            "AND entry.kind = 'message' ORDER BY message.id"
        )

    def all_notes(self):
        """{ticket: the notes that came from Slack}, of all tickets in which somebody has said something."""
        found = {ticket: [] for ticket, said in self.said.items() if said}
        rows = self.sql(
            f"SELECT message.res_id || ' ' || {WORDS} FROM mail_message message "
            "JOIN helpdesk_slack_inbound entry ON entry.message_id = message.id AND entry.kind = 'message' "
            "WHERE message.model = 'helpdesk.ticket' ORDER BY message.id"
        )
        for row in rows:
            ticket, _space, words = row.partition(" ")
            found.setdefault(int(ticket), []).append(self.mark(words))
        return found

    def wanted(self):
        """What `all_notes` has to be in the end."""
        return {ticket: [self.mark(text) for text in said] for ticket, said in self.said.items() if said}

    def emails(self):
        """How many emails there are, to anybody."""
        return int(self.sql("SELECT count(*) FROM mail_mail")[0])

    def wait_for_notes(self, ticket, ordered=True, **more):
        """Until the notes are what was said; several ears may hear what is said in one moment in another order."""
        arranged = list if ordered else sorted
        said = arranged(self.said[ticket])
        wait_for(f"the notes {said}", lambda: arranged(self.notes(ticket)), lambda there: there == said, **more)

    def state(self):
        """The state of the socket, as Odoo shows it."""
        return self.sql(f"SELECT socket_state FROM helpdesk_slack_workspace WHERE id = {self.workspace}")[0]

    def wait_for_state(self, state, **more):
        """Until Odoo shows this state of the socket."""
        return wait_for(f"a socket that is {state}", self.state, lambda there: there == state, **more)

    def forget_listeners(self):
        """As if three minutes were over since a listener was killed: nobody looks after the socket."""
        self.sql("UPDATE helpdesk_slack_workspace SET socket_state = 'off', socket_owner = NULL, socket_seen_at = NULL")

    def error(self):
        """What Odoo says is wrong with the socket."""
        return self.sql(f"SELECT socket_error FROM helpdesk_slack_workspace WHERE id = {self.workspace}")[0]

    def sources(self, ticket):
        """By which transports the replies of a ticket came first."""
        return set(self.sql(f"SELECT DISTINCT source FROM helpdesk_slack_inbound WHERE ticket_id = {ticket}"))

    def root(self, ticket):
        """The timestamp of the first message of a ticket's thread."""
        return self._roots[ticket]

    def lines(self, ticket):
        """What stands in the thread of a ticket below its first message."""
        return self.slack.messages(self.channel, self._roots[ticket])[1:]

    def edit(self, message, text, who="anna"):
        """Somebody edits what they have said."""
        self._people[who].edit(self.channel, message["ts"], text)

    def catch_up(self):
        """Let catch-up ask now."""
        cron = record_id(self.rpc, CATCH_UP)
        run = partial(self.rpc, "ir.cron", "method_direct_trigger", cron)
        when_free("catch-up", run, "already executing", "could not serialize")

    def put_off_catch_up(self):
        """Leave it to the sockets: catch-up asks when it is told to."""
        change_cron(self.rpc, record_id(self.rpc, CATCH_UP), {"active": False})

    def age_posts(self, seconds):
        """Whatever was said, and whatever is known of the socket, is so much older."""
        self.sql(
            f"UPDATE helpdesk_slack_outbox SET sent_at = sent_at - interval '{seconds} s' WHERE sent_at IS NOT NULL; "
            f"UPDATE helpdesk_slack_inbound SET create_date = create_date - interval '{seconds} s'; "
            "UPDATE helpdesk_slack_workspace SET "
            f"socket_since = socket_since - interval '{2 * seconds} s', "
            f"socket_renewed_at = socket_renewed_at - interval '{2 * seconds} s'"
        )

    def sql(self, statement):
        """Run SQL in Odoo's database."""
        return postgres.sql(statement, self.database)

    def settle(self, help_along=lambda: None, patience=120):
        """Wait until every row of the inbox is carried out; returns the notes of all tickets."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            help_along()
            left = self._left()
            if left <= 0 and self.all_notes() == self.wanted():
                break
            # A look at thousands of notes costs PostgreSQL what would be one of them.
            time.sleep(min(max(left / 100, PAUSES[0]), PAUSES[1]))
        return self.all_notes()

    def _left(self):
        """How many replies are no notes yet."""
        noted = "SELECT count(*) FROM helpdesk_slack_inbound WHERE kind = 'message' AND message_id IS NOT NULL"
        return sum(map(len, self.said.values())) - int(self.sql(noted)[0])
