"""Held replies across processes: undo against the sender, and a server that is killed in the middle.

Rows are written straight into the database, due; what then becomes of them is real: two Odoo servers, RPC, crons.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg2
import pytest

from dev.scenario import change_cron, record_id
from dev.services import database, postgres
from dev.services.odoo_server import odoo_server
from dev.sightings import wait_for

DATABASE = database.of_this_run("test_", "answering")
CRON = "helpdesk_bridge.ir_cron_ticket_replies"
CUSTOMER = "jane@customer.example"
#: Replies that are undone while they are sent.
RACES = 120


class Desk:
    """A team of one agent, and tickets of one customer."""

    def __init__(self, odoo):
        self.odoo, self.rpc = odoo, odoo.rpc
        group = record_id(self.rpc, "helpdesk_mgmt.group_helpdesk_user")
        agent = {"name": "Anna Agent", "login": "anna", "password": "anna", "email": "anna@acme.example"}
        agent["group_ids"] = [(4, group)]
        self.agent = self.rpc("res.users", "create", agent, context={"no_reset_password": True})
        self.team = self.rpc("helpdesk.ticket.team", "create", {"name": "Support", "user_ids": [(6, 0, [self.agent])]})
        self.cron = record_id(self.rpc, CRON)
        # Nothing is sent but by the tests.
        change_cron(self.rpc, self.cron, {"active": False})

    def tickets(self, count):
        values = {"description": "<p>x</p>", "team_id": self.team, "user_id": False, "partner_email": CUSTOMER}
        return self.rpc("helpdesk.ticket", "create", [{**values, "name": f"Ticket {n}"} for n in range(count)])

    def hold(self, tickets, when="now() AT TIME ZONE 'UTC' - interval '1 second'"):
        """Replies of the agent on these tickets, due at this moment; returns their numbers."""
        arguments = json.dumps({"message_type": "comment", "subtype_xmlid": "mail.mt_comment"})
        rows = ", ".join(
            f"({ticket}, {self.agent}, 'held', {when}, '<p>Unplug it.</p>', '[\"{CUSTOMER}\"]', '{CUSTOMER}', 'slack', "
            f"'{arguments}', 0)"
            for ticket in tickets
        )
        columns = "ticket_id, author_id, state, send_at, body, addresses, email_to, source, arguments, last_message_id"
        found = postgres.sql(f"INSERT INTO helpdesk_ticket_reply ({columns}) VALUES {rows} RETURNING id", DATABASE)
        return [int(number) for number in found if number.isdigit()]

    def states(self, replies):
        """The number of each reply and its state."""
        numbers = ", ".join(map(str, replies))
        query = f"SELECT id || ' ' || state FROM helpdesk_ticket_reply WHERE id IN ({numbers}) ORDER BY id"
        return {int(line.split()[0]): line.split()[1] for line in postgres.sql(query, DATABASE)}

    def said(self, ticket):
        """How many replies are on the ticket, and how many emails of them to the customer there are."""
        public = "message_type = 'comment' AND NOT COALESCE(is_internal, false)"
        mine = f"model = 'helpdesk.ticket' AND res_id = {ticket} AND {public}"
        [messages] = postgres.sql(f"SELECT COUNT(*) FROM mail_message WHERE {mine}", DATABASE)
        theirs = f"mail_message_id IN (SELECT id FROM mail_message WHERE {mine}) AND email_to LIKE '%{CUSTOMER}%'"
        [mails] = postgres.sql(f"SELECT COUNT(*) FROM mail_mail WHERE {theirs}", DATABASE)
        return int(messages), int(mails)


@pytest.fixture(scope="module")
def desk():
    with database.database(DATABASE), odoo_server(DATABASE, name="answering-odoo") as odoo:
        yield Desk(odoo)


def test_undo_against_the_sender(desk):
    tickets = desk.tickets(RACES)
    replies = desk.hold(tickets)
    on = dict(zip(replies, tickets, strict=True))
    as_agent = desk.odoo.rpc_as("anna", "anna")

    def undo(reply):
        return as_agent("helpdesk.ticket", "bridge_undo_reply", on[reply], reply)["done"]

    def send():
        desk.rpc("ir.cron", "method_direct_trigger", desk.cron)
        return wait_for("the cron", lambda: set(desk.states(replies).values()) <= {"sent", "undone"})

    with ThreadPoolExecutor(4) as pool:
        sender = pool.submit(send)
        undone = dict(zip(replies, pool.map(undo, replies), strict=True))
        sender.result()
    states = desk.states(replies)
    assert set(states.values()) == {"sent", "undone"}, "there was no race"
    for reply, state in states.items():
        sent = state == "sent"
        assert undone[reply] == (not sent), "who undoes is told the truth"
        assert desk.said(on[reply]) == (int(sent), int(sent))


def test_a_server_that_is_killed_while_it_sends_sends_it_once(desk):
    [ticket] = desk.tickets(1)
    there = {"host": postgres.socket_folder(), "port": postgres.PORT, "user": postgres.ROLE, "dbname": DATABASE}
    with ExitStack() as block:
        lock = psycopg2.connect(**there)
        block.callback(lock.close)
        with lock.cursor() as cursor:
            cursor.execute(f"SELECT id FROM helpdesk_ticket WHERE id = {ticket} FOR NO KEY UPDATE")
        other = block.enter_context(odoo_server(DATABASE, name="answering-odoo-killed"))
        [reply] = desk.hold([ticket])
        change_cron(desk.rpc, desk.cron, {"active": True})
        waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
        wait_for("a sender in the middle", lambda: postgres.sql(f"{waiting}'{DATABASE}'", DATABASE) != ["0"])
        other.kill()
        desk.odoo.kill()
    assert (desk.states([reply]), desk.said(ticket)) == ({reply: "held"}, (0, 0))
    with odoo_server(DATABASE, name="answering-odoo-after"):
        wait_for("the reply", lambda: desk.states([reply]) == {reply: "sent"}, timeout=120)
    assert desk.said(ticket) == (1, 1)
