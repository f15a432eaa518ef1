"""A clock counted anew, in cases worked out by hand: what its history then says, and what stays of its breach.

A step is a moment and what happens, as in `test_sla_clock`, and ``recount`` with a calendar and hours, in a phase of
the ticket. A letter names a calendar. 2026-06-01 is a Monday.
"""

import unittest
from dataclasses import replace

import pytest
from sla_calendars import ALWAYS, NEVER, NEW_YORK, PRAGUE, WORKDAYS, Calendar, seconds
from test_sla_clock import play, told

from tools.sla import clock as sla_clock
from tools.sla import recount
from tools.sla.clock import RESOLUTION, START, Clock, Phase

MONDAY_OFF = Calendar("Europe/Prague", WORKDAYS, [(9, 17)], off=[("06-01 00:00", "06-02 00:00")])
TUESDAY_OFF = Calendar("Europe/Prague", WORKDAYS, [(9, 17)], off=[("06-02 00:00", "06-03 00:00")])
MORNING_OFF = Calendar("Europe/Prague", WORKDAYS, [(9, 17)], off=[("06-01 00:00", "06-01 13:00")])
LATER = Calendar("Europe/Prague", WORKDAYS, [(11, 19)])
LONGER = Calendar("Europe/Prague", WORKDAYS, [(7, 21)])
LONDON = Calendar("Europe/London", WORKDAYS, [(9, 17)])
SUNDAY_NIGHT = Calendar("Europe/Prague", [6], [(0, 6)])
SUNDAY_NIGHT_IN_UTC = Calendar("UTC", [6], [(0, 6)])

CALENDARS = {
    "always": ALWAYS,
    "never": NEVER,
    "office": PRAGUE,
    "monday-off": MONDAY_OFF,
    "tuesday-off": TUESDAY_OFF,
    "morning-off": MORNING_OFF,
    "later": LATER,
    "longer": LONGER,
    "london": LONDON,
    "new-york": NEW_YORK,
    "sunday-night": SUNDAY_NIGHT,
    "sunday-night-in-utc": SUNDAY_NIGHT_IN_UTC,
}

#: what it shows, calendar at first, started, hours, steps, history after the start, state, when it was breached
STORIES = [
    # a holiday that is entered after the ticket
    (
        "a holiday that is still to come moves what is due",
        *("office", "06-01 13:00", "8:00", ["06-01 14:00 recount tuesday-off 8:00"]),
        *(["06-01 14:00 retargeted due 06-03 13:00"], "running", None),
    ),
    (
        "a breach on what was a holiday never was",
        *("office", "06-01 09:00", "4:00", ["06-01 13:00 look", "06-02 08:00 recount monday-off 4:00"]),
        ["06-01 13:00 breached", "06-02 08:00 retargeted due 06-02 13:00", "06-02 08:00 revoked"],
        *("running", None),
    ),
    (
        "it is late in its time then",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 13:00 look", "06-02 08:00 recount monday-off 4:00", "06-02 13:00 look"],
        [
            "06-01 13:00 breached",
            "06-02 08:00 retargeted due 06-02 13:00",
            "06-02 08:00 revoked",
            "06-02 13:00 breached",
        ],
        *("missed", "06-02 13:00"),
    ),
    (
        "a breach that comes later remains, at its moment of now",
        *("office", "06-01 09:00", "4:00", ["06-01 13:00 look", "06-02 08:00 recount morning-off 4:00"]),
        *(["06-01 13:00 breached", "06-02 08:00 retargeted due 06-01 17:00"], "missed", "06-01 17:00"),
    ),
    (
        "a holiday that is deleted makes late what was in time, by that decision",
        *("monday-off", "06-01 09:00", "4:00", ["06-02 08:00 recount office 4:00", "06-02 08:01 look"]),
        *(["06-02 08:00 retargeted due 06-01 13:00", "06-02 08:00 breached"], "missed", "06-02 08:00"),
    ),
    (
        "entered and deleted again: late once more",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 13:00 look", "06-02 08:00 recount monday-off 4:00", "06-02 09:00 recount office 4:00"],
        [
            "06-01 13:00 breached",
            "06-02 08:00 retargeted due 06-02 13:00",
            "06-02 08:00 revoked",
            "06-02 09:00 retargeted due 06-01 13:00",
            "06-02 09:00 breached",
        ],
        *("missed", "06-02 09:00"),
    ),
    # hours and zones
    (
        "other hours",
        *("office", "06-01 10:00", "4:00", ["06-01 10:30 recount later 4:00"]),
        *(["06-01 10:30 retargeted due 06-01 15:00"], "running", None),
    ),
    (
        "the same again is nothing",
        *("office", "06-01 10:00", "4:00", ["06-01 10:30 recount office 4:00"], [], "running", None),
    ),
    (
        "longer hours that make it late",
        *("office", "06-01 16:00", "4:00", ["06-02 09:00 recount longer 4:00"]),
        *(["06-02 09:00 retargeted due 06-01 20:00", "06-02 09:00 breached"], "missed", "06-02 09:00"),
    ),
    (
        "the time zone: an hour later",
        *("office", "06-01 09:00", "4:00", ["06-01 12:00 recount london 4:00"]),
        *(["06-01 12:00 retargeted due 06-01 14:00"], "running", None),
    ),
    (
        "the time zone: a breach of the morning never was",
        *("office", "06-01 09:00", "4:00", ["06-01 13:00 look", "06-01 14:00 recount new-york 4:00"]),
        ["06-01 13:00 breached", "06-01 14:00 retargeted due 06-01 19:00", "06-01 14:00 revoked"],
        *("running", None),
    ),
    (
        "the zone of a night in which the clocks go forward: an hour of work less there",
        # Prague skips 02:00 to 03:00 on 03-29: 00:00 to 06:00 are five hours, so 5:30 end a week later, at 00:30.
        *("sunday-night-in-utc", "03-28 12:00", "5:30", ["03-28 13:00 recount sunday-night 5:30"]),
        *(["03-28 13:00 retargeted due 04-05 00:30"], "running", None),
    ),
    (
        "the zone of a night in which the clocks go back: an hour of work more there",
        # Prague has 02:00 to 03:00 twice on 10-25: 00:00 to 06:00 are seven hours.
        *("sunday-night-in-utc", "10-24 12:00", "6:30", ["10-24 13:00 recount sunday-night 6:30"]),
        *(["10-24 13:00 retargeted due 10-25 05:30"], "running", None),
    ),
    (
        "a calendar that has lost its hours is none",
        *("office", "06-01 09:00", "12:00", ["06-01 10:00 recount never 12:00"]),
        *(["06-01 10:00 retargeted due 06-01 21:00"], "running", None),
    ),
    (
        "a breach stays, when a calendar that has lost its hours is none",
        *("office", "06-01 09:00", "4:00", ["06-01 13:00 look", "06-01 14:00 recount never 4:00"]),
        *(["06-01 13:00 breached"], "missed", "06-01 13:00"),
    ),
    # time spent paused before
    (
        "the pause before the change is kept, in the hours of now",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 10:00 waiting", "06-01 12:00 open", "06-01 12:30 recount later 4:00"],
        # 11:00 to 12:00 was paused: four hours from 12:00 on
        ["06-01 10:00 paused", "06-01 12:00 resumed due 06-01 15:00", "06-01 12:30 retargeted due 06-01 16:00"],
        *("running", None),
    ),
    (
        "counted anew while it waits, it goes on by the hours of now",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 10:00 waiting", "06-01 11:00 recount monday-off 4:00 waiting", "06-03 10:00 open"],
        ["06-01 10:00 paused", "06-01 11:00 retargeted due 06-02 13:00", "06-03 10:00 resumed due 06-03 14:00"],
        *("running", None),
    ),
    (
        "late, then it waits: a breach that never was is taken back, and it still waits",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 14:00 waiting", "06-01 15:00 recount monday-off 4:00 waiting", "06-02 09:00 open"],
        [
            "06-01 13:00 breached",
            "06-01 14:00 paused",
            "06-01 15:00 retargeted due 06-02 13:00",
            "06-01 15:00 revoked",
            "06-02 09:00 resumed due 06-02 13:00",
        ],
        *("running", None),
    ),
    (
        "so late while it waits that it is breached by the change",
        *("office", "06-01 16:00", "4:00"),
        ["06-02 11:00 waiting", "06-02 15:00 recount longer 4:00 waiting"],
        ["06-02 11:00 paused", "06-02 15:00 retargeted due 06-01 20:00", "06-02 15:00 breached"],
        *("missed", "06-02 15:00"),
    ),
    # policies
    (
        "a policy with more hours: the breach never was",
        *("always", "06-01 10:00", "4:00", ["06-01 14:00 look", "06-01 15:00 recount always 6:00"]),
        ["06-01 14:00 breached", "06-01 15:00 retargeted due 06-01 16:00", "06-01 15:00 revoked"],
        *("running", None),
    ),
    (
        "a policy with less hours: late by that",
        *("always", "06-01 10:00", "4:00", ["06-01 12:00 recount always 1:00"]),
        *(["06-01 12:00 retargeted due 06-01 11:00", "06-01 12:00 breached"], "missed", "06-01 12:00"),
    ),
    (
        "a policy with more hours, but late by both",
        *("always", "06-01 10:00", "4:00", ["06-01 14:00 look", "06-01 18:00 recount always 6:00"]),
        *(["06-01 14:00 breached", "06-01 18:00 retargeted due 06-01 16:00"], "missed", "06-01 16:00"),
    ),
    (
        "a policy around the clock",
        *("office", "06-01 15:00", "4:00", ["06-01 16:00 recount always 4:00"]),
        *(["06-01 16:00 retargeted due 06-01 19:00"], "running", None),
    ),
    # what an agent changed before
    (
        "a breach of the target before another priority was one, and remains",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 14:00 target 8:00", "06-01 15:00 recount tuesday-off 8:00"],
        ["06-01 13:00 breached", "06-01 14:00 retargeted due 06-01 17:00"],
        *("running", "06-01 13:00"),
    ),
    (
        "a breach of the target before another priority that never was",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 14:00 target 8:00", "06-01 15:00 recount monday-off 8:00"],
        [
            "06-01 13:00 breached",
            "06-01 14:00 retargeted due 06-01 17:00",
            "06-01 15:00 retargeted due 06-02 17:00",
            "06-01 15:00 revoked",
        ],
        *("running", None),
    ),
    # what the cron has not seen yet
    (
        "overdue by both, and nobody had looked: the cron records it at its moment",
        *("office", "06-01 09:00", "4:00", ["06-01 18:00 recount morning-off 4:00", "06-01 18:01 look"]),
        *(["06-01 18:00 retargeted due 06-01 17:00", "06-01 17:00 breached"], "missed", "06-01 17:00"),
    ),
    (
        "overdue before only, and nobody had looked: never breached",
        *("office", "06-01 09:00", "4:00", ["06-01 18:00 recount monday-off 4:00", "06-01 18:01 look"]),
        *(["06-01 18:00 retargeted due 06-02 13:00"], "running", None),
    ),
    # what is over
    (
        "what is done stays as it was, be it late",
        *("office", "06-01 09:00", "4:00", ["06-01 14:00 closed", "06-02 08:00 recount monday-off 4:00"]),
        *(["06-01 13:00 breached", "06-01 14:00 missed"], "missed", "06-01 13:00"),
    ),
    (
        "closed late, reopened: the breach of then never was",
        *("office", "06-01 09:00", "4:00"),
        ["06-01 14:00 closed", "06-02 08:00 open", "06-02 08:30 recount monday-off 4:00"],
        [
            "06-01 13:00 breached",
            "06-01 14:00 missed",
            "06-02 08:00 reopened due 06-01 13:00",
            "06-02 08:30 retargeted due 06-02 13:00",
            "06-02 08:30 revoked",
        ],
        *("running", None),
    ),
    # withdrawn
    (
        "no policy any more: no target, no breach",
        *("office", "06-01 09:00", "4:00", ["06-01 13:00 look", "06-01 15:00 gone"]),
        *(["06-01 13:00 breached", "06-01 15:00 revoked", "06-01 15:00 canceled"], "canceled", None),
    ),
    (
        "no policy any more, and none was late",
        *("office", "06-01 09:00", "4:00", ["06-01 11:00 gone", "06-01 12:00 gone"]),
        *(["06-01 11:00 canceled"], "canceled", None),
    ),
    (
        "a policy again: the time without one is a break",
        *("office", "06-01 09:00", "4:00", ["06-01 11:00 gone", "06-01 12:00 recount office 4:00"]),
        *(["06-01 11:00 canceled", "06-01 12:00 reopened due 06-01 14:00"], "running", None),
    ),
]


def play_anew(clock, calendar, steps):
    """As `play`, with ``recount`` and ``gone``. :return: (the clock at the end, its entries in words)"""
    clock, _started = sla_clock.started(clock, clock.started)
    words = []
    for step in steps:
        day, hour, what, *how = step.split()
        now = calendar.utc(f"{day} {hour}")
        if what == "recount":
            name, hours, *phase = how
            working = CALENDARS[name].working
            phase = Phase(phase[0] if phase else "open")
            clock, entries = recount.recounted(clock, now, seconds(hours), clock.warn_percent, working, phase)
        elif what == "gone":
            clock, entries = recount.withdrawn(clock, now)
        else:
            clock, entries = _step(clock, calendar, step)
        words += told(calendar, entries)
    return clock, words


def _step(clock, calendar, step):
    """One step of `play`, on a clock that runs already."""
    day, hour, what, *how = step.split()
    now = calendar.utc(f"{day} {hour}")
    if what == "look":
        return sla_clock.ticked(clock, now)
    if what == "target":
        return sla_clock.retargeted(clock, now, seconds(how[0]), clock.warn_percent, clock.working)
    return sla_clock.moved(clock, Phase(what), now)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story[0])
def test_a_clock_counted_anew_ends_as_it_should(story):
    _name, calendar, started, hours, steps, history, state, breached = story
    zone = PRAGUE if calendar != "always" else ALWAYS
    clock = Clock(RESOLUTION, zone.utc(started), seconds(hours), working=CALENDARS[calendar].working)
    clock, words = play_anew(clock, zone, steps)
    assert words == history
    assert (clock.state, zone.written(clock.breached)) == (state, breached)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story[0])
def test_counted_anew_again_nothing_moves(story):
    _name, calendar, started, hours, steps, _history, _state, _breached = story
    zone = PRAGUE if calendar != "always" else ALWAYS
    clock = Clock(RESOLUTION, zone.utc(started), seconds(hours), working=CALENDARS[calendar].working)
    clock, _words = play_anew(clock, zone, steps)
    now = zone.utc(" ".join(steps[-1].split()[:2]))
    if clock.state != "canceled":
        again, entries = recount.recounted(clock, now, clock.target, clock.warn_percent, clock.working)
        assert (again, entries) == (clock, [])


class TestRecount(unittest.TestCase):
    def clock(self, **values):
        return Clock(START, PRAGUE.utc("06-01 09:00"), seconds("4:00"), working=PRAGUE.working, **values)

    def test_a_breach_of_a_target_that_was_not_noted_is_that_of_now(self):
        clock, _words = play_anew(self.clock(), PRAGUE, ["06-01 13:00 look"])
        clock = replace(clock, missed=0)
        now = PRAGUE.utc("06-02 08:00")
        self.assertIsNone(recount.recounted(clock, now, clock.target, 0, MONDAY_OFF.working)[0].breached)
        moved = replace(clock, state="running")
        self.assertEqual(recount.recounted(moved, now, clock.target, 0, MONDAY_OFF.working)[0].breached, clock.breached)

    def test_a_warning_that_came_too_early_comes_again(self):
        clock, _entries = play(self.clock(warn_percent=75), PRAGUE, ["06-01 12:00 look"])
        now = PRAGUE.utc("06-01 12:30")
        self.assertTrue(clock.warned)
        clock, _entries = recount.recounted(clock, now, clock.target, 75, MONDAY_OFF.working)
        self.assertIsNone(clock.warned)
        self.assertEqual(PRAGUE.written(clock.warn), "06-02 12:00")

    def test_what_became_of_a_breach(self):
        late, _words = play_anew(self.clock(), PRAGUE, ["06-01 13:00 look"])
        now = PRAGUE.utc("06-02 08:00")
        for name, before, working, expected in (
            ("taken back", late, MONDAY_OFF.working, "revoked"),
            ("it remains, later", late, MORNING_OFF.working, "missed"),
            ("nothing moved", late, PRAGUE.working, ""),
            ("in time as before", replace(late, breached=None, state="running", due=now), MONDAY_OFF.working, ""),
        ):
            with self.subTest(name):
                after, _entries = recount.recounted(before, now, before.target, 0, working)
                self.assertEqual(recount.outcome(before, after), expected)
        intime, _words = play_anew(self.clock(), MONDAY_OFF, [])
        intime = replace(sla_clock.counted(replace(intime, working=MONDAY_OFF.working)), working=MONDAY_OFF.working)
        after, _entries = recount.recounted(intime, now, intime.target, 0, PRAGUE.working)
        self.assertEqual(recount.outcome(intime, after), "breached")

    def test_a_canceled_target_that_is_set_again_is_reopened(self):
        clock, words = play_anew(self.clock(), PRAGUE, ["06-01 11:00 canceled", "06-01 12:00 recount office 4:00"])
        self.assertEqual(words[-1], "06-01 12:00 reopened due 06-01 14:00")
