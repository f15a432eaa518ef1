"""When a digest is due: once on each working day, whatever happens to clocks, crons and time zones."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tools.digest import schedule
from tools.digest.waiting import waiting_since

PRAGUE, AUCKLAND, LOS_ANGELES, UTC = map(ZoneInfo, ("Europe/Prague", "Pacific/Auckland", "America/Los_Angeles", "UTC"))
MONDAY = date(2026, 6, 1)


def at(text):
    return datetime.fromisoformat(f"2026-{text}")


def weekday(day):
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("now", "zone", "hour", "last", "since", "day"),
    [
        # In Prague it is two hours later in summer, one in winter.
        ("06-01 05:59", PRAGUE, 8, None, None, None),
        ("06-01 06:00", PRAGUE, 8, None, None, "06-01"),
        ("01-05 06:30", PRAGUE, 8, None, None, None),
        ("01-05 07:00", PRAGUE, 8, None, None, "01-05"),
        ("06-01 06:29", PRAGUE, 8.5, None, None, None),
        ("06-01 06:30", PRAGUE, 8.5, None, None, "06-01"),
        # Not twice; late is better than never; not at the weekend.
        ("06-01 06:05", PRAGUE, 8, "06-01 06:00", None, None),
        ("06-01 21:59", PRAGUE, 8, "06-01 06:00", None, None),
        ("06-02 06:00", PRAGUE, 8, "06-01 06:00", None, "06-02"),
        ("06-01 15:00", PRAGUE, 8, "05-29 06:00", None, "06-01"),
        ("06-06 06:00", PRAGUE, 8, "06-05 06:00", None, None),
        # After an outage of days there is one.
        ("06-10 09:00", PRAGUE, 8, "06-01 06:00", None, "06-10"),
        # Switched on at noon: tomorrow.
        ("06-01 10:05", PRAGUE, 8, None, "06-01 10:00", None),
        ("06-02 06:00", PRAGUE, 8, None, "06-01 10:00", "06-02"),
        ("06-01 06:00", PRAGUE, 8, None, "06-01 05:00", "06-01"),
        # A later time on the same day brings no second one, an earlier one none at all.
        ("06-01 08:00", PRAGUE, 10, "06-01 06:00", None, None),
        ("06-01 05:30", PRAGUE, 7, None, "05-01 05:00", "06-01"),
        # From Auckland to Los Angeles: their Monday morning was Sunday there; Monday comes once more.
        ("06-01 16:00", LOS_ANGELES, 8, "05-31 20:00", None, "06-01"),
        ("06-01 02:00", LOS_ANGELES, 8, "05-31 20:00", None, None),
        # From Los Angeles to Auckland: it is Tuesday there already when Monday's was sent.
        ("06-01 20:00", AUCKLAND, 8, "06-01 15:00", None, None),
        ("06-02 20:00", AUCKLAND, 8, "06-01 15:00", None, "06-03"),
        # Summer time begins on 29 March at 2:00 and ends on 25 October at 3:00, on Sundays.
        ("03-30 05:59", PRAGUE, 8, "03-27 07:00", None, None),
        ("03-30 06:00", PRAGUE, 8, "03-27 07:00", None, "03-30"),
        ("10-26 06:00", PRAGUE, 8, "10-23 06:00", None, None),
        ("10-26 07:00", PRAGUE, 8, "10-23 06:00", None, "10-26"),
        # Midnight, and the last minute of a day.
        ("05-31 22:00", PRAGUE, 0, None, None, "06-01"),
        ("06-01 21:59", PRAGUE, 23 + 59 / 60, None, None, "06-01"),
        ("06-01 08:00", UTC, 8, None, None, "06-01"),
    ],
)
def test_when_it_is_due(now, zone, hour, last, since, day):
    found = schedule.due_day(at(now), zone, hour, weekday, last and at(last), since and at(since))
    assert found == (day and date.fromisoformat(f"2026-{day}"))


@pytest.mark.parametrize(
    "zone", [PRAGUE, AUCKLAND, LOS_ANGELES, UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Asia/Gaza")]
)
@pytest.mark.parametrize("hour", [0, 0.5, 2.5, 8, 23.75])
@pytest.mark.parametrize("every", [timedelta(minutes=55), timedelta(hours=7)])
def test_in_a_whole_year_each_working_day_has_one(zone, hour, every):
    now, last, days = at("01-01 00:00"), None, []
    while now < at("12-31 00:00"):
        day = schedule.due_day(now, zone, hour, weekday, last)
        if day:
            days.append(day)
            last = now
        now += every
    assert days == sorted(set(days))
    late = every > timedelta(hours=24 - hour)
    assert days or late
    missed = [day for day in working_days(days[0], days[-1]) if day not in days] if days else []
    assert not missed or late
    assert all(weekday(day) for day in days)


def working_days(first, last):
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if weekday(day)]


@pytest.mark.parametrize(("day", "hours"), [("03-29", 23), ("10-25", 25), ("06-01", 24)])
def test_a_day_has_its_hours(day, hours):
    begin, end = schedule.bounds(date.fromisoformat(f"2026-{day}"), PRAGUE)
    assert end - begin == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ((), "created"),
        ((("06-02 10:00", False),), "created"),
        ((("06-02 10:00", True),), "06-02 10:00"),
        ((("06-02 10:00", True), ("06-03 10:00", False)), "06-03 10:00"),
        ((("06-02 10:00", True), ("06-03 10:00", False), ("06-04 10:00", False)), "06-03 10:00"),
        ((("06-02 10:00", False), ("06-03 10:00", True), ("06-04 10:00", True)), "06-04 10:00"),
    ],
)
def test_since_when_a_customer_waits(said, since):
    created = at("06-01 10:00")
    found = waiting_since(created, [(at(moment), is_team) for moment, is_team in said])
    assert found == (created if since == "created" else at(since))
