"""Slack's time: every message has a `ts` of its own, and each is later than the one before."""

import time


class Clock:
    """Hands out timestamps."""

    def __init__(self):
        self._last = 0

    def ts(self):
        """A new timestamp, as text: seconds, a dot, six digits."""
        self._last = max(self._last + 1, int(time.time() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def number(ts):
    """A timestamp as a whole number of microseconds; None when it is none."""
    seconds, dot, micros = str(ts).partition(".")
    if not seconds.isascii() or not seconds.isdigit() or (dot and not (micros.isascii() and micros.isdigit())):
        return None
    return int(seconds) * 1_000_000 + int((micros + "000000")[:6])
