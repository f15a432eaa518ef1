"""When something in the demo data happened, counted from the day of installation.

A ticket begins `-3:20`, so many hours ago, or `-4d 09:15`, so many working days ago at a time of day. What follows is
counted from its beginning. Hours are working time of the SLA target: what was in time is in time, and what was late
is late, whether the data is installed on a Monday morning or on a Sunday night.
"""

from datetime import datetime, timedelta

from ..tools.sla import working_time

#: However far back working hours are looked for.
REACH = timedelta(days=35)


def beginning(words, now, working):
    """When a ticket came in. :param working: working time, as a function for `sla`"""
    if "d " not in words:
        return _ago(_span(words.removeprefix("-")), now, working)
    days, time = words.removeprefix("-").split("d ")
    day = now
    for _day in range(int(days)):
        day -= timedelta(days=3 if day.weekday() == 0 else 2 if day.weekday() == 6 else 1)
    return datetime.combine(day, datetime.min.time()) + timedelta(seconds=_span(time))


def later(words, begun, working):
    """When something happened, counted from the beginning of its ticket."""
    return working_time.due(begun, _span(words), (), working)


def _ago(seconds, now, working):
    """The latest moment from which so much working time has passed until now."""
    left, moment = timedelta(seconds=seconds), now
    for begin, end in reversed(list(_until(now, working(now - REACH)))):
        if left <= end - begin:
            return end - left
        left, moment = left - (end - begin), begin
    return moment - left


def _until(now, intervals):
    for begin, end in intervals:
        if begin >= now:
            return
        yield begin, min(end, now)


def _span(words):
    """Seconds of h:mm."""
    hours, minutes = words.split(":")
    return int(hours) * 3600 + int(minutes) * 60
