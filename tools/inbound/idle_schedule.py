"""When the listener reconnects, when it wakes the fetch cron, and which responses of a server announce new email.

Pure state machines without threads, sockets or databases; the caller passes the time.
"""

import random
import threading


class Backoff:
    """How long to wait after a failure: exponential with a cap and random jitter.

    :param first: the longest first wait, in seconds
    :param cap: the longest wait
    :param dice: returns a random number from 0 to 1
    """

    def __init__(self, first=2.0, cap=300.0, dice=random.random):
        self._first, self._cap, self._dice = first, cap, dice
        self.failures = 0

    def fail(self):
        """Count a failure; returns the seconds to wait."""
        # The exponent is limited: years of failures must not raise OverflowError.
        longest = min(self._cap, self._first * 2 ** min(self.failures, 30))
        self.failures += 1
        return longest * (0.5 + 0.5 * self._dice())

    def succeed(self):
        """Count a success: the next failure is a first one."""
        self.failures = 0


class WakeUps:
    """Rate limit for wake-ups: the first is immediate, and the last request always gets one.

    An email that arrives during a wake-up may be too late for it, so it requests another one. `request` may be called
    from any thread, the other methods only from the thread that wakes.

    :param every: seconds between two wake-ups
    """

    def __init__(self, every=0.25):
        self._every, self._last = every, None
        self._lock, self._requested = threading.Lock(), set()

    def request(self, *mailboxes):
        """There may be new email in these mailboxes."""
        with self._lock:
            self._requested.update(mailboxes)

    def wait(self, now):
        """Seconds until the next wake-up, 0 when it is due; None when none is requested."""
        if not self._requested:
            return None
        return 0.0 if self._last is None else max(0.0, self._last + self._every - now)

    def start(self, now):
        """Mark the start of a wake-up, before it: a request from now on needs the next one.

        :return: the requested mailboxes, in order
        """
        with self._lock:
            requested, self._requested, self._last = self._requested, set(), now
        return sorted(requested)


class Folder:
    """The known state of a folder, which tells new email from other responses of the server.

    A change of flags is not new email: the fetch itself changes them, and would be woken forever.
    """

    def __init__(self):
        self._identity, self._count = None, 0

    def examine(self, status):
        """Take in the status of the folder after it was opened; returns whether there may be unknown email.

        :param status: a dict with ``EXISTS`` and, from most servers, ``UIDVALIDITY`` and ``UIDNEXT`` (RFC 3501, 6.3.1)
        """
        identity, count = (status.get(b"UIDVALIDITY"), status.get(b"UIDNEXT")), status[b"EXISTS"]
        # The first time always: it is unknown what arrived while the listener was not connected.
        has_new = identity != self._identity or count > self._count
        self._identity, self._count = identity, count
        return has_new

    def update(self, responses):
        """Take in untagged responses of the server; returns whether email has arrived.

        :param responses: tuples such as ``(5, b"EXISTS")`` or ``(b"OK", b"Still here")``
        """
        has_new = False
        for response in responses:
            number, word = response[0], response[1] if len(response) > 1 else None
            if word == b"EXISTS":
                has_new = has_new or number > self._count
                self._count = number
            elif word == b"EXPUNGE":
                self._count -= 1
        return has_new
