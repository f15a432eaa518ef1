"""How much memory a server takes while it works, and whether it takes ever more."""

import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

EVERY = 2
#: The part of the time after which it is warm: caches fill first.
WARM = 0.25


class Watch:
    """Samples of what a process and all below it take. :ivar samples: [(seconds since the start, MB)]"""

    def __init__(self, pid):
        self._pid, self.samples, self._end = pid, [], threading.Event()

    def run(self):
        started = time.monotonic()
        while not self._end.wait(EVERY):
            self.samples.append((time.monotonic() - started, memory(self._pid)))

    def stop(self):
        self._end.set()


@contextmanager
def watched(pid):
    """Watch a process during a block; yields the `Watch`."""
    watch = Watch(pid)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.stop()
        thread.join()


def memory(pid):
    """MB that a process and all below it have for themselves."""
    kilobytes = 0
    for one in _family(pid):
        with suppress(OSError):  # it has just ended
            rows = Path("/proc", str(one), "smaps_rollup").read_text().splitlines()
            kilobytes += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return kilobytes / 1024


def _family(pid):
    found = [pid]
    for one in found:
        for children in Path("/proc", str(one), "task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in children.read_text().split()]
    return found


def slope(samples, warm=WARM):
    """MB an hour by which memory grows once the server is warm: the line with the least squares.

    :param samples: [(seconds, MB)]
    """
    if not samples:
        return 0.0
    begin = samples[0][0] + (samples[-1][0] - samples[0][0]) * warm
    points = [(seconds / 3600, size) for seconds, size in samples if seconds >= begin]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((hours - x) ** 2 for hours, _size in points)
    return sum((hours - x) * (size - y) for hours, size in points) / spread if spread else 0.0
