"""Working time adds up, whatever the calendar, the zone and the breaks: what no table of examples can show."""

import unittest
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sla_calendars import (
    ALWAYS,
    DAY_IN_PRAGUE,
    HOLIDAYS,
    KOLKATA,
    LORD_HOWE,
    LUNCH,
    NEW_YORK,
    NIGHT,
    PRAGUE,
    SATURDAYS,
    without,
)

from tools.sla import clock as sla_clock
from tools.sla import working_time
from tools.sla.clock import RESOLUTION, Clock, Phase

CALENDARS = [ALWAYS, DAY_IN_PRAGUE, HOLIDAYS, KOLKATA, LORD_HOWE, LUNCH, NEW_YORK, NIGHT, PRAGUE, SATURDAYS]
YEAR = 365 * 86400
#: The clock is not what is tested here.
PATIENT = settings(deadline=None, max_examples=150, derandomize=True, database=None)

calendars = st.sampled_from(CALENDARS)
moments = st.integers(0, YEAR).map(lambda seconds: datetime(2026, 1, 1) + timedelta(seconds=seconds))
spans = st.integers(1, 40 * 3600)
pauses = st.lists(st.tuples(moments, st.integers(0, 5 * 86400)), max_size=4).map(
    lambda found: [(begin, begin + timedelta(seconds=length)) for begin, length in found]
)


class TestAddsUp(unittest.TestCase):
    @PATIENT
    @given(calendars, moments, spans, pauses)
    def test_when_a_target_falls_due_just_its_time_has_passed(self, calendar, started, seconds, breaks):
        due = working_time.due(started, seconds, breaks, calendar.working)
        self.assertEqual(working_time.elapsed(started, due, breaks, calendar.working), seconds)
        before = due - timedelta(seconds=1)
        self.assertEqual(working_time.elapsed(started, before, breaks, calendar.working), seconds - 1)

    @PATIENT
    @given(calendars, st.lists(moments, min_size=3, max_size=3).map(sorted), pauses)
    def test_a_way_is_as_long_as_its_parts(self, calendar, found, breaks):
        begin, middle, end = found
        parts = [working_time.elapsed(*part, breaks, calendar.working) for part in ((begin, middle), (middle, end))]
        self.assertEqual(sum(parts), working_time.elapsed(begin, end, breaks, calendar.working))

    @PATIENT
    @given(calendars, moments, moments, pauses)
    def test_breaks_and_the_rest_are_everything(self, calendar, begin, end, breaks):
        whole = working_time.elapsed(begin, end, [], calendar.working)
        rest = working_time.elapsed(begin, end, breaks, calendar.working)
        # What is in the breaks: everything but what is outside of them.
        outside = list(without([(datetime.min, datetime.max)], breaks))
        self.assertEqual(working_time.elapsed(begin, end, outside, calendar.working), whole - rest)

    @PATIENT
    @given(calendars, moments, spans, st.lists(st.integers(1, 3 * 86400), max_size=8))
    def test_pauses_move_a_due_moment_by_their_working_time(self, calendar, started, seconds, lengths):
        clock, history = sla_clock.started(
            Clock(RESOLUTION, started, seconds, working=calendar.working), started, Phase.OPEN
        )
        now, phase = started, Phase.OPEN
        for length in lengths:
            now += timedelta(seconds=length)
            phase = Phase.WAITING if phase is Phase.OPEN else Phase.OPEN
            due, stopped = clock.due, clock.stopped
            clock, entries = sla_clock.moved(clock, phase, now)
            history += entries
            if stopped and due > stopped:
                paused = working_time.elapsed(stopped, now, [], calendar.working)
                self.assertEqual(working_time.elapsed(due, clock.due, [], calendar.working), paused)
        self.assertEqual(sla_clock.breaks((entry.at, entry.kind) for entry in history), clock.breaks)
        self.assertEqual(sum(entry.kind == "breached" for entry in history), int(bool(clock.breached)))
