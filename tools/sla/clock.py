"""The life of one promise: what happens to its clock, and what is written down about it.

How data flows: the model makes a `Clock` of what it has stored, asks for one step (`started`, `moved`, `retargeted`,
`ticked`, `withdrawn`), and stores what the answer says: the clock as it is now, and entries for its history. A clock
knows no ticket and no calendar, only a function that yields working time (see `sla`).

A promise is broken at the moment it falls due, kept only before it. Time in which a ticket waits, is closed or is
canceled is a break, however often that happens and in whatever order: the due moment is always counted anew from the
original start.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from . import working_time

START, RESOLUTION = "start", "resolution"
RUNNING, PAUSED, MET, MISSED, CANCELED = "running", "paused", "met", "missed", "canceled"

#: Kinds of entries in a clock's history; the outcomes are called like the states.
STARTED, RESUMED, RETARGETED, WARNED, BREACHED, REOPENED = (
    "started",
    "resumed",
    "retargeted",
    "warned",
    "breached",
    "reopened",
)
#: After these nobody works on it, after those somebody does again: a clock's breaks, read from its history.
STOPS, GOES_ON = (PAUSED, MET, MISSED, CANCELED), (RESUMED, REOPENED)


class Phase(Enum):
    """Where a ticket is, as far as its promises are concerned."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"
    CANCELED = "canceled"


#: Where what is promised can still be kept.
AT_WORK = (Phase.OPEN, Phase.WAITING)


@dataclass(frozen=True)
class Entry:
    """One line of a clock's history."""

    at: datetime
    kind: str
    due_before: datetime | None = None
    due_after: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """One promise.

    :param target: seconds of working time
    :param breaks: (begin, end) each; where nobody works on it now, the last has no end
    :param due: while nobody works on it: what it was due when that began
    """

    metric: str
    started: datetime
    target: int
    warn_percent: int = 0
    working: Callable = working_time.around_the_clock
    breaks: tuple = ()
    state: str = RUNNING
    due: datetime | None = None
    warn: datetime | None = None
    warned: datetime | None = None
    breached: datetime | None = None
    satisfied: datetime | None = None

    @property
    def stopped(self):
        """Since when nobody works on it; None when somebody does."""
        return self.breaks[-1][0] if self.breaks and self.breaks[-1][1] is None else None

    def spent(self, until):
        """Seconds of working time from the start to a moment."""
        return working_time.elapsed(self.started, until, self.breaks, self.working)


def breaks(history):
    """The breaks that a history tells of. :param history: (moment, kind) each, in order"""
    found = []
    for at, kind in history:
        is_stopped = bool(found) and found[-1][1] is None
        if kind in STOPS and not is_stopped:
            found.append((at, None))
        elif kind in GOES_ON and is_stopped:
            found[-1] = (found[-1][0], at)
    return tuple(found)


# ------------------------------------------------------------
# Steps: each answers (the clock as it is now, entries for its history)
# ------------------------------------------------------------


def started(clock, now, phase=Phase.OPEN, decided=False):
    """A promise begins, maybe long ago.

    :param phase: where its ticket is now
    :param decided: somebody gives it just now, to a ticket that had none
    """
    begun = _counted(replace(clock, state=RUNNING))
    entries = [Entry(begun.started, STARTED, None, begun.due)]
    begun, late = _decided(begun, now) if decided else (begun, [])
    begun, more = moved(begun, phase, now)
    return begun, entries + late + more


def moved(clock, phase, now, begins=False):
    """The ticket is in this phase now. :param begins: a person has taken it up, which is what *start* waits for"""
    if clock.metric == START and clock.satisfied:
        return clock, []
    clock, entries = settled(clock, now)
    if clock.metric == START and begins and clock.state == CANCELED and phase in AT_WORK:
        clock, back = _resumed(clock, now)
        entries = entries + back
    if clock.metric == START and begins and clock.state != CANCELED:
        done, more = _satisfied(clock, now)
    elif phase is Phase.CLOSED and clock.metric == RESOLUTION:
        done, more = _satisfied(clock, now) if not clock.satisfied else (clock, [])
    elif phase in (Phase.CLOSED, Phase.CANCELED):
        # Closed before a person had taken it up: nothing was begun, and nothing can be any more.
        done, more = _canceled(clock, now)
    elif phase is Phase.WAITING:
        done, more = _paused(clock, now)
    else:
        done, more = _resumed(clock, now)
    return done, entries + more


def retargeted(clock, now, target, warn_percent, working, phase=Phase.OPEN):
    """Something else was promised: counted from the original start, breaks kept. What is over stays as it was.

    :param phase: where its ticket is, if the promise was canceled: it is given again where somebody works on it
    """
    if clock.satisfied:
        return clock, []
    if clock.state == CANCELED:
        given = replace(clock, target=target, warn_percent=warn_percent, working=working)
        return _given_again(given, now, phase) if phase in AT_WORK else (given, [])
    clock, entries = settled(clock, now)
    changed = _counted(replace(clock, target=target, warn_percent=warn_percent, working=working))
    entries = [*entries, Entry(now, RETARGETED, clock.due, changed.due)]
    if changed.due > (changed.stopped or now):
        changed = replace(changed, state=PAUSED if changed.stopped else RUNNING)
    changed, late = _decided(changed, now)
    return _warning_renewed(changed, now), entries + late


def ticked(clock, now):
    """Time has passed: warns when that is due, and says when the promise is broken."""
    clock, entries = settled(clock, now)
    if entries or clock.state != RUNNING or clock.warned or not clock.warn or clock.warn > now:
        return clock, entries
    opening = working_time.opening(now, clock.working) or now
    if opening > now:
        # Nobody is there to read it; if work begins only when it is due, there is nothing to warn of any more.
        return replace(clock, warn=opening if opening < clock.due else None), []
    return replace(clock, warned=clock.warn), [Entry(clock.warn, WARNED, clock.due, clock.due)]


def withdrawn(clock, now):
    """Nothing of the kind is promised any more."""
    if clock.satisfied or clock.state == CANCELED:
        return clock, []
    clock, entries = settled(clock, now)
    canceled, more = _canceled(clock, now)
    return canceled, entries + more


def settled(clock, now):
    """Whatever comes next, first that the due moment has passed: nobody may have looked since."""
    if clock.state == RUNNING and clock.due <= now:
        return _breached(clock, clock.due)
    return clock, []


# ------------------------------------------------------------
# What the steps are made of
# ------------------------------------------------------------


def _counted(clock):
    """The clock with its due moment and its warning counted anew."""
    over = tuple(pause for pause in clock.breaks if pause[1])
    working = clock.working
    due = working_time.due(clock.started, clock.target, over, working)
    if due is None:
        # A calendar without working time in sight says nothing. A promise without an end would say something wrong.
        working = working_time.around_the_clock
        due = working_time.due(clock.started, clock.target, over, working)
    share = clock.target * clock.warn_percent // 100
    warn = working_time.due(clock.started, share, over, working) if 0 < share < clock.target else None
    return replace(clock, due=due, warn=warn)


def _given_again(clock, now, phase):
    if phase is Phase.WAITING:
        clock = _counted(clock)
    given, entries = moved(clock, phase, now)
    given, late = _decided(given, now)
    return given, entries + late


def _satisfied(clock, now):
    done = replace(_stopped(clock, now), satisfied=now, state=MISSED if _is_late(clock, now) else MET)
    return done, [Entry(now, done.state, clock.due, clock.due)]


def _canceled(clock, now):
    if clock.state == CANCELED:
        return clock, []
    done = replace(_stopped(clock, now), satisfied=None, state=CANCELED)
    return done, [Entry(now, CANCELED, clock.due, clock.due)]


def _paused(clock, now):
    if clock.stopped and not clock.satisfied and clock.state != CANCELED:
        return clock, []
    paused = replace(_stopped(clock, now), satisfied=None, state=MISSED if _is_late(clock, now) else PAUSED)
    return paused, [Entry(now, PAUSED, clock.due, clock.due)]


def _resumed(clock, now):
    if not clock.stopped:
        return clock, []
    kind = REOPENED if clock.satisfied or clock.state == CANCELED else RESUMED
    breaks_now = (*clock.breaks[:-1], (clock.stopped, now))
    going = _counted(replace(clock, breaks=breaks_now, satisfied=None))
    going = replace(going, state=MISSED if _is_late(going, now) else RUNNING)
    # Something else may have been promised since it stopped.
    going, late = _decided(going, now)
    return _warning_renewed(going, now), [Entry(now, kind, clock.due, going.due), *late]


def _decided(clock, now):
    """Where what is promised now lies in the past: late by a decision of now, not since the moment it decided about."""
    if clock.state in (RUNNING, PAUSED) and clock.due <= (clock.stopped or now):
        return _breached(clock, now)
    return clock, []


def _breached(clock, at):
    return replace(clock, state=MISSED, breached=at), [Entry(at, BREACHED, clock.due, clock.due)]


def _stopped(clock, now):
    return clock if clock.stopped else replace(clock, breaks=(*clock.breaks, (now, None)))


def _is_late(clock, now):
    """Whether its breach has been recorded already, for a due moment that has not moved into the future since."""
    return clock.breached is not None and clock.due <= (clock.stopped or now)


def _warning_renewed(clock, now):
    """A warning given for an earlier due moment does not count for a later one."""
    return replace(clock, warned=None) if clock.warned and clock.warn and clock.warn > now else clock
