"""What the listener does with a workspace's socket; no server, no waiting. What is stored of it stands in Odoo."""

from unittest.mock import patch

import psycopg2

from odoo.tests import BaseCase, tagged

from ..listener import socket_listener
from ..listener.database import NotListening, Place
from ..listener.socket_listener import SocketListener
from ..listener.socket_session import SocketRefused, _is_safe
from ..listener.sockets import Sockets
from ..tools.slack.inbound_row import Delivery
from ..tools.slack.socket_state import CONNECTED, OFF, RECONNECTING, REFUSED

LOG = "odoo.addons.helpdesk_bridge.listener"


class FakeSession:
    """A connection that does as told."""

    def __init__(self, refusal=None):
        self.reason, self.is_connected, self.closed, self.refusal = None, True, False, refusal

    def await_hello(self, _seconds):
        if self.refusal:
            raise SocketRefused(self.refusal)

    def close(self):
        self.closed = True


class FakeDatabase:
    name = "fake"

    def __init__(self):
        self.received, self.reports, self.errors = [], [], []
        self.delivery = Delivery()

    def receive(self, workspace_id, body):
        if self.errors:
            raise self.errors.pop(0)
        self.received.append((workspace_id, body))
        return self.delivery

    def report(self, owner, said):
        self.reports.append(said)


@tagged("post_install", "-at_install")
class TestSocketListener(BaseCase):
    """One step at a time, in the test's own thread."""

    def setUp(self):
        super().setUp()
        self.database, self.sessions, self.scripts, self.told = FakeDatabase(), [], [], []
        self.listener = SocketListener(Place(7, "Acme", None), self.database, self.on_change, self.open_session)
        self.listener.renew(0)
        self.waits = []
        self.enterContext(patch.object(self.listener._stopping, "wait", self.waits.append))
        self.enterContext(patch.object(socket_listener, "LOOK", 0))

    def open_session(self, _connection, on_request, _on_change):
        script = self.scripts.pop(0) if self.scripts else None
        if isinstance(script, Exception):
            raise script
        self.on_request = on_request
        self.sessions.append(FakeSession(script))
        return self.sessions[-1]

    def on_change(self):
        self.told.append((self.listener.state, self.listener.code))

    def listen(self, *steps):
        """Listen while each look is one of these steps; then it stops."""
        script = [*steps, self.listener._stopping.set]

        def wait(_seconds):
            script.pop(0)()

        with patch.object(self.listener._event, "wait", wait):
            self.listener._listen()

    def gone(self, *steps):
        with (
            self.assertRaises(SocketRefused) as refused,
            patch.object(self.listener._stopping, "is_set", lambda: False),
        ):
            self.listen(*steps)
        return refused.exception.code

    def say(self, reason, number=-1):
        self.sessions[number].reason = reason

    def test_a_connection_that_says_nothing_stays(self):
        self.listen(*[lambda: None] * 50)
        self.assertEqual(len(self.sessions), 1)
        self.assertEqual(self.told, [(CONNECTED, "")])
        self.assertFalse(self.database.received or self.database.reports)

    def test_before_slack_ends_it_another_one_is_opened_and_then_the_first_is_closed(self):
        for reason in ("warning", "refresh_requested"):
            with self.subTest(reason):
                self.sessions.clear()
                self.listener._session = None
                self.listener._stopping.clear()
                self.listen(lambda reason=reason: self.say(reason))
                first, second = self.sessions
                self.assertEqual((first.closed, second.closed), (True, False))

    def test_fifty_renewals_leave_one_connection(self):
        self.listen(*[lambda: self.say("refresh_requested")] * 50)
        self.assertEqual(len(self.sessions), 51)
        self.assertEqual([one.closed for one in self.sessions].count(False), 1)

    def test_the_first_one_stays_open_until_the_other_one_is_heard(self):
        self.scripts = [None, "no_answer"]
        self.assertEqual(self.gone(lambda: self.say("warning")), "no_answer")
        self.assertEqual([one.closed for one in self.sessions], [False, True])

    def test_a_lost_connection_and_a_last_word_end_it(self):
        def cut():
            self.sessions[-1].is_connected = False

        self.assertEqual(self.gone(cut), "connection_lost")
        self.assertEqual(self.gone(lambda: self.say("link_disabled")), "link_disabled")
        self.assertEqual(self.gone(lambda: self.say("too_many_websockets")), "too_many_websockets")

    def test_a_deaf_one_is_opened_again_once(self):
        self.listen(lambda: self.listener.renew(1), lambda: self.listener.renew(1), lambda: None)
        self.assertEqual([one.closed for one in self.sessions], [True, False])

    def after(self, error):
        self.listener._wait_after(error)
        return self.waits[-1]

    def test_after_a_failure_it_waits_longer_and_longer_and_says_so(self):
        waits = [self.after(SocketRefused("connection_failed")) for _number in range(12)]
        self.assertLessEqual(waits[0], 2)
        self.assertGreater(waits[-1], 100)
        self.assertLessEqual(max(waits), 300)
        self.assertEqual(self.told, [(RECONNECTING, "connection_failed")])

    def test_a_dead_token_is_tried_seldom(self):
        for code in ("invalid_auth", "link_disabled", "too_many_websockets"):
            self.assertGreaterEqual(self.after(SocketRefused(code)), 30)
        self.assertEqual(self.told[-1], (REFUSED, "too_many_websockets"))

    def test_slacks_own_wait_counts(self):
        self.assertEqual(self.after(SocketRefused("ratelimited", retry_after=45)), 45)

    def test_a_connection_that_never_was_closes_what_is_there(self):
        self.listener._session = FakeSession()
        session = self.listener._session
        self.after(OSError("x"))
        self.assertTrue(session.closed)
        self.assertEqual(self.listener.code, "OSError")

    # -- What comes in -----------------------------------------------------------------------------------------------

    def take(self, payload, kind="events_api"):
        return self.listener._take(kind, payload)

    def test_a_request_is_stored_before_it_is_acknowledged(self):
        self.assertIsNone(self.take({"type": "event_callback", "text": "a\0b"}))
        self.assertEqual(
            self.database.received, [(7, {"type": "event_callback", "text": "a\N{REPLACEMENT CHARACTER}b"})]
        )
        self.assertIsNotNone(self.listener.heard_at)

    def test_a_form_is_opened_after_it_is_stored_and_the_acknowledgement_says_what_is_wrong(self):
        opened, answer = [], {"response_action": "errors", "errors": {"title": "Enter a title."}}
        self.database.delivery = Delivery(answer=answer, openings=(lambda: opened.append(len(self.database.received)),))
        self.assertEqual(self.take({"type": "block_actions"}, "interactive"), answer)
        self.assertEqual(opened, [1])

    def test_what_cannot_be_stored_is_not_acknowledged(self):
        self.database.errors = [psycopg2.OperationalError("away")] * 2
        with self.assertLogs(LOG, "WARNING") as log, self.assertRaises(psycopg2.OperationalError):
            self.take({"text": "secret words"})
        self.assertNotIn("secret words", str(log.output))

    def test_a_database_that_is_back_at_once_loses_nothing(self):
        self.database.errors = [psycopg2.OperationalError("away")]
        self.take({"type": "event_callback"})
        self.assertEqual(len(self.database.received), 1)

    def test_a_copy_acknowledges_nothing(self):
        self.database.errors = [NotListening("a copy")] * 2
        with self.assertRaises(NotListening):
            self.take({"type": "event_callback"})
        self.assertEqual(len(self.database.errors), 1)

    def test_odd_payloads_are_nothing(self):
        for payload in (None, [], "x", 5):
            self.take(payload)
        self.assertEqual([body for _id, body in self.database.received], [{}] * 4)

    def test_menus_are_answered_at_once(self):
        self.assertEqual(self.take({"type": "block_suggestion"}, "interactive"), {"options": []})
        self.assertFalse(self.database.received)


class FakeSocketListener:
    def __init__(self, place, _database, _on_change):
        self.place, self.stopped, self.renewals = place, False, None
        self.state, self.code, self.detail, self.heard_at = CONNECTED, "", "", None

    def renew(self, renewals):
        self.renewals = renewals

    def start(self):
        pass

    def stop(self):
        self.stopped = True

    def join(self):
        pass


@tagged("post_install", "-at_install")
class TestSockets(BaseCase):
    def setUp(self):
        super().setUp()
        self.database, self.made = FakeDatabase(), []
        self.sockets = Sockets(self.database, self.make, lambda: None)

    def make(self, *arguments):
        self.made.append(FakeSocketListener(*arguments))
        return self.made[-1]

    def open_ones(self):
        return [one.place for one in self.made if not one.stopped]

    def test_workspaces_come_change_and_go(self):
        first, changed, other = Place(1, "A", "token"), Place(1, "A", "other token"), Place(2, "B", "token")
        for wanted in ({first: 0}, {first: 0, other: 0}, {changed: 0, other: 0}, {other: 0}, {}):
            self.sockets.sync(wanted)
            self.assertEqual(set(self.open_ones()), set(wanted))
        self.assertEqual(len(self.made), 3)

    def test_a_renewal_reaches_the_socket_that_is_open(self):
        place = Place(1, "A", "token")
        self.sockets.sync({place: 0})
        self.sockets.sync({place: 1})
        self.assertEqual([one.renewals for one in self.made], [1])

    def test_a_database_that_became_a_copy_gets_no_word(self):
        self.sockets.sync({Place(1, "A", "token"): 0})
        self.sockets.abandon()
        self.sockets.tell()
        self.assertFalse(self.open_ones() or self.database.reports)

    def test_only_news_is_told(self):
        place = Place(1, "A", "token")
        self.sockets.tell()
        self.assertFalse(self.database.reports)
        self.sockets.sync({place: 0})
        self.sockets.tell()
        self.sockets.tell()
        self.assertEqual(self.database.reports, [{1: (CONNECTED, "", "", None)}])
        self.made[0].heard_at = 0
        self.sockets.tell()
        self.assertEqual(len(self.database.reports), 2)
        self.sockets.sync({})
        self.sockets.tell()
        self.assertEqual(self.database.reports[-1], {1: (OFF, "", "", None)})

    def test_at_the_end_it_says_so(self):
        self.sockets.sync({Place(1, "A", "token"): 0})
        self.sockets.stop()
        self.sockets.join()
        self.assertEqual(self.database.reports, [{1: (OFF, "", "", None)}])
        self.assertFalse(self.open_ones())

    def test_only_encrypted_addresses_get_a_socket(self):
        for address, is_safe in {
            "wss://wss-primary.slack.com/link/?ticket=x": True,
            "wss://wss-primary.slack.com:443/link/": True,
            "ws://127.0.0.1:8123/link/?ticket=x": True,
            "ws://wss-primary.slack.com/link/": False,
            "wss://wss-primary.slack.com:8443/link/": False,
            "http://127.0.0.1/": False,
            "wss:///": False,
            "wss://[broken": False,
            "wss://slack.com/\r\nHost: x": False,
            "": False,
        }.items():
            with self.subTest(address):
                self.assertEqual(_is_safe(address), is_safe)
