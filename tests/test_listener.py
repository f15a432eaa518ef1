"""What the listener does when mailboxes change, email comes, or something breaks; no server, no waiting."""

import logging
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..listener import idle
from ..listener.database import Mailbox, NotListening
from ..listener.idle import MailboxListener
from ..listener.listener import Listener, Pace
from ..listener.login import Login

LOG = "odoo.addons.helpdesk_bridge.listener"


class FakeDatabase:
    """A database that answers as told."""

    name = "fake"

    def __init__(self, *mailboxes):
        self.answer, self.wakes, self.error = {mailbox.id: mailbox for mailbox in mailboxes}, [], None
        self.missing = False

    def is_missing(self):
        return self.missing

    def mailboxes(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def login(self, mailbox):
        return Login()

    def wake(self, mailbox_ids):
        if self.error:
            raise self.error
        self.wakes.append(mailbox_ids)


class FakeMailboxListener:
    """A mailbox listener without a connection."""

    def __init__(self, mailbox, database, pace, on_new_mail):
        self.mailbox, self.on_new_mail, self.started, self.stopped = mailbox, on_new_mail, False, False

    def start(self):
        self.started = True

    def stop(self):
        self.stopped = True


def a_mailbox(number, **values):
    place = {"name": "Support", "host": "mail.example.com", "port": 993, "is_ssl": True, "folder": "INBOX"}
    return Mailbox(**{"id": number, **place, "user": "support", "password": "s3cr3t", **values})


@tagged("post_install", "-at_install")
class TestListener(BaseCase):
    """One step at a time, in the test's own thread: nothing sleeps."""

    def setUp(self):
        super().setUp()
        self.database, self.mailbox_listeners = FakeDatabase(a_mailbox(1)), []
        self.listener = Listener(
            self.database, Pace(renew=300, poll=15, look=0, timeout=30), self._make_mailbox_listener
        )

    def _make_mailbox_listener(self, *arguments):
        self.mailbox_listeners.append(FakeMailboxListener(*arguments))
        return self.mailbox_listeners[-1]

    def test_one_that_cannot_be_listened_to_keeps_no_other_one_waiting(self):
        self.listener._make_mailbox_listener = self._without_handles
        with self.assertLogs(LOG, "WARNING") as log:
            self.now_there_are(a_mailbox(1), a_mailbox(2))
        self.assertIn("cannot listen to it: Too many open files", log.output[0])
        self.assertEqual([one.mailbox.id for one in self.mailbox_listeners], [2])
        self.listener._make_mailbox_listener = self._make_mailbox_listener
        self.step()
        self.assertEqual([one.mailbox.id for one in self.mailbox_listeners], [2, 1])

    def _without_handles(self, mailbox, *others):
        if mailbox.id == 1:
            raise OSError("Too many open files")
        return self._make_mailbox_listener(mailbox, *others)

    def step(self):
        self.listener._event.set()  # no need to sleep at the end
        self.listener._step()

    def test_a_pace_that_no_server_would_bear_is_bounded(self):
        pace = Pace.asked_for(renew=7200, poll=0, look=-5, timeout=30)
        self.assertEqual(pace, Pace(renew=1740, poll=1, look=1, timeout=30))

    def now_there_are(self, *mailboxes):
        self.database.answer = {mailbox.id: mailbox for mailbox in mailboxes}
        self.step()
        return [
            (one.mailbox.id, one.mailbox.folder) for one in self.mailbox_listeners if one.started and not one.stopped
        ]

    def test_exactly_the_mailboxes_of_the_database_are_listened_to(self):
        self.assertEqual(self.now_there_are(a_mailbox(1), a_mailbox(2)), [(1, "INBOX"), (2, "INBOX")])
        self.assertEqual(self.now_there_are(a_mailbox(2), a_mailbox(3)), [(2, "INBOX"), (3, "INBOX")])
        self.assertEqual(self.now_there_are(a_mailbox(2, folder="A"), a_mailbox(3)), [(3, "INBOX"), (2, "A")])
        self.assertEqual(len(self.mailbox_listeners), 4, "who stays is not disturbed")

    def test_an_email_wakes_the_fetch(self):
        self.step()
        self.assertEqual(self.database.wakes, [])
        self.mailbox_listeners[0].on_new_mail()
        self.step()
        self.assertEqual(self.database.wakes, [[1]])
        self.step()
        self.assertEqual(self.database.wakes, [[1]])

    def test_a_wake_up_that_the_database_refuses_stays_requested(self):
        self.step()
        self.mailbox_listeners[0].on_new_mail()
        self.database.error = RuntimeError("gone")
        with self.assertRaises(RuntimeError):
            self.step()
        self.database.error = None
        self.listener._wake_ups._last = None  # time passes
        self.step()
        self.assertEqual(self.database.wakes, [[1]])

    def test_why_there_is_nothing_to_listen_to_is_said_once(self):
        self.step()
        self.database.answer = NotListening("this database is neutralized")
        with self.assertLogs(LOG, logging.WARNING) as logs:
            self.step()
            self.step()
        self.assertEqual(len(logs.output), 1)
        self.assertIn("neutralized: nothing to listen to", logs.output[0])
        self.assertTrue(self.mailbox_listeners[0].stopped)

    def fail(self):
        """The database cannot be used, and the listener waits."""
        told = []
        self.listener._on_missing = lambda: told.append(True)
        with self.assertLogs(LOG, logging.WARNING) as logs, patch.object(self.listener._stopping, "wait"):
            self.listener._wait_after(RuntimeError("connection refused"))
        return logs.output[0], bool(told)

    def test_a_database_that_never_was_is_said_to_be_missing(self):
        self.database.missing = True
        said, told = self.fail()
        self.assertIn("there is no database “fake”", said)
        self.assertTrue(told and self.listener.is_missing)
        self.step()
        self.assertFalse(self.listener.is_missing, "it was created after all")

    def test_one_that_was_there_comes_back(self):
        self.step()
        self.database.missing = True
        said, told = self.fail()
        self.assertIn("connection refused", said)
        self.assertFalse(told or self.listener.is_missing)

    def test_while_postgresql_is_away_nobody_knows_what_is_missing(self):
        _said, told = self.fail()
        self.assertFalse(told or self.listener.is_missing)

    def test_a_recovery_is_told(self):
        with self.assertLogs(LOG, logging.INFO) as logs, patch.object(self.listener._stopping, "wait"):
            self.listener._wait_after(RuntimeError("gone\nfor now"))
            self.step()
        self.assertRegex(logs.output[0], "cannot use the database: RuntimeError: gone for now; trying again in [12] s")
        self.assertIn("the database answers again", logs.output[1])


@tagged("post_install", "-at_install")
class TestMailboxListener(BaseCase):
    """The thread of one mailbox, with fake connections."""

    def listen(self, *connections):
        """Use these connections, or failures to connect, in turn; returns how often it announced new email."""
        announced, pending = [], list(connections)

        def connect(mailbox, login, pace, stop_event):
            connection = pending.pop(0)
            if isinstance(connection, Exception):
                if not pending:
                    stop_event.set()
                raise connection
            connection.stop_event = stop_event
            return connection

        mailbox_listener = MailboxListener(a_mailbox(1), FakeDatabase(), None, lambda: announced.append(1), connect)
        mailbox_listener._backoff._first = 0
        mailbox_listener.run()
        return len(announced)

    def test_the_first_failure_is_told_softly_the_next_ones_loudly(self):
        with self.assertLogs(LOG, logging.INFO) as logs:
            self.listen(ConnectionError("reset\nby us"), ConnectionError("again"), RuntimeError("the end"))
        log = f"{LOG}.idle"
        self.assertEqual(
            logs.output,
            [
                f"INFO:{log}:mailbox 1 (Support): not listening: ConnectionError: reset by us; trying again in 0 s",
                f"WARNING:{log}:mailbox 1 (Support): not listening: ConnectionError: again; trying again in 0 s",
            ],
        )

    def levels(self, *connections, proven):
        """How loudly each failure is told. :param proven: seconds that a connection has to hold"""
        with patch.object(idle, "PROVEN", proven), self.assertLogs(LOG, logging.INFO) as logs:
            self.listen(*connections, RuntimeError("the end"))
        return [line.partition(":")[0] for line in logs.output if "not listening" in line]

    def test_after_a_connection_that_held_a_failure_is_a_first_one(self):
        refused, broken = ConnectionError("refused"), FakeConnection(1, [], error=ConnectionError("broken"))
        self.assertEqual(
            self.levels(refused, refused, broken, refused, proven=0), ["INFO", "WARNING", "INFO", "WARNING"]
        )

    def test_after_a_connection_that_broke_at_once_it_is_not(self):
        refused, broken = ConnectionError("refused"), FakeConnection(1, [], error=ConnectionError("broken"))
        self.assertEqual(
            self.levels(refused, refused, broken, refused, proven=10), ["INFO", "WARNING", "WARNING", "WARNING"]
        )

    def test_it_announces_new_email_at_first_and_when_email_arrives(self):
        told = [[(b"OK", b"Still here")], [(2, b"EXISTS")], [(2, b"FETCH", (b"FLAGS", ()))]]
        with self.assertLogs(LOG, logging.INFO) as logs:
            self.assertEqual(self.listen(FakeConnection(1, told)), 2)
        self.assertEqual(
            [line.partition("(Support): ")[2] for line in logs.output], ["listening to INBOX (IDLE)", "disconnected"]
        )


class FakeConnection:
    """A connection to a folder with so many emails that yields responses, and then ends."""

    can_idle, stop_event = True, None

    def __init__(self, count, untagged, error=None):
        self.count, self.untagged, self.error = count, untagged, error

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def examine(self):
        return {b"EXISTS": self.count}

    def responses(self):
        yield from self.untagged
        if self.error:
            raise self.error
        self.stop_event.set()
