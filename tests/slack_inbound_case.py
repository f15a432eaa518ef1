"""For tests of the way back from Slack: a ticket with a thread, people in Slack, and events in their true shapes."""

import re
from unittest.mock import patch

from odoo import sql_db

from ..models.common import cron_wakes
from .common import BridgeCase

ANNA, BEN = "U0ANNA0001", "U0BEN00001"
TABLE = re.compile(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)')
CHANNEL, TEAM, APP, BOT_USER = "C0SUPPORT01", "T0ACME001", "A0APP00001", "U0BOT0001"


class SlackInboundCase(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Inbox = cls.env["helpdesk.slack.inbound"]
        cls.People = cls.env["helpdesk.slack.person"]
        cls.workspace._store_bot_identity(
            {"team": "Acme", "team_id": TEAM, "user_id": BOT_USER, "bot_id": "B0BOT0001", "user": "helpdesk"}
        )
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {"name": "Printer is on fire", "description": "<p>Please help</p>", "team_id": cls.team.id}
        )
        cls.Outbox.search([("ticket_id", "=", cls.ticket.id)]).write({"state": "sent"})
        cls.root_ts = "1700000000.000100"
        cls.env["helpdesk.slack.thread"]._begin(cls.ticket, cls.channel, CHANNEL, cls.root_ts)
        cls.env.flush_all()
        cls.number = 0

    def setUp(self):
        super().setUp()
        cron_wakes.forget()
        self.new_people()

    def new_people(self):
        self.slack.users.clear()
        self.slack.people.clear()
        self.slack.new_user(ANNA, "Anna Agent", "anna@example.com")
        self.slack.new_user(BEN, "Ben Colleague", "ben@example.com")

    # ------------------------------------------------------------
    # What Slack delivers
    # ------------------------------------------------------------

    def next_ts(self):
        type(self).number += 1
        return f"{1700000100 + self.number}.000200"

    def envelope(self, event, **values):
        """An event as Slack delivers it: https://docs.slack.dev/apis/events-api#callback-field"""
        type(self).number += 1
        return {
            "token": "outdated-verification-token",
            "team_id": TEAM,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": f"Ev{self.number:08d}",
            "event_time": 1700000000,
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": False,
            "event": event,
            **values,
        }

    def reply(self, text="It is the fuser.", user=ANNA, ts=None, **values):
        """Somebody replies in the ticket's thread."""
        ts = ts or self.next_ts()
        event = {
            "type": "message",
            "user": user,
            "text": text,
            "ts": ts,
            "thread_ts": self.root_ts,
            "channel": CHANNEL,
            "event_ts": ts,
            "channel_type": "channel",
            "team": TEAM,
            "client_msg_id": f"0000-{ts}",
            **values,
        }
        return self.envelope({name: value for name, value in event.items() if value is not None})

    def edit(self, said, text, **values):
        """Its author edits a message. :param said: its envelope"""
        before, ts = self.message(said), self.next_ts()
        now = {**before, "text": text, "edited": {"user": before["user"], "ts": ts}, **values}
        now.pop("blocks", None) if "blocks" not in values else None
        event = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": CHANNEL, "event_ts": ts}
        return self.envelope({**event, "ts": ts, "message": now, "previous_message": before})

    def deletion(self, said, **values):
        before, ts = self.message(said), self.next_ts()
        event = {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": CHANNEL, "event_ts": ts}
        event |= {"ts": ts, "deleted_ts": before["ts"], "previous_message": before, **values}
        return self.envelope({name: value for name, value in event.items() if value is not None})

    @staticmethod
    def message(said):
        """The message in an envelope, as a later event repeats it: without its channel."""
        skipped = ("channel", "channel_type", "event_ts")
        return {name: value for name, value in said["event"].items() if name not in skipped}

    # ------------------------------------------------------------
    # What Odoo does with it
    # ------------------------------------------------------------

    def receive(self, *bodies, source="http", workspace=None):
        """:return: the rows that are new"""
        before = self.Inbox.search([])
        for body in bodies:
            self.Inbox._receive(workspace or self.workspace, source, body)
        return (self.Inbox.search([]) - before).sorted("id")

    def work_off(self):
        """Carry out whatever is due, as the cron would, each step in a savepoint instead of a transaction."""

        def step(model, method, *arguments):
            with model.env.cr.savepoint():
                return method(*arguments)

        with patch.object(type(self.Inbox), "_retried", step):
            while work := self.Inbox._begin_next():
                self.Inbox._work(work)
        self.env.invalidate_all()

    def take(self, *bodies, **values):
        rows = self.receive(*bodies, **values)
        self.work_off()
        return rows

    def tables(self, work):
        """The tables that statements are about, in order, without those of savepoints."""
        asked, execute = [], sql_db.Cursor.execute

        def noting(cr, query, *args, **kwargs):
            words = str(getattr(query, "code", query))
            asked.extend(TABLE.findall(words)[:1])
            return execute(cr, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", noting):
            work()
        return [table for table in asked if not table.startswith("orm_signaling")]

    def outcome(self, rows):
        return [(row.state, row.reason) for row in rows]

    def notes(self, ticket=None):
        """The notes on the ticket that came from Slack, oldest first."""
        rows = self.Inbox.search([("ticket_id", "=", (ticket or self.ticket).id)])
        return rows.message_id.sorted("id")

    def make_due(self, rows):
        rows.next_attempt_at = "2000-01-01 00:00:00"
        self.workspace.inbound_hold_until = False
