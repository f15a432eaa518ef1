"""What the listener does when mailboxes change, mail comes, or something breaks; no server, no waiting."""

import logging
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..listener import ear as ear_module
from ..listener.database import Mailbox, NotListening
from ..listener.ear import Ear
from ..listener.listener import Listener, Pace
from ..listener.login import Login

LOG = "odoo.addons.helpdesk_bridge.listener"


class FakeDatabase:
    """A database that answers as told."""

    name = "fake"

    def __init__(self, *mailboxes):
        self.answer, self.wakes, self.error = {mailbox.id: mailbox for mailbox in mailboxes}, 0, None
        self.missing = False

    def is_missing(self):
        return self.missing

    def mailboxes(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def login(self, mailbox):
        return Login()

    def wake(self):
        if self.error:
            raise self.error
        self.wakes += 1


class FakeEar:
    """An ear that hears what it is told."""

    def __init__(self, mailbox, database, pace, heard):
        self.mailbox, self.heard, self.started, self.stopped = mailbox, heard, False, False

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
        self.database, self.ears = FakeDatabase(a_mailbox(1)), []
        self.listener = Listener(self.database, Pace(renew=300, poll=15, look=0, timeout=30), self._make_ear)

    def _make_ear(self, *arguments):
        self.ears.append(FakeEar(*arguments))
        return self.ears[-1]

    def test_one_that_cannot_be_listened_to_keeps_no_other_one_waiting(self):
        made, self.listener._make_ear = self._make_ear, lambda mailbox, *others: self._without_handles(mailbox, *others)
        with self.assertLogs(LOG, "WARNING") as log:
            self.now_there_are(a_mailbox(1), a_mailbox(2))
        self.assertIn("nobody listens to it: Too many open files", log.output[0])
        self.assertEqual([ear.mailbox.id for ear in self.ears], [2])
        self.listener._make_ear = made
        self.step()
        self.assertEqual([ear.mailbox.id for ear in self.ears], [2, 1])

    def _without_handles(self, mailbox, *others):
        if mailbox.id == 1:
            raise OSError("Too many open files")
        return self._make_ear(mailbox, *others)

    def step(self):
        self.listener._event.set()  # no need to sleep at the end
        self.listener._step()

    def test_a_pace_that_no_server_would_bear_is_bounded(self):
        pace = Pace.asked_for(renew=7200, poll=0, look=-5, timeout=30)
        self.assertEqual(pace, Pace(renew=1740, poll=1, look=1, timeout=30))

    def now_there_are(self, *mailboxes):
        self.database.answer = {mailbox.id: mailbox for mailbox in mailboxes}
        self.step()
        return [(ear.mailbox.id, ear.mailbox.folder) for ear in self.ears if ear.started and not ear.stopped]

    def test_there_is_an_ear_on_each_mailbox_and_on_no_other(self):
        self.assertEqual(self.now_there_are(a_mailbox(1), a_mailbox(2)), [(1, "INBOX"), (2, "INBOX")])
        self.assertEqual(self.now_there_are(a_mailbox(2), a_mailbox(3)), [(2, "INBOX"), (3, "INBOX")])
        self.assertEqual(self.now_there_are(a_mailbox(2, folder="A"), a_mailbox(3)), [(3, "INBOX"), (2, "A")])
        self.assertEqual(len(self.ears), 4, "who stays is not disturbed")

    def test_a_mail_wakes_the_fetch(self):
        self.step()
        self.assertEqual(self.database.wakes, 0)
        self.ears[0].heard()
        self.step()
        self.assertEqual(self.database.wakes, 1)
        self.step()
        self.assertEqual(self.database.wakes, 1)

    def test_a_wake_up_that_the_database_refuses_stays_owed(self):
        self.step()
        self.ears[0].heard()
        self.database.error = RuntimeError("gone")
        with self.assertRaises(RuntimeError):
            self.step()
        self.database.error = None
        self.listener._wake_ups._last = None  # time passes
        self.step()
        self.assertEqual(self.database.wakes, 1)

    def test_why_there_is_nothing_to_listen_to_is_said_once(self):
        self.step()
        self.database.answer = NotListening("this database is neutralized")
        with self.assertLogs(LOG, logging.WARNING) as logs:
            self.step()
            self.step()
        self.assertEqual(len(logs.output), 1)
        self.assertIn("neutralized: nothing to listen to", logs.output[0])
        self.assertTrue(self.ears[0].stopped)

    def fail(self):
        """The database cannot be used, and the listener waits."""
        told = []
        self.listener._missing = lambda: told.append(True)
        with self.assertLogs(LOG, logging.WARNING) as logs, patch.object(self.listener._stopping, "wait"):
            self.listener._wait(RuntimeError("connection refused"))
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
            self.listener._wait(RuntimeError("gone\nfor now"))
            self.step()
        self.assertRegex(logs.output[0], "no use of the database: RuntimeError: gone for now; trying again in [12] s")
        self.assertIn("the database answers again", logs.output[1])


@tagged("post_install", "-at_install")
class TestEar(BaseCase):
    """The ear's thread, with connections that the test makes up."""

    def listen(self, *connections):
        """Let an ear use these connections, or failures to connect, one after the other; returns how often it heard."""
        heard, pending = [], list(connections)

        def connect(mailbox, login, pace, bell):
            connection = pending.pop(0)
            if isinstance(connection, Exception):
                if not pending:
                    bell.ring()
                raise connection
            connection.bell = bell
            return connection

        ear = Ear(a_mailbox(1), FakeDatabase(), None, lambda: heard.append(1), connect)
        ear._backoff._first = 0
        ear.run()
        return len(heard)

    def test_the_first_failure_is_told_softly_the_next_ones_loudly(self):
        with self.assertLogs(LOG, logging.INFO) as logs:
            self.listen(ConnectionError("reset\nby us"), ConnectionError("again"), RuntimeError("the end"))
        self.assertEqual(
            logs.output,
            [
                f"INFO:{LOG}.ear:mailbox 1 (Support): not listening: ConnectionError: reset by us; trying again in 0 s",
                f"WARNING:{LOG}.ear:mailbox 1 (Support): not listening: ConnectionError: again; trying again in 0 s",
            ],
        )

    def levels(self, *connections, proven):
        """How loudly each failure is told. :param proven: seconds that a connection has to hold"""
        with patch.object(ear_module, "PROVEN", proven), self.assertLogs(LOG, logging.INFO) as logs:
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

    def test_it_hears_at_first_and_when_mail_comes_and_nothing_else(self):
        told = [[(b"OK", b"Still here")], [(2, b"EXISTS")], [(2, b"FETCH", (b"FLAGS", ()))]]
        with self.assertLogs(LOG, logging.INFO) as logs:
            self.assertEqual(self.listen(FakeConnection(1, told)), 2)
        self.assertEqual(
            [line.partition("(Support): ")[2] for line in logs.output], ["listening to INBOX (IDLE)", "hung up"]
        )


class FakeConnection:
    """A connection to a folder with so many mails that is told something, and then ends."""

    can_idle, bell = True, None

    def __init__(self, count, told, error=None):
        self.count, self.told, self.error = count, told, error

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def examine(self):
        return {b"EXISTS": self.count}

    def responses(self):
        yield from self.told
        if self.error:
            raise self.error
        self.bell.ring()
