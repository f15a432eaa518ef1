"""Our counting agrees with Odoo's calendars, at a year of random moments."""

import random
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..models.common import database_time
from ..models.sla.resource_calendar import WorkingTimes
from ..tools.sla import working_time
from .sla_case import SlaCase

SAMPLES = 60


@tagged("post_install", "-at_install")
class TestSlaCalendar(SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.night = cls.office.copy({"name": "Nights", "tz": "America/New_York"})
        cls.night.attendance_ids = [(5,)] + [
            (0, 0, {"name": "x", "dayofweek": str(day), "hour_from": begin, "hour_to": end, "day_period": period})
            for day in range(7)
            for begin, end, period in ((0, 6.5, "morning"), (20, 24, "afternoon"))
        ]
        cls.env["resource.calendar.leaves"].create(
            [
                {"name": "Christmas", "date_from": "2026-12-23 23:00:00", "date_to": "2026-12-26 22:59:59"},
                {
                    "name": "Half a day",
                    "date_from": "2026-07-03 10:00:00",
                    "date_to": "2026-07-03 22:00:00",
                    "calendar_id": cls.office.id,
                },
            ]
        )

    def moments(self):
        chance = random.Random(20260601)
        for _sample in range(SAMPLES):
            begin = datetime(2026, 1, 1) + timedelta(minutes=chance.randrange(365 * 24 * 60))
            yield begin, chance.randrange(1, 60 * 60)  # up to 60 hours, in minutes

    def test_due_moments_are_those_of_odoos_own_planning(self):
        for calendar in (self.office, self.night):
            working = WorkingTimes().of(calendar, self.company)
            for begin, minutes in self.moments():
                planned = calendar.plan_hours(minutes / 60, _aware(begin), compute_leaves=True)
                due = working_time.due(begin, minutes * 60, (), working)
                # Odoo's midnight is a millionth of a second early each day.
                self.assertLess(abs(_aware(due) - planned), timedelta(seconds=1), f"{calendar.name} {begin} {minutes}")

    def test_working_hours_count_for_a_ticket_that_rests_for_years(self):
        self.policy.calendar_id = self.office
        ticket = self.ticket_at("06-05 12:00")
        self.move("06-05 13:00", ticket, "done")
        self.env.flush_all()
        monday = datetime(2031, 6, 2, 8)  # ten o'clock in Prague
        with freeze_time(monday), patch.object(database_time, "now", lambda _env: monday):
            self.by_agent(ticket).stage_id = self.stages["in_progress"]
            # 23 of 24 hours are left: seven on that day, two whole days
            self.assertEqual(str(self.clock(ticket).due_at), "2031-06-04 15:00:00")

    def test_time_passed_is_what_odoo_counts(self):
        for calendar in (self.office, self.night):
            working = WorkingTimes().of(calendar, self.company)
            for begin, minutes in self.moments():
                end = begin + timedelta(minutes=3 * minutes)
                counted = calendar.get_work_hours_count(_aware(begin), _aware(end)) * 3600
                passed = working_time.elapsed(begin, end, (), working)
                self.assertAlmostEqual(passed, counted, delta=1, msg=f"{calendar.name} {begin} {end}")


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)
