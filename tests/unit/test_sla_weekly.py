"""Hours of a week in a form mean the same working time as a calendar with those hours."""

from datetime import datetime, timedelta

import pytest
from sla_calendars import ALL_DAY, WEEK, WORKDAYS, Calendar

from tools.sla import weekly, working_time

#: what it shows, zone, days, hours, days off
WEEKS = [
    ("office", "Europe/Prague", WORKDAYS, [(9, 17)], []),
    ("with lunch", "Europe/Prague", WORKDAYS, [(8, 12), (13, 17.5)], []),
    ("nights", "America/New_York", WEEK, [(0, 6.25), (22, 24)], []),
    ("all day", "Australia/Lord_Howe", WEEK, ALL_DAY, []),
    (
        "holidays",
        "Europe/Prague",
        WORKDAYS,
        [(9, 17)],
        [("03-05 00:00", "03-07 00:00"), ("10-26 12:00", "10-28 00:00")],
    ),
]


@pytest.mark.parametrize("case", WEEKS, ids=lambda case: case[0])
def test_it_counts_as_a_calendar_does(case):
    _name, zone, days, hours, days_off = case
    calendar = Calendar(zone, days, hours, off=days_off)
    lines = [(day, *shift, None) for day in days for shift in hours]
    working = weekly.weekly(lines, zone, calendar.off)
    for number in range(0, 330, 3):
        begin = datetime(2026, 1, 1, 3, 7) + timedelta(days=number, hours=number % 24)
        expected = working_time.due(begin, 30 * 3600, (), calendar.working)
        assert working_time.due(begin, 30 * 3600, (), working) == expected


def test_two_weeks_take_turns():
    # 2026-06-01, a Monday, is in the second week by Odoo's count, 2026-06-08 in the first.
    working = weekly.weekly([(0, 9, 10, 0), (0, 14, 15, 1)], "UTC")
    found = [next(working(datetime(2026, 6, day)))[0] for day in (1, 2, 9)]
    turns = {(moment.day, moment.hour) for moment in found}
    assert turns in ({(1, 9), (8, 14), (15, 9)}, {(1, 14), (8, 9), (15, 14)})
    ordinal = datetime(2026, 6, 1).toordinal()
    assert ((ordinal - 1) // 7 % 2, found[0].hour) in ((0, 9), (1, 14))


def test_without_hours_there_is_no_working_time():
    assert list(weekly.weekly([], "UTC")(datetime(2026, 6, 1))) == []
