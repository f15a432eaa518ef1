"""A breach is reported again after so many working hours, until somebody has the ticket."""

from dataclasses import replace

from . import working_time
from .clock import MISSED, REPEATED, Entry


def repeated(clock, now, is_resting):
    """Time has passed since a breach.

    :param is_resting: whether nobody is to be reminded: somebody has the ticket, or it waits
    :return: (the clock as it is now, entries for its history)
    """
    if clock.state != MISSED or clock.satisfied or not clock.remind or clock.remind > now:
        return clock, []
    opening = working_time.opening(now, clock.working) or now
    if opening > now:
        return replace(clock, remind=opening), []
    again = working_time.due(now, clock.repeat, (), clock.working) if clock.repeat else None
    going = replace(clock, remind=again)
    if not clock.repeat or is_resting:
        return going, []
    return going, [Entry(now, REPEATED, clock.due, clock.due)]
