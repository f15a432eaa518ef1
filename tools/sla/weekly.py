"""Working time out of the hours of a week, as they stand in a form: for a preview of what is not stored yet."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from . import working_time

#: So many days are looked at, as far as Odoo's calendars are asked (`models/sla/resource_calendar.py`).
DAYS = 4 * 365


def weekly(hours, zone, days_off=()):
    """The working time of a week, as a function for `working_time`.

    :param hours: (day of the week from 0, hour from, hour to, 0 or 1 for one of two weeks, else None) each
    :param zone: name of a time zone
    :param days_off: (begin, end) of the holidays, naive UTC
    """
    place = ZoneInfo(zone)

    def all_of_it(begin):
        first = begin.replace(tzinfo=timezone.utc).astimezone(place).date() - timedelta(days=1)
        for number in range(DAYS if hours else 0):
            day = first + timedelta(days=number)
            shifts = (
                (_moment(day, hour_from, place), _moment(day, hour_to, place))
                for weekday, hour_from, hour_to, week in hours
                if weekday == day.weekday() and week in (None, _week(day))
            )
            yield from ((max(begin, opens), closes) for opens, closes in working_time.tidy(shifts) if closes > begin)

    return off(all_of_it, days_off)


def off(working, days_off):
    """Working time without some days off."""
    return lambda begin: working_time.worked(begin, days_off, working)


def _week(day):
    """Which of two weeks it is, as Odoo counts them."""
    return (day.toordinal() - 1) // 7 % 2


def _moment(day, hour, place):
    """An hour of a day there, naive UTC. 24 is the next midnight."""
    if hour >= 24:
        return _moment(day + timedelta(days=1), hour - 24, place)
    local = datetime.combine(day, time(int(hour), int(round(hour % 1 * 60, 3))), place)
    return local.astimezone(timezone.utc).replace(tzinfo=None)
