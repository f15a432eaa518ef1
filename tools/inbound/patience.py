"""Limits how long a mail server may take, also one that sends a byte now and then.

A timeout of a socket counts from the last byte, so a server that drips bytes would hold the connection for ever. Here
each step has a deadline: opening the connection is one step, and so is each command after that.
"""

import io
import time

from ..common.deadline_reader import DeadlineReader

#: Seconds for opening a connection: to connect, agree on TLS and log in.
OPENING = 20
#: Seconds for each command after that; Odoo's own limit.
COMMAND = 60
#: Seconds for each of these if the mailbox failed last time, and for saying goodbye.
SHORT = 5
GOODBYE = 2
#: Bytes per second below which an answer is too slow. Bytes that arrive move the deadline.
SLOWEST = 10_000
#: A mailbox may take this many times as long as its last successful opening.
MARGIN = 2


class Patience:
    """How long one connection may take.

    :param last_opening: seconds that the last successful opening took: a server that is always slow gets more time
    :param is_short: whether the mailbox failed last time; `is_alert`: whether another one has just begun to fail
    :ivar opened_in: seconds that the opening took
    """

    def __init__(self, last_opening=0, is_short=False, is_alert=False, clock=time.monotonic):
        self._clock, self._is_over = clock, False
        known = min(MARGIN * last_opening, COMMAND)
        self.opening = max(SHORT if is_short or is_alert else OPENING, known)
        self._short = max(SHORT, known)
        self.command = self._short if is_short else COMMAND
        self._began, self._is_open, self.opened_in = clock(), False, 0
        self._deadline = self._began + self.opening

    @classmethod
    def long(cls):
        """As patient as Odoo, for a mailbox that has failed for long."""
        patience = cls(COMMAND)
        patience.command = COMMAND
        return patience

    def opened(self):
        """The connection is logged in: from now on each command has its own time."""
        self._is_open, self.opened_in = True, self._clock() - self._began
        self.ask()

    def ask(self):
        """A command is sent, and its answer may take its time; while the connection opens, all commands share it."""
        if self._is_open:
            self._deadline = self._clock() + self.command

    def hurry(self):
        """What is asked from now on has failed before, and would hold up other mailboxes each time."""
        self.command = min(self.command, self._short)

    def goodbye(self):
        """Whatever is said from now on should not take long."""
        self.command = min(self.command, GOODBYE)

    def received(self, count):
        """Bytes arrived: a large email over a slow line is no silence."""
        self._deadline += count / SLOWEST

    def left(self):
        """Seconds that are left. :raise TimeoutError: if there are none; also ever after, because an answer is lost"""
        left = self._deadline - self._clock()
        if self._is_over or left <= 0:
            self.give_up()
        return left

    def give_up(self):
        self._is_over = True
        raise TimeoutError("timed out")


class PatientSocket:
    """A connected socket for `imaplib` and `poplib` whose reads and writes end when the patience does."""

    def __init__(self, sock, patience):
        self._sock, self._patience = sock, patience

    def __getattr__(self, name):
        return getattr(self._sock, name)

    def makefile(self, *_arguments, **_options):
        return io.BufferedReader(_PatientReader(self._sock, self._patience))

    def sendall(self, data):
        self._patience.ask()
        self._sock.settimeout(self._patience.left())
        self._sock.sendall(data)


class _PatientReader(DeadlineReader):
    def __init__(self, sock, patience):
        super().__init__(sock, patience.left)
        self._patience = patience

    def readinto(self, buffer):
        try:
            count = super().readinto(buffer)
        except TimeoutError:
            self._patience.give_up()
        self._patience.received(count)
        return count
