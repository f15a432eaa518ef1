"""When the listener tries again, when it wakes the fetch cron, and what it makes of a server's words.

Three small clocks and counters that know nothing of threads, sockets or databases: whoever asks says what time it is.
"""

import random


class Backoff:
    """How long to wait after a failure: twice as long each time, up to a cap, and never in step with others.

    :param first: the most that the first wait may be, in seconds
    :param cap: the most that any wait may be
    :param dice: a function for numbers from 0 to 1
    """

    def __init__(self, first=2.0, cap=300.0, dice=random.random):
        self._first, self._cap, self._dice = first, cap, dice
        self.failures = 0

    def fail(self):
        """Count a failure; returns the seconds to wait."""
        # An exponent has to end somewhere: years of failures are no reason for an OverflowError.
        longest = min(self._cap, self._first * 2 ** min(self.failures, 30))
        self.failures += 1
        return longest * (0.5 + 0.5 * self._dice())

    def succeed(self):
        """It works: the next failure is a first one."""
        self.failures = 0


class WakeUps:
    """Wakes at once, then at most every so often, and always once more for what came in the meantime.

    A mail that comes while a wake-up is on its way may be too late for that one, so it is owed another. `owe` may be
    called from any thread; the others belong to the one that wakes.

    :param every: seconds between two wake-ups
    """

    def __init__(self, every=0.25):
        self._every, self._last, self._owed = every, None, False

    def owe(self):
        """There may be new mail."""
        self._owed = True

    def wait(self, now):
        """Seconds until the next wake-up, 0 when it is due; None when nothing is owed."""
        if not self._owed:
            return None
        return 0.0 if self._last is None else max(0.0, self._last + self._every - now)

    def begin(self, now):
        """A wake-up goes out. Say so before, not after: what comes from here on is owed the next one."""
        self._owed, self._last = False, now


class Folder:
    """What is known of a folder, to tell new mail from everything else that a server says.

    Flags change whenever the fetch has handled a mail: taking that for news would wake it for ever.
    """

    def __init__(self):
        self._place, self._count = None, 0

    def examined(self, answer):
        """The folder was opened; returns whether there may be mail that we have not heard of.

        :param answer: a dict with ``EXISTS`` and, from most servers, ``UIDVALIDITY`` and ``UIDNEXT`` (RFC 3501, 6.3.1)
        """
        place, count = (answer.get(b"UIDVALIDITY"), answer.get(b"UIDNEXT")), answer[b"EXISTS"]
        # At first we cannot know what came while nobody listened.
        is_news = place != self._place or count > self._count
        self._place, self._count = place, count
        return is_news

    def told(self, responses):
        """The server spoke unasked; returns whether mail has come.

        :param responses: tuples such as ``(5, b"EXISTS")`` or ``(b"OK", b"Still here")``
        """
        is_news = False
        for response in responses:
            number, word = response[0], response[1] if len(response) > 1 else None
            if word == b"EXISTS":
                is_news = is_news or number > self._count
                self._count = number
            elif word == b"EXPUNGE":
                self._count -= 1
        return is_news
