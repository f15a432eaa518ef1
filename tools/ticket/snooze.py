"""Until when a ticket is snoozed: nine o'clock of a day, where the person is who snoozes it."""

from datetime import date, datetime, time, timedelta, timezone

#: Choices beside a date in the form 2026-12-31.
TOMORROW, MONDAY = "tomorrow", "monday"
HOUR = time(9)
#: Days that a menu offers.
DAYS_OFFERED = 30


def until(choice, now, zone):
    """The end of a snooze, in naive UTC; None for what is no choice, or not in the future.

    :param choice: `TOMORROW`, `MONDAY` or a date in ISO's form
    :param now: naive UTC
    :param zone: a `tzinfo`, of where the person is
    """
    here = now.replace(tzinfo=timezone.utc).astimezone(zone)
    day = _day(choice, here.date())
    if not day:
        return None
    end = datetime.combine(day, HOUR, zone).astimezone(timezone.utc).replace(tzinfo=None)
    return end if end > now else None


def _day(choice, today):
    if choice == TOMORROW:
        return today + timedelta(days=1)
    if choice == MONDAY:
        return today + timedelta(days=7 - today.weekday())
    try:
        return date.fromisoformat(choice)
    except (TypeError, ValueError):
        return None


def offered(now, zone):
    """What a menu offers: {day: `TOMORROW`, `MONDAY`, or "" for a day that goes by its date}, each day once."""
    today = now.replace(tzinfo=timezone.utc).astimezone(zone).date()
    named = {_day(name, today): name for name in (MONDAY, TOMORROW)}
    others = (today + timedelta(days=number) for number in range(2, DAYS_OFFERED + 1))
    return {**dict(sorted(named.items())), **{day: "" for day in others if day not in named}}
