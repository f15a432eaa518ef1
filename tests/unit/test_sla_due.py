"""When an SLA target falls due: worked out by hand, in the calendar's own time. 2026-06-01 is a Monday."""

import unittest
from datetime import datetime, timedelta

from sla_calendars import (
    ALWAYS,
    CHATHAM,
    CLOSING_DOWN,
    DAY_IN_PRAGUE,
    HOLIDAYS,
    KOLKATA,
    LORD_HOWE,
    LUNCH,
    NEVER,
    NEW_YORK,
    NIGHT,
    PRAGUE,
    SATURDAYS,
    seconds,
)

from tools.sla import working_time

#: what it shows, calendar, started, hours of the target, breaks, due
DUE = [
    # around the clock
    ("four hours", ALWAYS, "06-01 10:00", "4:00", [], "06-01 14:00"),
    ("over the end of a month", ALWAYS, "06-30 20:00", "24:00", [], "07-01 20:00"),
    ("over the end of a year", ALWAYS, "12-31 22:00", "4:00", [], "2027-01-01 02:00"),
    ("onto a leap day", ALWAYS, "2028-02-28 12:00", "24:00", [], "2028-02-29 12:00"),
    ("a quarter of an hour", ALWAYS, "06-01 10:00", "0:15", [], "06-01 10:15"),
    ("a second", ALWAYS, "06-01 23:59:59", "0:00:01", [], "06-02 00:00"),
    # around the clock, with breaks
    ("a break", ALWAYS, "06-01 10:00", "4:00", [("06-01 11:00", "06-01 13:00")], "06-01 16:00"),
    ("a break that began before", ALWAYS, "06-01 10:00", "4:00", [("06-01 09:00", "06-01 10:30")], "06-01 14:30"),
    ("a break too late to matter", ALWAYS, "06-01 10:00", "4:00", [("06-01 15:00", "06-01 16:00")], "06-01 14:00"),
    ("a break at the due moment", ALWAYS, "06-01 10:00", "4:00", [("06-01 14:00", "06-01 15:00")], "06-01 14:00"),
    (
        "one break after the other",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        [("06-01 11:00", "06-01 12:00"), ("06-01 12:00", "06-01 13:00")],
        "06-01 16:00",
    ),
    (
        "breaks that overlap count once",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        [("06-01 11:00", "06-01 13:00"), ("06-01 12:00", "06-01 14:00")],
        "06-01 17:00",
    ),
    (
        "a break within a break",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        [("06-01 11:00", "06-01 15:00"), ("06-01 12:00", "06-01 13:00")],
        "06-01 18:00",
    ),
    (
        "breaks in any order",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        [("06-01 13:00", "06-01 14:00"), ("06-01 11:00", "06-01 12:00")],
        "06-01 16:00",
    ),
    ("a break without length", ALWAYS, "06-01 10:00", "4:00", [("06-01 11:00", "06-01 11:00")], "06-01 14:00"),
    ("an open break afterwards", ALWAYS, "06-01 10:00", "4:00", [("06-01 14:30", None)], "06-01 14:00"),
    ("an open break before it", ALWAYS, "06-01 10:00", "4:00", [("06-01 13:59:59", None)], None),
    # nine to five
    ("within a day", PRAGUE, "06-01 10:00", "4:00", [], "06-01 14:00"),
    ("at the very end of a day", PRAGUE, "06-01 13:00", "4:00", [], "06-01 17:00"),
    ("a minute too long for a day", PRAGUE, "06-01 13:01", "4:00", [], "06-02 09:01"),
    ("started in the early morning", PRAGUE, "06-01 06:30", "2:00", [], "06-01 11:00"),
    ("started in the evening", PRAGUE, "06-01 18:00", "2:00", [], "06-02 11:00"),
    ("started when the day ended", PRAGUE, "06-01 17:00", "1:00", [], "06-02 10:00"),
    ("over a weekend", PRAGUE, "06-05 15:00", "4:00", [], "06-08 11:00"),
    ("started on a Saturday", PRAGUE, "06-06 12:00", "3:00", [], "06-08 12:00"),
    ("ten days", PRAGUE, "06-01 09:00", "80:00", [], "06-12 17:00"),
    # nine to five, with breaks
    ("a break in a day", PRAGUE, "06-01 10:00", "4:00", [("06-01 12:00", "06-01 13:00")], "06-01 15:00"),
    ("a break over a night", PRAGUE, "06-01 16:00", "2:00", [("06-01 16:30", "06-02 09:30")], "06-02 11:00"),
    ("a break over a weekend", PRAGUE, "06-05 14:00", "6:00", [("06-05 16:00", "06-08 12:00")], "06-08 16:00"),
    ("a break within a weekend", PRAGUE, "06-05 14:00", "6:00", [("06-06 10:00", "06-07 20:00")], "06-08 12:00"),
    ("a break that begins at night", PRAGUE, "06-01 15:00", "4:00", [("06-01 20:00", "06-02 10:00")], "06-02 12:00"),
    ("a break of a whole day", PRAGUE, "06-01 15:00", "4:00", [("06-02 00:00", "06-03 00:00")], "06-03 11:00"),
    (
        "three short breaks",
        PRAGUE,
        "06-01 09:00",
        "2:00",
        [("06-01 09:10", "06-01 09:20"), ("06-01 09:30", "06-01 09:40"), ("06-01 09:50", "06-01 10:00")],
        "06-01 11:30",
    ),
    # two shifts a day
    ("over lunch", LUNCH, "06-01 11:00", "2:00", [], "06-01 14:00"),
    ("at lunch", LUNCH, "06-01 11:00", "1:00", [], "06-01 12:00"),
    ("started at lunch", LUNCH, "06-01 12:30", "1:00", [], "06-01 14:00"),
    ("a break longer than lunch", LUNCH, "06-01 11:00", "2:00", [("06-01 11:30", "06-01 13:30")], "06-01 15:00"),
    ("a break within lunch", LUNCH, "06-01 11:00", "2:00", [("06-01 12:10", "06-01 12:50")], "06-01 14:00"),
    ("a day is eight hours", LUNCH, "06-01 08:00", "8:00", [], "06-01 17:00"),
    # clocks go forward on 03-29 and back on 10-25 in Prague
    ("a weekend without an hour", PRAGUE, "03-27 16:00", "2:00", [], "03-30 10:00"),
    ("a night without an hour", DAY_IN_PRAGUE, "03-28 20:00", "8:00", [], "03-29 05:00"),
    ("a night with an hour twice", DAY_IN_PRAGUE, "10-24 20:00", "8:00", [], "10-25 03:00"),
    ("due in the second of the two hours", DAY_IN_PRAGUE, "10-25 01:00", "2:30", [], "10-25 02:30*"),
    ("started in the second of the two", DAY_IN_PRAGUE, "10-25 02:30*", "1:00", [], "10-25 03:30"),
    ("a night shift that is short", NIGHT, "03-28 22:00", "8:00", [], "03-29 23:00"),
    ("a night shift that is long", NIGHT, "10-24 22:00", "8:00", [], "10-25 05:00"),
    ("a break without an hour", NIGHT, "03-28 22:00", "8:00", [("03-29 01:00", "03-29 04:00")], "03-30 01:00"),
    ("a break with an hour twice", NIGHT, "10-24 22:00", "8:00", [("10-25 01:00", "10-25 04:00")], "10-26 01:00"),
    # other zones
    ("a break over America's", NEW_YORK, "03-06 14:00", "6:00", [("03-06 16:00", "03-09 10:00")], "03-09 14:00"),
    ("days around America's", NEW_YORK, "10-30 16:00", "10:00", [], "11-03 10:00"),
    ("half an hour is lost", LORD_HOWE, "10-03 20:00", "8:00", [], "10-04 04:30"),
    ("half an hour is won", LORD_HOWE, "04-04 20:00", "8:00", [], "04-05 03:30"),
    ("half an hour off, six days a week", KOLKATA, "06-06 17:00", "2:00", [], "06-08 11:00"),
    ("three quarters off", CHATHAM, "06-05 16:45", "0:30", [], "06-08 09:15"),
    # holidays
    ("over Christmas", HOLIDAYS, "12-23 16:00", "2:00", [], "12-28 10:00"),
    ("started on Christmas Eve", HOLIDAYS, "12-24 10:00", "1:00", [], "12-28 10:00"),
    ("a break over Christmas", HOLIDAYS, "12-23 15:00", "4:00", [("12-23 16:00", "12-28 11:00")], "12-28 14:00"),
    ("a break within Christmas", HOLIDAYS, "12-23 15:00", "4:00", [("12-24 09:00", "12-25 17:00")], "12-28 11:00"),
    ("half a day off", HOLIDAYS, "12-31 10:00", "4:00", [], "2027-01-04 11:00"),
    ("due when half a day ends", HOLIDAYS, "12-31 10:00", "2:00", [], "12-31 12:00"),
    ("three weeks off", HOLIDAYS, "07-31 16:00", "2:00", [], "08-24 10:00"),
    # rare work
    ("four hours on the next Saturday", SATURDAYS, "06-01 10:00", "4:00", [], "06-06 13:00"),
    ("six hours are two Saturdays", SATURDAYS, "06-01 10:00", "6:00", [], "06-13 11:00"),
    ("a Saturday in a break", SATURDAYS, "06-01 10:00", "4:00", [("06-05 00:00", "06-07 00:00")], "06-13 13:00"),
    ("a Saturday without an hour", SATURDAYS, "03-28 12:00", "2:00", [], "04-04 10:00"),
    ("no work at all", NEVER, "06-01 10:00", "4:00", [], None),
    ("work that ends in time", CLOSING_DOWN, "06-03 13:00", "4:00", [], "06-03 17:00"),
    ("work that ends too early", CLOSING_DOWN, "06-03 13:01", "4:00", [], None),
]

#: what it shows, calendar, started, until, breaks, hours that have passed
ELAPSED = [
    ("no time", ALWAYS, "06-01 10:00", "06-01 10:00", [], "0:00"),
    ("before it started", ALWAYS, "06-01 10:00", "06-01 09:00", [], "0:00"),
    ("a day and a second", ALWAYS, "06-01 10:00", "06-02 10:00:01", [], "24:00:01"),
    ("in an open break", ALWAYS, "06-01 10:00", "06-01 15:00", [("06-01 12:00", None)], "2:00"),
    ("until within a break", ALWAYS, "06-01 10:00", "06-01 13:00", [("06-01 12:00", "06-01 14:00")], "2:00"),
    ("a working week", PRAGUE, "06-01 00:00", "06-08 00:00", [], "40:00"),
    ("a weekend", PRAGUE, "06-05 17:00", "06-08 09:00", [], "0:00"),
    ("a week, Wednesday off", PRAGUE, "06-01 00:00", "06-08 00:00", [("06-03 00:00", "06-04 00:00")], "32:00"),
    ("a lunch", LUNCH, "06-01 12:00", "06-01 13:00", [], "0:00"),
    ("a short Sunday", DAY_IN_PRAGUE, "03-29 00:00", "03-30 00:00", [], "23:00"),
    ("a long Sunday", DAY_IN_PRAGUE, "10-25 00:00", "10-26 00:00", [], "25:00"),
    ("a long night shift", NIGHT, "10-24 12:00", "10-25 12:00", [], "9:00"),
    ("the week of Christmas", HOLIDAYS, "12-21 00:00", "12-28 00:00", [], "24:00"),
    ("a day with half an hour less", LORD_HOWE, "10-04 00:00", "10-05 00:00", [], "23:30"),
    ("nobody ever works", NEVER, "06-01 00:00", "06-08 00:00", [], "0:00"),
]


class TestDue(unittest.TestCase):
    def test_a_target_falls_due_when_the_table_says(self):
        for name, calendar, started, hours, breaks, expected in DUE:
            with self.subTest(name):
                pauses = [(calendar.utc(begin), calendar.utc(end)) for begin, end in breaks]
                due = working_time.due(calendar.utc(started), seconds(hours), pauses, calendar.working)
                self.assertEqual(calendar.written(due), expected)

    def test_as_much_time_has_passed_as_the_table_says(self):
        for name, calendar, started, until, breaks, expected in ELAPSED:
            with self.subTest(name):
                pauses = [(calendar.utc(begin), calendar.utc(end)) for begin, end in breaks]
                passed = working_time.elapsed(calendar.utc(started), calendar.utc(until), pauses, calendar.working)
                self.assertEqual(passed, seconds(expected))

    def test_a_calendar_that_sees_a_year_ahead_counts_over_many_years(self):
        def a_year(begin):
            for opens, closes in PRAGUE.working(begin):
                if opens >= begin + timedelta(days=365):
                    return
                yield opens, closes

        started, back = PRAGUE.utc("06-01 10:00"), PRAGUE.utc("2028-12-01 10:00")
        pause = [(PRAGUE.utc("06-01 11:00"), back)]
        self.assertEqual(PRAGUE.written(working_time.due(started, seconds("9:00"), pause, a_year)), "2028-12-04 10:00")
        self.assertEqual(
            working_time.elapsed(started, back, [], a_year),
            working_time.elapsed(started, back, [], PRAGUE.working),
            "without a pause",
        )
        self.assertIsNone(working_time.due(started, seconds("9000:00"), [], a_year))

    def test_no_two_rows_say_the_same(self):
        for table in (DUE, ELAPSED):
            self.assertEqual(len({row[0] for row in table}), len(table))
            self.assertEqual(len({str(row[1:5]) for row in table}), len(table))
        self.assertGreaterEqual(len(DUE), 60)

    def test_work_goes_on_when_somebody_is_there_again(self):
        for name, calendar, moment, expected in (
            ("at work", PRAGUE, "06-01 10:00", "06-01 10:00"),
            ("at night", PRAGUE, "06-01 22:00", "06-02 09:00"),
            ("when the day ends", PRAGUE, "06-05 17:00", "06-08 09:00"),
            ("on Christmas Eve", HOLIDAYS, "12-24 10:00", "12-28 09:00"),
            ("without a calendar", ALWAYS, "06-06 03:00", "06-06 03:00"),
            ("never", NEVER, "06-06 03:00", None),
        ):
            with self.subTest(name):
                self.assertEqual(
                    calendar.written(working_time.opening(calendar.utc(moment), calendar.working)), expected
                )


class TestTidy(unittest.TestCase):
    def test_a_calendars_intervals_become_whole_and_separate(self):
        def at(hour, minute=0, second=0, micro=0):
            return datetime(2026, 6, 1, hour, minute, second, micro)

        midnight = datetime(2026, 6, 2)
        for name, given, expected in (
            ("as they are", [(at(9), at(12)), (at(13), at(17))], [(at(9), at(12)), (at(13), at(17))]),
            ("in order", [(at(13), at(17)), (at(9), at(12))], [(at(9), at(12)), (at(13), at(17))]),
            ("what touches is one", [(at(9), at(12)), (at(12), at(17))], [(at(9), at(17))]),
            ("what overlaps is one", [(at(9), at(13)), (at(12), at(17))], [(at(9), at(17))]),
            ("what is inside vanishes", [(at(9), at(17)), (at(10), at(11))], [(at(9), at(17))]),
            ("nothing is empty", [(at(9), at(9)), (at(12), at(11))], []),
            ("midnight is midnight", [(at(9), at(23, 59, 59, 999999))], [(at(9), midnight)]),
            (
                "a day follows the other",
                [(at(22), at(23, 59, 59, 999999)), (midnight, midnight.replace(hour=6))],
                [(at(22), midnight.replace(hour=6))],
            ),
        ):
            with self.subTest(name):
                self.assertEqual(list(working_time.tidy(given)), expected)
