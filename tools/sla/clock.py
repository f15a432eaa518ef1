"""The life of one SLA clock: what happens to it, and what its history records.

How data flows: the model makes a `Clock` of what it has stored, asks for one step (`started`, `moved`, `retargeted`,
`ticked`, `withdrawn`), and stores what the answer says: the clock as it is now, and entries for its history. A clock
knows no ticket and no calendar, only a function that yields working time (see `sla`).

An SLA target is breached at the moment it falls due, and met only before it. Time in which a ticket waits, is closed or
is canceled is a break, however often that happens and in whatever order: the due moment is always counted anew from the
original start.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from . import working_time

START, RESOLUTION, NEXT_RESPONSE = "start", "resolution", "next_response"
#: What an agent's response meets. The first response is one of a ticket; of the next ones, each is a clock of its own.
RESPONSES = (START, NEXT_RESPONSE)
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
#: A breach that never was, by the counting of now (see `recount`); a breach that is reported again (see `repeat`).
REVOKED, REPEATED = "revoked", "repeated"
#: These kinds begin a pause, those end it: a clock's pauses, read from its history.
STOPS, GOES_ON = (PAUSED, MET, MISSED, CANCELED), (RESUMED, REOPENED)


class Phase(Enum):
    """Where a ticket is, as far as its SLA is concerned."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"
    CANCELED = "canceled"


#: Where a target can still be met.
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
    """One SLA target of one ticket.

    :param target: seconds of working time
    :param breaks: (begin, end) each; while the clock is paused, the last has no end
    :param due: while the clock is paused: the due date when the pause began
    :param missed: the target that the recorded breach missed, in seconds; 0 when it was not noted
    :param repeat: seconds of working time after which a breach is reported again; 0 for never
    :param remind: when that is next
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
    missed: int = 0
    repeat: int = 0
    remind: datetime | None = None

    @property
    def stopped(self):
        """When the current pause began; None while the clock runs."""
        return self.breaks[-1][0] if self.breaks and self.breaks[-1][1] is None else None

    def spent(self, until):
        """Seconds of working time from the start to a moment."""
        return working_time.elapsed(self.started, until, self.breaks, self.working)


def breaks(history):
    """The pauses in a history. :param history: (moment, kind) each, in order"""
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


def started(clock, now, phase=Phase.OPEN, retroactive=False):
    """A clock starts, maybe in the past.

    :param phase: where its ticket is now
    :param retroactive: the target is set now, on a ticket that had none before
    """
    begun = counted(replace(clock, state=RUNNING))
    entries = [Entry(begun.started, STARTED, None, begun.due)]
    begun, late = breach_if_past(begun, now) if retroactive else (begun, [])
    begun, more = moved(begun, phase, now)
    return begun, entries + late + more


def moved(clock, phase, now, responded=False):
    """The ticket is in this phase now. :param responded: an agent has responded, which `RESPONSES` wait for"""
    if clock.metric in RESPONSES and clock.satisfied:
        return clock, []
    if clock.metric == NEXT_RESPONSE and responded and clock.state == CANCELED:
        # Nobody waited for it any more, so it is not met; but nobody waits for it again either.
        return replace(clock, satisfied=now), []
    clock, entries = breach_recorded(clock, now)
    if clock.metric == START and responded and clock.state == CANCELED and phase in AT_WORK:
        clock, back = _resumed(clock, now)
        entries = entries + back
    if clock.metric in RESPONSES and responded and clock.state != CANCELED:
        done, more = _satisfied(clock, now)
    elif phase is Phase.CLOSED and clock.metric == RESOLUTION:
        done, more = _satisfied(clock, now) if not clock.satisfied else (clock, [])
    elif phase in (Phase.CLOSED, Phase.CANCELED):
        # Closed before a person responded: there was no response, and there cannot be one any more.
        done, more = canceled(clock, now)
    elif phase is Phase.WAITING:
        done, more = _paused(clock, now)
    else:
        done, more = _resumed(clock, now)
    return done, entries + more


def retargeted(clock, now, target, warn_percent, working, phase=Phase.OPEN):
    """The target changed: counted from the original start, breaks kept. What is over stays as it was.

    :param phase: where its ticket is, if the clock was canceled: it starts again where agents work on the ticket
    """
    if clock.satisfied:
        return clock, []
    if clock.state == CANCELED:
        given = replace(clock, target=target, warn_percent=warn_percent, working=working)
        return _restored(given, now, phase) if phase in AT_WORK else (given, [])
    clock, entries = breach_recorded(clock, now)
    changed = counted(replace(clock, target=target, warn_percent=warn_percent, working=working))
    entries = [*entries, Entry(now, RETARGETED, clock.due, changed.due)]
    if changed.due > (changed.stopped or now):
        changed = replace(changed, state=PAUSED if changed.stopped else RUNNING)
    changed, late = breach_if_past(changed, now)
    return warning_renewed(changed, now), entries + late


def ticked(clock, now):
    """Time has passed: warns when that is due, and records a breach."""
    clock, entries = breach_recorded(clock, now)
    if entries or clock.state != RUNNING or clock.warned or not clock.warn or clock.warn > now:
        return clock, entries
    opening = working_time.opening(now, clock.working) or now
    if opening > now:
        # The warning would come outside of working hours; if work begins only when it is due, it is too late to warn.
        return replace(clock, warn=opening if opening < clock.due else None), []
    return replace(clock, warned=clock.warn), [Entry(clock.warn, WARNED, clock.due, clock.due)]


def withdrawn(clock, now):
    """The policy no longer has such a target."""
    if clock.satisfied or clock.state == CANCELED:
        return clock, []
    clock, entries = breach_recorded(clock, now)
    gone, more = canceled(clock, now)
    return gone, entries + more


def breach_recorded(clock, now):
    """Record an overdue deadline before anything else; the cron may not have run yet."""
    if clock.state == RUNNING and clock.due <= now:
        return _breached(clock, clock.due)
    return clock, []


# ------------------------------------------------------------
# What the steps are made of
# ------------------------------------------------------------


def counted(clock):
    """The clock with its due moment and its warning counted anew."""
    over = tuple(pause for pause in clock.breaks if pause[1])
    working = clock.working
    due = working_time.due(clock.started, clock.target, over, working)
    if due is None:
        # A calendar without working time in sight says nothing. A target without an end would say something wrong.
        working = working_time.around_the_clock
        due = working_time.due(clock.started, clock.target, over, working)
    share = clock.target * clock.warn_percent // 100
    warn = working_time.due(clock.started, share, over, working) if 0 < share < clock.target else None
    return replace(clock, due=due, warn=warn)


def _restored(clock, now, phase):
    if phase is Phase.WAITING:
        clock = counted(clock)
    given, entries = moved(clock, phase, now)
    given, late = breach_if_past(given, now)
    return given, entries + late


def _satisfied(clock, now):
    done = replace(_stopped(clock, now), satisfied=now, state=MISSED if _is_late(clock, now) else MET)
    return done, [Entry(now, done.state, clock.due, clock.due)]


def canceled(clock, now):
    """The clock stops for good, unless it is reopened."""
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
    going = counted(replace(clock, breaks=breaks_now, satisfied=None))
    going = replace(going, state=MISSED if _is_late(going, now) else RUNNING)
    # The target may have changed since it stopped.
    going, late = breach_if_past(going, now)
    return warning_renewed(going, now), [Entry(now, kind, clock.due, going.due), *late]


def breach_if_past(clock, now):
    """If a new due date is already past, the breach is recorded now, not at that earlier date."""
    if clock.state in (RUNNING, PAUSED) and clock.due <= (clock.stopped or now):
        return _breached(clock, now)
    return clock, []


def _breached(clock, at):
    remind = working_time.due(at, clock.repeat, (), clock.working) if clock.repeat else None
    broken = replace(clock, state=MISSED, breached=at, missed=clock.target, remind=remind)
    return broken, [Entry(at, BREACHED, clock.due, clock.due)]


def _stopped(clock, now):
    return clock if clock.stopped else replace(clock, breaks=(*clock.breaks, (now, None)))


def _is_late(clock, now):
    """Whether its breach has been recorded already, for a due moment that has not moved into the future since."""
    return clock.breached is not None and clock.due <= (clock.stopped or now)


def warning_renewed(clock, now):
    """A warning given for an earlier due moment does not count for a later one."""
    return replace(clock, warned=None) if clock.warned and clock.warn and clock.warn > now else clock
