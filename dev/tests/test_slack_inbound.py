"""Replies in Slack reach their tickets across processes: two Odoo servers on one database, real HTTP, real crons.

Slack's side is a plain server on loopback that answers the Web API (tests/slack_fake.py); its deliveries are signed as
Slack signs them, and come several times at once.
"""

import hashlib
import hmac
import importlib.util
import json
import os
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dev.paths import ROOT
from dev.services import database, postgres
from dev.services.hostile_http import Hostile, ask
from dev.services.odoo_server import odoo_server
from dev.sightings import wait_for

DATABASE = database.of_this_run("test_", "replies")
SECRET, CHANNEL, ANNA = "8f742231b10e8888abcd99yyyzzz85a5", "C0SUPPORT01", "U0ANNA0001"


def fake_module():
    """tests/slack_fake.py, without Odoo's tests around it."""
    spec = importlib.util.spec_from_file_location("slack_fake", ROOT / "tests" / "slack_fake.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Desk:
    """A workspace, a team, an agent, and a way to make Slack deliver."""

    def __init__(self, servers, slack, token):
        self.servers, self.slack, self.rpc = servers, slack, servers[0].rpc
        values = {"name": "Acme", "api_url": slack.url, "bot_token_entry": token, "signing_secret_entry": SECRET}
        self.workspace = self.rpc("helpdesk.slack.workspace", "create", values)
        channel = {"name": "#support", "channel_ref": CHANNEL, "workspace_id": self.workspace}
        self.channel = self.rpc("helpdesk.slack.channel", "create", channel)
        team = {"name": "Support", "slack_channel_id": self.channel}
        self.team = self.rpc("helpdesk.ticket.team", "create", team)
        [group] = self.rpc("ir.model.data", "search_read", [("name", "=", "group_helpdesk_user")], ["res_id"])
        agent = {"name": "Anna Agent", "login": "anna@example.com", "email": "anna@example.com"}
        self.agent = self.rpc("res.users", "create", {**agent, "group_ids": [(4, group["res_id"])]})
        slack.new_user(ANNA, "Anna Agent", "anna@example.com")
        self.number = 0

    def ticket(self, name):
        """A ticket and its thread, once Slack has it."""
        values = {"name": name, "description": "<p>x</p>", "team_id": self.team, "user_id": False}
        ticket = self.rpc("helpdesk.ticket", "create", values)
        look = lambda: self.rpc("helpdesk.slack.thread", "search_read", [("ticket_id", "=", ticket)], ["ts"])  # noqa: E731
        [thread] = wait_for(f"the thread of {name}", look)
        return ticket, thread["ts"]

    def reply(self, thread_ts, text):
        """The body of an event: somebody replies."""
        self.number += 1
        ts = self.slack.next_ts()
        event = {"type": "message", "user": ANNA, "text": text, "ts": ts, "thread_ts": thread_ts, "channel": CHANNEL}
        body = {"type": "event_callback", "team_id": "T0ACME001", "api_app_id": "A0APP00001"}
        return json.dumps({**body, "event_id": f"Ev{self.number:06d}", "event": {**event, "event_ts": ts}}).encode()

    def deliver(self, raw, server=0, secret=SECRET):
        """Let Slack deliver a body. :return: the status"""
        moment = str(int(time.time()))
        signature = hmac.new(secret.encode(), f"v0:{moment}:".encode() + raw, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={signature}"}
        url = f"{self.servers[server].url}/helpdesk_bridge/slack/{self.workspace}"
        request = urllib.request.Request(url, raw, {**headers, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def notes(self, ticket):
        """The texts of the notes that came from Slack, oldest first."""
        rows = postgres.sql(
            "SELECT regexp_replace(message.body, '<[^>]*>', '', 'g') FROM helpdesk_slack_inbound entry "
            f"JOIN mail_message message ON message.id = entry.message_id WHERE entry.ticket_id = {ticket} "
            "ORDER BY message.id",
            DATABASE,
        )
        return rows


@pytest.fixture(scope="module")
def desk():
    fake = fake_module()
    slack = fake.SlackFake()
    with database.database(DATABASE), ExitStack() as services:
        services.callback(slack.stop)
        servers = [
            services.enter_context(odoo_server(DATABASE, name=f"replies-odoo-{number}")) for number in ("one", "two")
        ]
        yield Desk(servers, slack, fake.TOKEN)


def test_copies_of_a_reply_at_once_on_two_servers_are_one_note(desk):
    ticket, thread = desk.ticket("Copies")
    bodies = [desk.reply(thread, f"reply {number:02d}") for number in range(12)]
    copies = [(body, server) for body in bodies for server in (0, 1, 0)]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda copy: desk.deliver(*copy), copies))
    assert set(statuses) == {200}
    expected = [f"reply {number:02d}" for number in range(12)]
    assert wait_for("all notes", lambda: desk.notes(ticket), lambda there: len(there) >= 12) == expected
    assert postgres.sql(f"SELECT COUNT(*) FROM helpdesk_slack_inbound WHERE ticket_id = {ticket}", DATABASE) == ["12"]
    assert postgres.sql("SELECT COUNT(*) FROM mail_mail", DATABASE) == ["0"]


def test_a_server_that_is_killed_after_its_answer_loses_nothing(desk):
    ticket, thread = desk.ticket("Killed")
    with odoo_server(DATABASE, name="replies-odoo-killed", args=("--max-cron-threads=0",)) as third:
        desk.servers.append(third)
        assert desk.deliver(desk.reply(thread, "still here"), server=2) == 200
        third.kill()
        desk.servers.pop()
        # The trigger is in the database: another server carries it out.
        assert wait_for("the note", lambda: desk.notes(ticket), timeout=90) == ["still here"]


def test_only_slack_is_let_in(desk):
    body = desk.reply("1700000000.000100", "hello")
    assert desk.deliver(body, secret="other") == 401
    assert desk.deliver(os.urandom(1000), secret="other") == 401
    assert desk.deliver(os.urandom(1000)) == 200


def test_an_address_below_that_is_none_is_not_there_whatever_is_sent_to_it(desk):
    """Odoo itself would read the body first, and answer 400 to one that does not come."""
    port = urlsplit(desk.servers[0].url).port
    for path in ("1.5", "x", "1/2", f"x/{desk.workspace}", f"{desk.workspace}/", "9" * 400, ""):
        for content_type in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data"):
            for length in (2, 1000):
                lines = (f"POST /helpdesk_bridge/slack/{path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close")
                head = "\r\n".join((*lines, f"Content-Type: {content_type}", f"Content-Length: {length}"))
                assert ask(port, f"{head}\r\n\r\n{{}}".encode()) == 404, (path, content_type, length)


def memory(server):
    """What a server holds of the machine's memory, in bytes."""
    [line] = [line for line in Path(f"/proc/{server.pid}/status").read_text().splitlines() if "VmRSS" in line]
    return int(line.split()[1]) * 1024


def test_hostile_requests_are_refused_or_acknowledged_and_leave_nothing_behind(desk):
    """`make fuzz` sends ten thousand."""
    server, path = desk.servers[0], f"/helpdesk_bridge/slack/{desk.workspace}"
    port, count = urlsplit(server.url).port, int(os.environ.get("FUZZ_EXAMPLES", 600)) // 2
    hostile = Hostile(20, path, SECRET, json.loads(desk.reply("1700000000.000100", "hello")))
    log = Path(server.log)
    before, held, seen = len(log.read_text()), 0, Counter()
    for start in range(0, count, 100):
        with ThreadPoolExecutor(4) as pool:
            batch = [hostile.request() for _number in range(min(100, count - start))]
            for raw, status in zip(batch, pool.map(lambda raw: ask(port, raw), batch), strict=True):
                seen[status] += 1
                assert status in (200, 401, 404, 413), (status, raw[:2000])
        # Once everything was read in, and every sort of body was there.
        held = held or (memory(server) if start + 100 >= min(count, 2000) else 0)
    print(f"hostile requests: {dict(seen)}, memory {held >> 20} -> {memory(server) >> 20} MiB")
    assert set(seen) == {200, 401, 404, 413}
    assert memory(server) - held < 50 << 20, "memory grows"
    said = log.read_text()[before:]
    assert not [line for line in said.splitlines() if " ERROR " in line or "Traceback" in line]
    ticket, thread = desk.ticket("After the storm")
    assert desk.deliver(desk.reply(thread, "all is well")) == 200
    assert wait_for("the note", lambda: desk.notes(ticket)) == ["all is well"]
    left = "SELECT COUNT(*) FROM helpdesk_slack_inbound WHERE state IN ('pending', 'failed')"
    wait_for("that nothing waits", lambda: postgres.sql(left, DATABASE), lambda there: there == ["0"], timeout=90)
