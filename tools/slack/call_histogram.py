"""Counts calls by outcome and duration, for a Prometheus histogram."""

import bisect

#: Upper bounds in seconds; what took longer than the last is counted under infinity.
BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LABELS = tuple(str(bound) for bound in BOUNDS) + ("+Inf",)


class CallTally:
    """What was counted since the last `take`."""

    def __init__(self):
        self._counts, self._seconds = {}, {}

    def add(self, method, outcome, seconds):
        """One call more."""
        bucket = (method, outcome, LABELS[bisect.bisect_left(BOUNDS, seconds)])
        self._counts[bucket] = self._counts.get(bucket, 0) + 1
        self._seconds[method, outcome] = self._seconds.get((method, outcome), 0) + seconds

    def take(self):
        """:return: (counts by method, outcome and bound; seconds by method and outcome); both begin anew"""
        taken = self._counts, self._seconds
        self._counts, self._seconds = {}, {}
        return taken


def histograms(counts, seconds):
    """:return: list of (method, outcome, [(bound, calls that took no longer)], seconds in all)"""
    found = []
    for method, outcome in sorted(seconds):
        total, buckets = 0, []
        for bound in LABELS:
            total += counts.get((method, outcome, bound), 0)
            buckets.append((bound, total))
        found.append((method, outcome, buckets, seconds[method, outcome]))
    return found
