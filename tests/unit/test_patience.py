"""How long a mail server may take."""

import socket
import threading
import time
import unittest

from tools.inbound import patience
from tools.inbound.patience import COMMAND, GOODBYE, OPENING, SHORT, SLOWEST, Patience, PatientSocket

#: (what is known of the mailbox, its patience, seconds for opening, seconds for each command)
TABLE = [
    ("nothing", lambda: Patience(), OPENING, COMMAND),
    ("it opens quickly", lambda: Patience(0.2), OPENING, COMMAND),
    ("it opens slowly", lambda: Patience(15), 30, COMMAND),
    ("it opens very slowly", lambda: Patience(50), COMMAND, COMMAND),
    ("it failed last time", lambda: Patience(0.2, is_short=True), SHORT, SHORT),
    ("it failed, and was always slow", lambda: Patience(15, is_short=True), 30, 30),
    ("another one has just failed", lambda: Patience(0.2, is_alert=True), SHORT, COMMAND),
    ("another one has just failed, and it is slow", lambda: Patience(15, is_alert=True), 30, COMMAND),
    ("it has failed for an hour", Patience.long, COMMAND, COMMAND),
]


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class TestPatience(unittest.TestCase):
    def test_each_mailbox_gets_its_time(self):
        for title, of_mailbox, opening, command in TABLE:
            with self.subTest(title):
                found = of_mailbox()
                self.assertEqual((found.opening, found.command), (opening, command))

    def test_opening_is_one_step_and_each_command_after_that(self):
        clock = Clock()
        waiting = Patience(clock=clock)
        clock.now += OPENING - 1
        waiting.ask()
        self.assertEqual(waiting.left(), 1)
        waiting.opened()
        self.assertEqual(waiting.opened_in, OPENING - 1)
        self.assertEqual(waiting.left(), COMMAND)
        clock.now += COMMAND - 1
        waiting.ask()
        self.assertEqual(waiting.left(), COMMAND)
        waiting.goodbye()
        waiting.ask()
        self.assertEqual(waiting.left(), GOODBYE)

    def test_what_has_failed_before_gets_little_time(self):
        for title, found, command in (
            ("it opens quickly", Patience(0.2), SHORT),
            ("it opens slowly", Patience(15), 30),
            ("it failed last time", Patience(0.2, is_short=True), SHORT),
        ):
            with self.subTest(title):
                found.hurry()
                self.assertEqual(found.command, command)

    def test_bytes_that_arrive_buy_time_if_they_are_many(self):
        clock = Clock()
        waiting = Patience(clock=clock)
        clock.now += OPENING - 1
        waiting.received(5 * SLOWEST)
        self.assertEqual(waiting.left(), 6)

    def test_what_is_over_stays_over(self):
        clock = Clock()
        waiting = Patience(clock=clock)
        clock.now += OPENING
        self.assertRaises(TimeoutError, waiting.left)
        waiting.received(100 * SLOWEST)
        self.assertRaises(TimeoutError, waiting.left)


class TestPatientSocket(unittest.TestCase):
    def setUp(self):
        here, self.there = socket.socketpair()
        self.addCleanup(here.close)
        self.addCleanup(self.there.close)
        self.waiting = Patience()
        self.waiting.opened()
        self.waiting.command = 0.3
        self.here = PatientSocket(here, self.waiting)
        self.file = self.here.makefile("rb")
        self.addCleanup(self.file.close)

    def assert_ends(self):
        began = time.monotonic()
        self.here.sendall(b"NOOP\r\n")
        with self.assertRaises(TimeoutError):
            self.file.readline()
        self.assertLess(time.monotonic() - began, 2)
        with self.assertRaises(TimeoutError):
            self.file.readline()

    def test_an_answer(self):
        self.here.sendall(b"NOOP\r\n")
        self.assertEqual(self.there.recv(10), b"NOOP\r\n")
        self.there.sendall(b"OK\r\n")
        self.assertEqual(self.file.readline(), b"OK\r\n")

    def test_silence(self):
        self.assert_ends()

    def test_a_server_that_drips(self):
        ended = threading.Event()

        def drip():
            while not ended.wait(0.05):
                self.there.sendall(b".")

        dripping = threading.Thread(target=drip)
        dripping.start()
        self.addCleanup(dripping.join)
        self.addCleanup(ended.set)
        self.assert_ends()

    def test_a_server_that_reads_nothing(self):
        with self.assertRaises(TimeoutError):
            self.here.sendall(b"x" * 50_000_000)

    def test_the_limits_are_in_order(self):
        self.assertLess(patience.GOODBYE, patience.SHORT)
        self.assertLess(patience.SHORT, patience.OPENING)
        self.assertLessEqual(patience.OPENING, patience.COMMAND)
