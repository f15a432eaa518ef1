"""Slack's limits on how often a method may be called, per minute; off until `PUT /__limits` switches them on.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import time
from collections import defaultdict, deque

#: Calls a minute of each tier. Messages: one a second to a channel, with short bursts.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
BURST = 5


class Limits:
    """Counts calls of the last minute."""

    def __init__(self):
        self.on, self._own, self._called = False, {}, defaultdict(deque)

    def change(self, asked):
        """`{"on": true}`, or calls a minute of some methods: `{"conversations.replies": 3}`."""
        self.on = asked.pop("on", True)
        self._own = asked

    def wait(self, method, tier, channel=None):
        """Seconds until the method may be called again, 0 when it may be now; the call is counted then."""
        if not self.on:
            return 0
        key, most, period = (method, None), self._own.get(method) or TIERS.get(tier), 60
        if method == "chat.postMessage" and method not in self._own:
            key, most, period = (method, channel), BURST, BURST
        if not most:
            return 0
        now, called = time.monotonic(), self._called[key]
        while called and called[0] <= now - period:
            called.popleft()
        if len(called) >= most:
            return max(1, round(called[0] + period - now))
        called.append(now)
        return 0
