"""Whether something was lost, or is there twice."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """What became of what was put in, of one kind."""

    kind: str
    put_in: int
    lost: int
    doubled: int

    def __str__(self):
        return f"{self.kind}: {self.put_in} put in, {self.lost} lost, {self.doubled} doubled"


def compare(kind, put_in, there, unsure=()):
    """Compare what was put in with what is there.

    :param put_in: marks of what has to be there once
    :param there: marks of what is there, each as often as it is
    :param unsure: marks of what may be there or not, because its request failed; never twice
    """
    counted, wanted = Counter(there), set(put_in)
    doubled = sum(counted[mark] - 1 for mark in wanted | set(unsure) if counted[mark] > 1)
    return Found(kind, len(wanted), sum(not counted[mark] for mark in wanted), doubled)
