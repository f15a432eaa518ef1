"""How long a promise has, counted in working time: intervals, pauses, and the moment it falls due.

All moments are naive UTC, so that a clock change is nothing special here: whoever knows a time zone hands in working
intervals that have been converted already. `working` is a function: from a moment on, it yields (begin, end) in order,
and it ends where no working time is in sight.

What a promise goes through (started, paused, due moved, broken, kept) is in `sla_clock`; here is only the counting.
"""

from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)


def around_the_clock(begin):
    """Working time without a calendar: all of it."""
    yield begin, datetime.max


def tidy(intervals):
    """Working intervals in whole seconds, in order, without what is empty; what touches or overlaps is one.

    A calendar's day ends at 23:59:59.999999 at the latest. The next begins at 00:00:00, and nothing lies between.
    """
    pending = None
    for begin, end in sorted((_whole(begin), _whole(end)) for begin, end in intervals):
        if end <= begin:
            continue
        if pending and begin <= pending[1]:
            pending = pending[0], max(end, pending[1])
            continue
        if pending:
            yield pending
        pending = begin, end
    if pending:
        yield pending


def _whole(moment):
    return moment.replace(microsecond=0) + SECOND if moment.microsecond else moment


def without(intervals, breaks):
    """What is left of working intervals when nobody works in the breaks.

    :param breaks: (begin, end) in any order, they may overlap; an end of None is still to come
    """
    ordered = sorted((begin, end or datetime.max) for begin, end in breaks)
    for begin, end in intervals:
        for pause_begin, pause_end in ordered:
            if pause_end <= begin:
                continue
            if pause_begin >= end:
                break
            if pause_begin > begin:
                yield begin, pause_begin
            begin = pause_end
            if begin >= end:
                break
        if begin < end:
            yield begin, end
        if ordered and ordered[-1][1] == datetime.max and end >= ordered[-1][0]:
            return  # nothing comes after a break without an end


def due(started, seconds, breaks, working):
    """The moment at which `seconds` of working time have passed since `started`; None where they never will have.

    A promise that ends with a working day is due at the end of that day, not at the beginning of the next.
    """
    left = timedelta(seconds=seconds)
    for begin, end in without(working(started), breaks):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return None


def elapsed(started, until, breaks, working):
    """The seconds of working time between two moments, breaks left out."""
    total = timedelta()
    for begin, end in without(working(started), breaks):
        if begin >= until:
            break
        total += min(end, until) - begin
    return int(total.total_seconds())


def opening(moment, working):
    """When work goes on: `moment` itself within working time, else the next beginning; None with none in sight."""
    return next((begin for begin, _end in working(moment)), None)
