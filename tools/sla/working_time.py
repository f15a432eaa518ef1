"""Counts working time: intervals, pauses, and the due date of an SLA target.

All moments are naive UTC, so that a clock change is nothing special here: the caller, who knows the time zone, hands in
working intervals that have been converted already. `working` is a function: from a moment on, it yields (begin, end) in
order, and it ends where no working time is in sight.

What happens to a clock (started, paused, due date moved, breached, met) is in `clock`; here is only the counting.
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


def worked(started, breaks, working):
    """Working time from a moment on, outside of the breaks, and as far ahead as `working` sees from the last one.

    :param breaks: (begin, end) in any order, they may overlap; an end of None is still to come
    """
    begin = started
    for pause_begin, pause_end in sorted((begin, end or datetime.max) for begin, end in breaks):
        yield from _between(begin, pause_begin, working)
        begin = max(begin, pause_end)
        if begin == datetime.max:
            return  # nothing comes after a break without an end
    yield from working(begin)


def _between(begin, end, working):
    """All the working time of a span, be it longer than `working` sees ahead."""
    while begin < end:
        seen = begin
        for opens, closes in working(begin):
            if opens >= end:
                return
            yield opens, min(closes, end)
            seen = closes
        if seen == begin:
            return
        begin = seen


def due(started, seconds, breaks, working):
    """The moment at which `seconds` of working time have passed since `started`; None where they never will have.

    A target that ends with a working day is due at the end of that day, not at the beginning of the next.
    """
    left = timedelta(seconds=seconds)
    for begin, end in worked(started, breaks, working):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return None


def elapsed(started, until, breaks, working):
    """The seconds of working time between two moments, breaks left out."""
    spans = worked(started, (*breaks, (until, None)), working)
    return int(sum((end - begin for begin, end in spans), timedelta()).total_seconds())


def opening(moment, working):
    """When work goes on: `moment` itself within working time, else the next beginning; None with none in sight."""
    return next((begin for begin, _end in working(moment)), None)
