"""Moments of the demo data, told from the day of installation."""

import unittest
from datetime import datetime, timedelta

from helpdesk_bridge.demo import demo_times
from sla_calendars import PRAGUE

from tools.sla import working_time

#: A Wednesday, a Sunday night and a Monday before work: winter, Prague is an hour ahead of UTC.
WEDNESDAY, SUNDAY, MONDAY = datetime(2026, 1, 14, 12), datetime(2026, 1, 18, 23, 30), datetime(2026, 1, 19, 5)


class TestDemoTimes(unittest.TestCase):
    def test_hours_around_the_clock_are_just_hours(self):
        begun = demo_times.beginning("-3:20", WEDNESDAY, working_time.around_the_clock)
        self.assertEqual(begun, WEDNESDAY - timedelta(hours=3, minutes=20))
        self.assertEqual(demo_times.later("1:05", begun, working_time.around_the_clock), begun + timedelta(minutes=65))

    def test_working_hours_ago_there_was_just_so_much_working_time(self):
        for now in (WEDNESDAY, SUNDAY, MONDAY):
            for words, hours in (("-1:30", 1.5), ("-20:00", 20)):
                begun = demo_times.beginning(words, now, PRAGUE.working)
                with self.subTest(now=now, words=words):
                    self.assertEqual(working_time.elapsed(begun, now, (), PRAGUE.working), hours * 3600)

    def test_days_are_working_days(self):
        for now, day in ((WEDNESDAY, 7), (SUNDAY, 12), (MONDAY, 12)):
            begun = demo_times.beginning("-5d 09:15", now, working_time.around_the_clock)
            self.assertEqual(begun, datetime(2026, 1, day, 9, 15), now)

    def test_a_calendar_without_working_time_is_no_riddle(self):
        self.assertEqual(demo_times.beginning("-2:00", WEDNESDAY, lambda _begin: iter(())), datetime(2026, 1, 14, 10))
