"""When a digest is due: once on each working day, in the morning of whoever gets it."""

from datetime import datetime, timedelta, timezone


def due_day(now, zone, hour, works, last=None, since=None):
    """The day whose digest is due now; None if there is none.

    What was sent last is looked at in the time zone of today. So another time zone brings no second digest on a day,
    and keeps none from the next morning. A digest that is late is sent later on the same day.

    :param now: naive UTC, like `last` and `since`
    :param zone: the `ZoneInfo` of whoever gets it
    :param hour: hours after midnight, as 8.5
    :param works: a function: whether a date is a working day
    :param last: when the last one was sent
    :param since: when the digest was switched on: what was due before is not made up for
    """
    day = _local(now, zone).date()
    moment = datetime.combine(day, datetime.min.time(), zone) + timedelta(hours=hour)
    # A wall clock, also on a day of 23 or 25 hours.
    moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    if now < moment or (since and since > moment):
        return None
    if last and _local(last, zone).date() >= day:
        return None
    return day if works(day) else None


def bounds(day, zone):
    """The first moment of a day and that of the next one, naive UTC."""
    begin = datetime.combine(day, datetime.min.time(), zone)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    return tuple(moment.astimezone(timezone.utc).replace(tzinfo=None) for moment in (begin, end))


def _local(moment, zone):
    return moment.replace(tzinfo=timezone.utc).astimezone(zone)
