"""The listener's connection, and servers that do what a healthy Dovecot does not: each is a script."""

import importlib.util
import socket
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from dev.paths import ROOT

HOST = "127.0.0.1"


def load(name):
    """A module of the listener without the addon around it, which needs Odoo."""
    spec = importlib.util.spec_from_file_location(f"listener_{name}", ROOT / "listener" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


StopEvent, Connection = load("stop_event").StopEvent, load("connection").Connection


class Server:
    """Talks IMAP with one client; what it does in IDLE is the script's business.

    :ivar commands: the commands it received
    """

    def __init__(self, idle, capabilities):
        self._idle, self._capabilities = idle, capabilities
        self._socket, self.commands = socket.create_server((HOST, 0)), []
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        connection, _address = self._socket.accept()
        with connection, connection.makefile("rb") as self.lines:
            self.send = connection.sendall
            self.send(b"* OK ready\r\n")
            for line in self.lines:
                tag, word, *_rest = line.split()
                self.commands.append(word.decode())
                if not self._answer(tag, word):
                    break

    def _answer(self, tag, word):
        """Answer a command; returns whether the conversation goes on."""
        if word == b"IDLE":
            if self._idle(self) == "hang up":
                return False
            self.commands.append(self.lines.readline().strip().decode())
        untagged = {
            b"CAPABILITY": b"* CAPABILITY IMAP4rev1 %s\r\n" % self._capabilities,
            b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 2] .\r\n",
            b"NOOP": b"* 2 EXISTS\r\n",
            b"LOGOUT": b"* BYE see you\r\n",
        }
        self.send(untagged.get(word, b"") + tag + b" OK done\r\n")
        return word != b"LOGOUT"


@contextmanager
def connected(idle=None, capabilities=b"IDLE", renew=30):
    """A connection to a server with such a script, its folder opened."""
    server, stop_event = Server(idle, capabilities), StopEvent()
    mailbox = SimpleNamespace(host=HOST, port=server.port, is_ssl=False, folder="INBOX")
    login = SimpleNamespace(perform=lambda client: client.login("support", "secret"))
    pace = SimpleNamespace(renew=renew, poll=0.1, timeout=1)
    with Connection(mailbox, login, pace, stop_event) as connection:
        assert connection.examine()[b"EXISTS"] == 1
        yield connection, server, stop_event


def first_responses(connection):
    return next(responses for responses in connection.responses() if responses)


def test_responses_in_one_packet_with_the_answer_to_idle_are_read_at_once():
    with connected(lambda server: server.send(b"+ idling\r\n* 2 EXISTS\r\n")) as (connection, _server, _stop_event):
        asked = time.monotonic()
        assert first_responses(connection) == [(2, b"EXISTS")]
        assert time.monotonic() - asked < 10


def test_later_responses_are_read():
    def idle(server):
        server.send(b"+ idling\r\n")
        threading.Timer(0.3, server.send, [b"* OK Still here\r\n* 2 EXISTS\r\n"]).start()

    with connected(idle) as (connection, _server, _stop_event):
        assert first_responses(connection) == [(b"OK", b"Still here"), (2, b"EXISTS")]


def hang_up(server):
    server.send(b"+ idling\r\n* BYE I am tired\r\n")
    return "hang up"


def stay_silent(server):
    server.send(b"+ idling\r\n")
    time.sleep(5)


@pytest.mark.parametrize("idle", [hang_up, stay_silent])
def test_a_server_that_leaves_is_an_error_and_no_endless_loop(idle):
    asked = time.monotonic()
    with pytest.raises(Exception, match="EOF|timed out|reset|[Bb]roken"):
        with connected(idle, renew=1) as (connection, _server, _stop_event):
            list(connection.responses())
    assert time.monotonic() - asked < 4


def test_idle_is_renewed():
    with connected(lambda server: server.send(b"+ idling\r\n"), renew=0.2) as (connection, server, _stop_event):
        list(connection.responses())
        list(connection.responses())
        assert server.commands.count("IDLE") == server.commands.count("DONE") == 2


def test_the_stop_event_ends_the_wait_and_it_logs_out():
    with connected(lambda server: server.send(b"+ idling\r\n")) as (connection, server, stop_event):
        threading.Timer(0.3, stop_event.set).start()
        asked = time.monotonic()
        list(connection.responses())
        assert time.monotonic() - asked < 10
    assert server.commands[-3:] == ["IDLE", "DONE", "LOGOUT"]


def test_without_idle_it_asks():
    with connected(capabilities=b"UIDPLUS", renew=0.35) as (connection, server, _stop_event):
        assert not connection.can_idle
        assert [(2, b"EXISTS")] in list(connection.responses())
        assert server.commands.count("NOOP") >= 3
        assert "IDLE" not in server.commands


def test_what_a_server_can_do_is_asked_after_the_login():
    with connected(lambda server: None) as (_connection, server, _stop_event):
        assert server.commands.index("LOGIN") < len(server.commands) - 1 - server.commands[::-1].index("CAPABILITY")
