"""An open clock is counted anew: its calendar or its policy has changed, and counts as if it had always been so.

That is what distinguishes it from another target (`clock.retargeted`), which follows from a change of the ticket and
holds from then on. What is over stays as it was.
"""

from dataclasses import replace

from . import working_time
from .clock import (
    BREACHED,
    CANCELED,
    MISSED,
    PAUSED,
    RETARGETED,
    REVOKED,
    RUNNING,
    Entry,
    Phase,
    breach_if_past,
    canceled,
    counted,
    retargeted,
    warning_renewed,
)


def recounted(clock, now, target, warn_percent, working, phase=Phase.OPEN):
    """Count a clock anew from its original start, breaks kept; a breach that never was is taken back.

    :param phase: where its ticket is, see `clock.retargeted`
    :return: (the clock as it is now, entries for its history), as all steps of a clock
    """
    if clock.satisfied:
        return clock, []
    if clock.state == CANCELED:
        return retargeted(clock, now, target, warn_percent, working, phase)
    changed = counted(replace(clock, target=target, warn_percent=warn_percent, working=working))
    entries = [Entry(now, RETARGETED, clock.due, changed.due)] if changed.due != clock.due else []
    moment = clock.stopped or now
    never_was = clock.breached is not None and not _was_breached(clock, changed)
    if changed.due > moment:
        changed = replace(changed, state=PAUSED if changed.stopped else RUNNING)
        if never_was:
            changed = replace(changed, breached=None, missed=0, remind=None)
            entries.append(Entry(now, REVOKED, changed.due, changed.due))
    elif clock.state == MISSED:
        if never_was:
            # It was late later than it seemed.
            changed = replace(changed, breached=max(clock.breached, changed.due))
        if never_was or clock.missed == clock.target:
            changed = replace(changed, missed=changed.target)
    elif clock.state == PAUSED or clock.due > now:
        changed, late = breach_if_past(changed, now)
        entries += late
    # Else it has fallen due by either count, and the cron is about to record that.
    return _armed(warning_renewed(changed, now), now), entries


def withdrawn(clock, now):
    """Nothing sets such a target any more: without a target, there is no breach either."""
    if clock.satisfied or clock.state == CANCELED:
        return clock, []
    entries = []
    if clock.breached:
        entries.append(Entry(now, REVOKED, clock.due, clock.due))
        clock = replace(clock, state=RUNNING, breached=None, missed=0, remind=None)
    gone, more = canceled(clock, now)
    return gone, entries + more


def outcome(before, after):
    """What became of the breach of a clock: `REVOKED`, `BREACHED` (by the change), `MISSED` (it remains) or nothing."""
    if before.breached and not after.breached:
        return REVOKED
    if after.breached and not before.breached:
        return BREACHED
    return MISSED if after.breached and after.state == MISSED and before.due != after.due else ""


def _was_breached(clock, changed):
    """Whether the target that was missed was late by the counting of now, too, when its breach was recorded."""
    if not clock.missed and clock.state != MISSED:
        return True  # of an earlier target that is not known any more
    target = changed.target if clock.missed in (0, clock.target) else clock.missed
    breaks = tuple(pause for pause in clock.breaks if pause[0] < clock.breached)
    due = working_time.due(clock.started, target, breaks, changed.working)
    if due is None and working_time.opening(clock.started, changed.working) is None:
        due = working_time.due(clock.started, target, breaks, working_time.around_the_clock)
    return due is not None and due <= clock.breached


def _armed(clock, now):
    """With the moment at which its breach is reported again, as the policy of now says."""
    if clock.state != MISSED or not clock.repeat:
        return replace(clock, remind=None)
    return clock if clock.remind else replace(clock, remind=working_time.due(now, clock.repeat, (), clock.working))
