"""What one fault of a server beside us stops, seen from outside: as little as possible, and Health says so."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress

import pytest

from dev import scenario, sightings
from dev.acme import SUPPORT, customer_mail
from dev.scenario import FETCH_CRON, Helpdesk, record_id
from dev.services import database, postgres
from dev.services.blackhole import blackhole
from dev.services.dovecot import dovecot
from dev.services.listener import listener
from dev.services.odoo_server import odoo_server
from dev.sightings import wait_for

LOG = "faults"
DATABASE = database.of_this_run("test_", LOG)
TOKEN = "watch-me"
HASTE = ("--look=1", "--poll=1")
#: The first look into a mailbox that falls silent, and some time for this machine.
FIRST_SILENCE, ANY_OTHER = 20 + 20, 20


@pytest.fixture(scope="module")
def helpdesk():
    with ExitStack() as services:
        services.enter_context(database.database(DATABASE))
        mailboxes = services.enter_context(dovecot((SUPPORT,), name=f"dovecot-{LOG}"))
        watched = {"HELPDESK_BRIDGE_WATCH_TOKEN": TOKEN}
        odoo = services.enter_context(odoo_server(DATABASE, name=f"odoo-{LOG}", env=watched))
        found = Helpdesk(odoo, None, mailboxes, None)
        found.team_id = odoo.rpc("helpdesk.ticket.team", "create", {"name": "Support"})
        found.mailbox_id = scenario.open_mailbox(odoo, mailboxes, found.team_id)
        yield found


def health(helpdesk):
    """(status, parts) of Health over HTTP."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    request = urllib.request.Request(f"{helpdesk.odoo.url}/helpdesk_bridge/health", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)["parts"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["parts"] if error.code == 503 else {}


def seconds_to_ticket(helpdesk, subject, limit):
    mail = customer_mail(subject)
    mail.replace_header("From", f"{subject.lower().replace(' ', '.')}@customer.example")
    began = time.monotonic()
    helpdesk.mailboxes.deliver(mail.as_bytes(), [SUPPORT])
    sightings.ticket(helpdesk, subject, limit)
    return time.monotonic() - began


def silent_mailbox(helpdesk, port, user):
    values = {"name": user, "server_type": "imap", "server": "127.0.0.1", "port": port, "user": user, "password": "x"}
    values |= {"helpdesk_team_id": helpdesk.team_id, "priority": 1, "state": "done"}
    return helpdesk.odoo.rpc("fetchmail.server", "create", values)


@contextmanager
def slow_wire(port, pause):
    """A wire whose other end says nothing for a while."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def carry(source, target):
            with suppress(OSError):
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)

        def accept():
            with suppress(OSError):
                while True:
                    client = door.accept()[0]
                    time.sleep(pause)
                    server = socket.create_connection(("127.0.0.1", port))
                    for way in ((client, server), (server, client)):
                        threading.Thread(target=carry, args=way, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield door.getsockname()[1]


def test_a_connection_test_beside_a_busy_fetch(helpdesk):
    rpc, cron = helpdesk.odoo.rpc, record_id(helpdesk.odoo.rpc, FETCH_CRON)
    busy, failures = threading.Event(), []
    helpdesk.fetch()
    with slow_wire(helpdesk.mailboxes.port, 1) as port:
        rpc("fetchmail.server", "write", helpdesk.mailbox_id, {"port": port})

        def fetch():
            call = helpdesk.odoo.rpc_as("admin", "admin")
            while not busy.is_set():
                with suppress(Exception):  # it runs already
                    call("ir.cron", "method_direct_trigger", cron)

        fetching = threading.Thread(target=fetch)
        fetching.start()
        try:
            for _time in range(4):
                try:
                    rpc("fetchmail.server", "button_confirm_login", helpdesk.mailbox_id)
                except Exception as error:  # noqa: BLE001 (each is counted)
                    failures.append(str(error)[-300:])
        finally:
            busy.set()
            fetching.join()
    assert not failures
    wait_for("the mailbox, free to change", lambda: _written(rpc, helpdesk))


def _written(rpc, helpdesk):
    return rpc("fetchmail.server", "write", helpdesk.mailbox_id, {"port": helpdesk.mailboxes.port})


def test_silent_servers_in_front_stop_no_other_mailbox(helpdesk):
    with (
        blackhole() as hole,
        blackhole() as other,
        listener(DATABASE, ("--look=1", "--poll=1"), name=f"listener-{LOG}"),
    ):
        silent = [silent_mailbox(helpdesk, hole.port, "silent@acme.example")]
        silent.append(silent_mailbox(helpdesk, other.port, "mute@acme.example"))
        fetching = threading.Thread(target=helpdesk.fetch)
        fetching.start()
        waits = [("mailbox_id", "in", silent), ("taken_by", "!=", 0)]
        wait_for("a worker in the silence", lambda: helpdesk.odoo.rpc("helpdesk.fetch.request", "search_count", waits))
        seconds_to_ticket(helpdesk, "First behind the silence", FIRST_SILENCE + ANY_OTHER)
        for number in range(3):
            seconds_to_ticket(helpdesk, f"Behind the silence {number}", ANY_OTHER)
        parts = health(helpdesk)[1]["mailboxes"]
        assert parts["status"] == "look" and parts["failing"] >= 1
        assert parts["last_fetch_seconds"] < ANY_OTHER
        fetching.join()
        # A fetch locks a mailbox for as long as it looks into it.
        wait_for("the silent ones, removed", lambda: helpdesk.odoo.rpc("fetchmail.server", "unlink", silent))


@pytest.mark.alone
def test_after_a_restart_of_postgresql_health_says_at_once_that_no_scheduled_action_runs(helpdesk):
    assert health(helpdesk)[1]["crons"]["threads"] == 2
    postgres.interrupt("fast", pause=3)

    def crons():
        status, parts = health(helpdesk)
        return status, parts.get("crons", {}).get("threads_ended")

    wait_for("Health's alarm", crons, lambda found: found == (503, 2), timeout=10)
