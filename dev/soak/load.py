"""Acts at a steady rate, none of them waiting for the one before."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dev.bench.figures import percentile

#: Threads of one generator: so many acts may be under way at once.
THREADS = 48


@dataclass(frozen=True)
class Done:
    """What became of one act. :param ms: how long it took, without its wait for its turn :param error: empty: none"""

    number: int
    kind: str
    ms: float
    error: str = ""


@dataclass(frozen=True)
class Load:
    """What became of all acts of a generator. :param seconds: until the last one was over"""

    done: tuple
    seconds: float

    @property
    def rate(self):
        """How many a second were really done."""
        return len(self.done) / self.seconds if self.seconds else 0.0

    @property
    def errors(self):
        """In words, those that failed."""
        return [f"{one.kind}: {one.error}" for one in self.done if one.error]

    def p95(self):
        """Milliseconds that 95 of 100 acts did not exceed; those that failed count as well."""
        return percentile([one.ms for one in self.done], 95)

    def succeeded(self):
        """The numbers of the acts that did not fail."""
        return {one.number for one in self.done if not one.error}


def steady(act, rate, seconds, threads=THREADS, first=0):
    """Act at a steady rate.

    :param act: called with a number from a thread; returns the kind of act that it was
    :param rate: a second
    :param first: the number of the first act
    """
    count, started = max(1, round(rate * seconds)), time.monotonic()

    def one(number):
        time.sleep(max(0, started + number / rate - time.monotonic()))
        began = time.perf_counter()
        try:
            kind, error = act(first + number), ""
        except Exception as failed:  # noqa: BLE001 (it is counted)
            kind, error = "failed", f"{type(failed).__name__}: {str(failed)[-300:]}"
        return Done(first + number, kind, (time.perf_counter() - began) * 1000, error)

    with ThreadPoolExecutor(threads) as pool:
        done = tuple(pool.map(one, range(count)))
    return Load(done, time.monotonic() - started)
