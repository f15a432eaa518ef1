"""The life of an SLA clock in cases: what happens to a ticket, and what its clock then says.

A step is a moment and what happens: a phase of the ticket, ``taken`` by a person, ``look`` of the cron, ``target`` of
other hours (in a phase of the ticket), ``withdraw``. An outcome is a list of history entries with the due moment after
them where it moved.
"""

import unittest

import sla_next_responses
from sla_calendars import ALWAYS, HOLIDAYS, NEVER, NEW_YORK, NIGHT, PRAGUE, seconds

from tools.sla import clock as sla_clock
from tools.sla.clock import RESOLUTION, START, Clock, Phase

#: what it shows, metric, calendar, started, hours, steps, history after the start, state at the end
STORIES = [
    # start
    ("taken in time", START, ALWAYS, "06-01 10:00", "4:00", ["06-01 11:00 taken"], ["06-01 11:00 met"], "met"),
    (
        "taken late, and nobody had looked",
        START,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 15:00 taken"],
        ["06-01 14:00 breached", "06-01 15:00 missed"],
        "missed",
    ),
    (
        "taken in the very second it falls due",
        START,
        PRAGUE,
        "06-01 13:00",
        "4:00",
        ["06-01 17:00 taken"],
        ["06-01 17:00 breached", "06-01 17:00 missed"],
        "missed",
    ),
    (
        "taken once only",
        START,
        PRAGUE,
        "06-01 16:00",
        "4:00",
        ["06-02 09:00 taken", "06-02 13:00 waiting", "06-03 10:00 closed", "06-04 10:00 open", "06-04 10:00 taken"],
        ["06-02 09:00 met"],
        "met",
    ),
    (
        "taken while it waits",
        START,
        PRAGUE,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 waiting", "06-01 16:00 taken"],
        ["06-01 11:00 paused", "06-01 16:00 met"],
        "met",
    ),
    (
        "closed by nobody",
        START,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 closed", "06-01 20:00 look"],
        ["06-01 11:00 canceled"],
        "canceled",
    ),
    (
        "closed by nobody, reopened and taken",
        START,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 closed", "06-01 21:00 open", "06-01 22:00 taken"],
        ["06-01 11:00 canceled", "06-01 21:00 reopened due 06-02 00:00", "06-01 22:00 met"],
        "met",
    ),
    (
        "closed by nobody, reopened by who takes it up",
        START,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 closed", "06-01 21:00 taken"],
        ["06-01 11:00 canceled", "06-01 21:00 reopened due 06-02 00:00", "06-01 21:00 met"],
        "met",
    ),
    (
        "a word on a closed ticket takes nothing up",
        START,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 closed", "06-01 12:00 taken closed"],
        ["06-01 11:00 canceled"],
        "canceled",
    ),
    (
        "closed by nobody when it was late already",
        START,
        NIGHT,
        "10-24 23:00",
        "4:00",
        ["10-25 04:00 closed"],
        ["10-25 02:00* breached", "10-25 04:00 canceled"],
        "canceled",
    ),
    (
        "closed by a person, straight away",
        START,
        PRAGUE,
        "06-05 16:00",
        "2:00",
        ["06-08 09:59 taken closed"],
        ["06-08 09:59 met"],
        "met",
    ),
    # resolution
    (
        "closed in time",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-01 11:00 taken", "06-02 09:30 closed"],
        ["06-02 09:30 met"],
        "met",
    ),
    (
        "closed late",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-02 10:01 closed"],
        ["06-02 10:00 breached", "06-02 10:01 missed"],
        "missed",
    ),
    (
        "seen late, closed later",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-02 10:00 look", "06-02 10:01 look", "06-02 15:00 closed"],
        ["06-02 10:00 breached", "06-02 15:00 missed"],
        "missed",
    ),
    (
        "seen only after days of downtime",
        RESOLUTION,
        NEW_YORK,
        "10-30 16:00",
        "9:00",
        ["11-06 12:00 look"],
        ["11-02 17:00 breached"],
        "missed",
    ),
    (
        "waits over a weekend",
        RESOLUTION,
        PRAGUE,
        "06-05 14:00",
        "6:00",
        ["06-05 16:00 waiting", "06-08 12:00 open", "06-08 15:59 closed"],
        ["06-05 16:00 paused", "06-08 12:00 resumed due 06-08 16:00", "06-08 15:59 met"],
        "met",
    ),
    (
        "waits twice",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 waiting", "06-01 12:00 open", "06-01 13:00 waiting", "06-01 18:00 open", "06-01 20:00 look"],
        [
            "06-01 11:00 paused",
            "06-01 12:00 resumed due 06-01 15:00",
            "06-01 13:00 paused",
            "06-01 18:00 resumed due 06-01 20:00",
            "06-01 20:00 breached",
        ],
        "missed",
    ),
    (
        "from one waiting stage to the other",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 waiting", "06-01 12:00 waiting", "06-01 13:00 open"],
        ["06-01 11:00 paused", "06-01 13:00 resumed due 06-01 16:00"],
        "running",
    ),
    (
        "not late while it waits",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 waiting", "06-09 11:00 look"],
        ["06-01 11:00 paused"],
        "paused",
    ),
    (
        "closed while it waits",
        RESOLUTION,
        PRAGUE,
        "06-05 14:00",
        "6:00",
        ["06-05 16:00 waiting", "06-12 12:00 closed"],
        ["06-05 16:00 paused", "06-12 12:00 met"],
        "met",
    ),
    (
        "waits when it was late already",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 15:00 waiting", "06-01 16:00 open", "06-01 17:00 closed"],
        [
            "06-01 14:00 breached",
            "06-01 15:00 paused",
            "06-01 16:00 resumed due 06-01 14:00",
            "06-01 17:00 missed",
        ],
        "missed",
    ),
    (
        "waits while the clocks go back",
        RESOLUTION,
        NIGHT,
        "10-24 22:00",
        "8:00",
        ["10-25 01:00 waiting", "10-25 04:00 open"],
        ["10-25 01:00 paused", "10-25 04:00 resumed due 10-26 01:00"],
        "running",
    ),
    (
        "waits over Christmas",
        RESOLUTION,
        HOLIDAYS,
        "12-23 15:00",
        "4:00",
        ["12-23 16:00 waiting", "12-28 11:00 open"],
        ["12-23 16:00 paused", "12-28 11:00 resumed due 12-28 14:00"],
        "running",
    ),
    # canceled
    (
        "canceled",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 canceled", "06-01 12:00 canceled", "06-09 10:00 look"],
        ["06-01 11:00 canceled"],
        "canceled",
    ),
    (
        "closed, then rejected",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 closed", "06-01 12:00 canceled"],
        ["06-01 11:00 met", "06-01 12:00 canceled"],
        "canceled",
    ),
    (
        "rejected, then solved after all",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 canceled", "06-01 20:00 closed"],
        ["06-01 11:00 canceled", "06-01 20:00 met"],
        "met",
    ),
    (
        "canceled by mistake",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 canceled", "06-02 11:00 open"],
        ["06-01 11:00 canceled", "06-02 11:00 reopened due 06-02 14:00"],
        "running",
    ),
    (
        "canceled by mistake, now it waits",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 canceled", "06-02 11:00 waiting", "06-03 11:00 open"],
        ["06-01 11:00 canceled", "06-02 11:00 paused", "06-03 11:00 resumed due 06-03 14:00"],
        "running",
    ),
    (
        "the target is withdrawn",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 withdraw", "06-01 12:00 withdraw"],
        ["06-01 11:00 canceled"],
        "canceled",
    ),
    (
        "withdrawn, and set again",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 withdraw", "06-01 12:00 target 2:00"],
        ["06-01 11:00 canceled", "06-01 12:00 reopened due 06-01 13:00"],
        "running",
    ),
    (
        "withdrawn, and set again when it is late by that",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-01 12:00 withdraw", "06-01 15:00 target 1:00", "06-01 15:01 look"],
        ["06-01 12:00 canceled", "06-01 15:00 reopened due 06-01 11:00", "06-01 15:00 breached"],
        "missed",
    ),
    (
        "withdrawn, and set again while it waits",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-01 12:00 withdraw", "06-01 15:00 target 3:00 waiting", "06-02 09:00 open"],
        ["06-01 12:00 canceled", "06-01 15:00 paused", "06-02 09:00 resumed due 06-02 10:00"],
        "running",
    ),
    (
        "withdrawn, and set while it waits when it is late by that",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-01 12:00 withdraw", "06-01 15:00 target 1:00 waiting", "06-02 09:00 open"],
        [
            "06-01 12:00 canceled",
            "06-01 15:00 paused",
            "06-01 15:00 breached",
            "06-02 09:00 resumed due 06-01 11:00",
        ],
        "missed",
    ),
    (
        "withdrawn late, and set with more time while it waits",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "1:00",
        ["06-01 12:00 withdraw", "06-01 13:00 target 4:00 waiting", "06-01 14:00 open"],
        [
            "06-01 11:00 breached",
            "06-01 12:00 canceled",
            "06-01 13:00 paused",
            "06-01 14:00 resumed due 06-01 16:00",
        ],
        "running",
    ),
    (
        "another target is set while it is canceled",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "8:00",
        ["06-01 12:00 canceled", "06-01 13:00 target 4:00 canceled", "06-01 14:00 open"],
        ["06-01 12:00 canceled", "06-01 14:00 reopened due 06-01 16:00"],
        "running",
    ),
    (
        "so short a target is set while it is canceled that it comes back late",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "8:00",
        ["06-01 12:00 canceled", "06-01 13:00 target 1:00 canceled", "06-01 14:00 open", "06-01 14:01 look"],
        ["06-01 12:00 canceled", "06-01 14:00 reopened due 06-01 11:00", "06-01 14:00 breached"],
        "missed",
    ),
    (
        "what is kept is not withdrawn",
        START,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 taken", "06-01 12:00 withdraw"],
        ["06-01 11:00 met"],
        "met",
    ),
    # reopened
    (
        "reopened, and in time again",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-01 15:00 closed", "06-03 11:00 open", "06-03 12:00 closed"],
        ["06-01 15:00 met", "06-03 11:00 reopened due 06-03 14:00", "06-03 12:00 met"],
        "met",
    ),
    (
        "reopened, and late then",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "8:00",
        ["06-01 15:00 closed", "06-03 11:00 open", "06-03 14:00 look"],
        ["06-01 15:00 met", "06-03 11:00 reopened due 06-03 14:00", "06-03 14:00 breached"],
        "missed",
    ),
    (
        "a late ticket reopened is not late again",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 15:00 closed", "06-02 11:00 open", "06-02 12:00 look", "06-02 13:00 closed"],
        [
            "06-01 14:00 breached",
            "06-01 15:00 missed",
            "06-02 11:00 reopened due 06-01 14:00",
            "06-02 13:00 missed",
        ],
        "missed",
    ),
    (
        "reopened to wait",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 12:00 closed", "06-01 13:00 waiting", "06-01 15:00 open"],
        ["06-01 12:00 met", "06-01 13:00 paused", "06-01 15:00 resumed due 06-01 17:00"],
        "running",
    ),
    (
        "closed in waiting, reopened at night",
        RESOLUTION,
        PRAGUE,
        "06-01 10:00",
        "4:00",
        ["06-01 12:00 waiting", "06-01 13:00 closed", "06-01 22:00 open"],
        ["06-01 12:00 paused", "06-01 13:00 met", "06-01 22:00 reopened due 06-02 11:00"],
        "running",
    ),
    # other hours
    (
        "a shorter target",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 12:00 target 1:00"],
        ["06-01 12:00 retargeted due 06-01 11:00", "06-01 12:00 breached"],
        "missed",
    ),
    (
        "a longer target",
        RESOLUTION,
        PRAGUE,
        "06-01 16:00",
        "2:00",
        ["06-01 16:30 target 16:00"],
        ["06-01 16:30 retargeted due 06-03 16:00"],
        "running",
    ),
    (
        "late, but not by the target of now",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 15:00 target 6:00", "06-01 16:00 look"],
        ["06-01 14:00 breached", "06-01 15:00 retargeted due 06-01 16:00", "06-01 16:00 breached"],
        "missed",
    ),
    (
        "late by both",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 18:00 target 6:00"],
        ["06-01 14:00 breached", "06-01 18:00 retargeted due 06-01 16:00"],
        "missed",
    ),
    (
        "the pause is kept",
        RESOLUTION,
        PRAGUE,
        "06-01 09:00",
        "8:00",
        ["06-01 10:00 waiting", "06-01 12:00 open", "06-01 13:00 target 4:00"],
        ["06-01 10:00 paused", "06-01 12:00 resumed due 06-02 11:00", "06-01 13:00 retargeted due 06-01 15:00"],
        "running",
    ),
    (
        "a shorter target while it waits",
        RESOLUTION,
        PRAGUE,
        "06-01 09:00",
        "8:00",
        ["06-01 10:00 waiting", "06-01 12:00 target 2:00", "06-01 14:00 open"],
        ["06-01 10:00 paused", "06-01 12:00 retargeted due 06-01 11:00", "06-01 14:00 resumed due 06-01 15:00"],
        "running",
    ),
    (
        "so short a target while it waits that it is late",
        RESOLUTION,
        PRAGUE,
        "06-01 09:00",
        "8:00",
        ["06-01 11:00 waiting", "06-01 12:00 target 1:00", "06-01 14:00 open"],
        [
            "06-01 11:00 paused",
            "06-01 12:00 retargeted due 06-01 10:00",
            "06-01 12:00 breached",
            "06-01 14:00 resumed due 06-01 10:00",
        ],
        "missed",
    ),
    (
        "late, then it waits, then a longer target",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 15:00 waiting", "06-01 16:00 target 8:00", "06-01 17:00 open"],
        [
            "06-01 14:00 breached",
            "06-01 15:00 paused",
            "06-01 16:00 retargeted due 06-01 18:00",
            "06-01 17:00 resumed due 06-01 20:00",
        ],
        "running",
    ),
    (
        "what is over stays as it was",
        RESOLUTION,
        ALWAYS,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 closed", "06-01 12:00 target 0:30"],
        ["06-01 11:00 met"],
        "met",
    ),
    # no calendar to speak of
    (
        "a calendar without work is none",
        RESOLUTION,
        NEVER,
        "06-01 10:00",
        "4:00",
        ["06-01 11:00 waiting", "06-01 12:00 open", "06-01 15:00 look"],
        ["06-01 11:00 paused", "06-01 12:00 resumed due 06-01 15:00", "06-01 15:00 breached"],
        "missed",
    ),
]

STORIES += sla_next_responses.STORIES

#: what it shows, calendar, started, hours, per cent, steps, warnings and breaches
WARNINGS = [
    ("at three quarters", ALWAYS, "06-01 10:00", "4:00", 75, ["06-01 13:00 look"], ["06-01 13:00 warned"]),
    ("not before", ALWAYS, "06-01 10:00", "4:00", 75, ["06-01 12:59:59 look"], []),
    ("once", ALWAYS, "06-01 10:00", "4:00", 75, ["06-01 13:05 look", "06-01 13:06 look"], ["06-01 13:00 warned"]),
    (
        "then it breaks",
        PRAGUE,
        "06-01 15:00",
        "4:00",
        25,
        ["06-01 16:00 look", "06-02 11:00 look"],
        ["06-01 16:00 warned", "06-02 11:00 breached"],
    ),
    (
        "nobody is warned of what is late",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        75,
        ["06-01 14:00 look"],
        ["06-01 14:00 breached"],
    ),
    ("not at all", ALWAYS, "06-01 10:00", "4:00", 0, ["06-01 13:59 look"], []),
    ("not of the whole", ALWAYS, "06-01 10:00", "4:00", 100, ["06-01 13:59 look"], []),
    (
        "when somebody is there to read it",
        PRAGUE,
        "06-01 11:00",
        "8:00",
        75,
        ["06-01 17:00 look", "06-01 22:00 look", "06-02 08:59 look", "06-02 09:00 look"],
        ["06-02 09:00 warned"],
    ),
    (
        "missed at night, given in the morning",
        HOLIDAYS,
        "12-23 15:00",
        "4:00",
        25,
        ["12-23 20:00 look", "12-25 12:00 look", "12-28 10:00 look"],
        ["12-28 09:00 warned"],
    ),
    (
        "not while it waits",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        50,
        ["06-01 11:00 waiting", "06-01 12:30 look", "06-01 13:00 open", "06-01 13:59 look", "06-01 14:00 look"],
        ["06-01 14:00 warned"],
    ),
    (
        "not again after a pause",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        50,
        ["06-01 12:00 look", "06-01 12:30 waiting", "06-01 15:30 open", "06-01 15:31 look"],
        ["06-01 12:00 warned"],
    ),
    (
        "again when the target is much longer",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        50,
        ["06-01 12:00 look", "06-01 13:00 target 8:00", "06-01 13:59 look", "06-01 14:00 look"],
        ["06-01 12:00 warned", "06-01 14:00 warned"],
    ),
    (
        "not again when the target is a little longer",
        ALWAYS,
        "06-01 10:00",
        "4:00",
        50,
        ["06-01 12:00 look", "06-01 13:00 target 5:00", "06-01 13:01 look"],
        ["06-01 12:00 warned"],
    ),
    ("not when it is done", ALWAYS, "06-01 10:00", "4:00", 75, ["06-01 12:00 closed", "06-01 13:00 look"], []),
]


def play(clock, calendar, steps):
    """Let the steps happen; returns (the clock at the end, its entries)."""
    clock, history = sla_clock.started(clock, clock.started)
    for step in steps:
        day, hour, what, *how = step.split()
        now = calendar.utc(f"{day} {hour}")
        if what == "taken":
            clock, entries = sla_clock.moved(clock, Phase(how[0] if how else "open"), now, responded=True)
        elif what == "look":
            clock, entries = sla_clock.ticked(clock, now)
        elif what == "target":
            hours, phase = seconds(how[0]), Phase(how[1] if how[1:] else "open")
            clock, entries = sla_clock.retargeted(clock, now, hours, clock.warn_percent, clock.working, phase)
        elif what == "withdraw":
            clock, entries = sla_clock.withdrawn(clock, now)
        else:
            clock, entries = sla_clock.moved(clock, Phase(what), now)
        history += entries
    return clock, history


def told(calendar, entries):
    """Entries in the words of the tables."""
    words = []
    for entry in entries:
        moved = entry.kind in ("resumed", "reopened", "retargeted")
        due = f" due {calendar.written(entry.due_after)}" if moved else ""
        words.append(f"{calendar.written(entry.at)} {entry.kind}{due}")
    return words


class TestClock(unittest.TestCase):
    def test_every_history_ends_as_it_should(self):
        for name, metric, calendar, started, hours, steps, history, state in STORIES:
            with self.subTest(name):
                clock = Clock(metric, calendar.utc(started), seconds(hours), working=calendar.working)
                clock, entries = play(clock, calendar, steps)
                self.assertEqual(told(calendar, entries[1:]), history)
                self.assertEqual(clock.state, state)

    def test_warnings_come_when_the_table_says(self):
        for name, calendar, started, hours, percent, steps, expected in WARNINGS:
            with self.subTest(name):
                clock = Clock(RESOLUTION, calendar.utc(started), seconds(hours), percent, calendar.working)
                _clock, entries = play(clock, calendar, steps)
                loud = [entry for entry in entries if entry.kind in ("warned", "breached")]
                self.assertEqual(told(calendar, loud), expected)

    def test_a_history_tells_the_breaks(self):
        for name, metric, calendar, started, hours, steps, _history, _state in STORIES:
            with self.subTest(name):
                clock = Clock(metric, calendar.utc(started), seconds(hours), working=calendar.working)
                clock, entries = play(clock, calendar, steps)
                self.assertEqual(sla_clock.breaks((entry.at, entry.kind) for entry in entries), clock.breaks)

    def test_a_breach_is_never_forgotten(self):
        for name, metric, calendar, started, hours, steps, history, _state in STORIES:
            with self.subTest(name):
                clock = Clock(metric, calendar.utc(started), seconds(hours), working=calendar.working)
                clock, _entries = play(clock, calendar, steps)
                self.assertEqual(bool(clock.breached), any("breached" in entry for entry in history))

    def test_a_clock_of_the_past_starts_late(self):
        clock = Clock(RESOLUTION, PRAGUE.utc("06-01 10:00"), seconds("4:00"), working=PRAGUE.working)
        clock, entries = sla_clock.started(clock, PRAGUE.utc("06-05 12:00"))
        self.assertEqual(told(PRAGUE, entries), ["06-01 10:00 started", "06-01 14:00 breached"])
        self.assertEqual(clock.state, "missed")

    def test_a_clock_that_somebody_starts_late_is_late_since_then(self):
        clock = Clock(RESOLUTION, PRAGUE.utc("06-01 10:00"), seconds("4:00"), working=PRAGUE.working)
        for phase, states in ((Phase.OPEN, []), (Phase.WAITING, ["06-05 12:00 paused"])):
            begun, entries = sla_clock.started(clock, PRAGUE.utc("06-05 12:00"), phase, retroactive=True)
            self.assertEqual(told(PRAGUE, entries), ["06-01 10:00 started", "06-05 12:00 breached", *states])
            self.assertEqual((begun.state, begun.breached), ("missed", PRAGUE.utc("06-05 12:00")))
        begun, entries = sla_clock.started(clock, PRAGUE.utc("06-01 12:00"), retroactive=True)
        self.assertEqual((begun.state, told(PRAGUE, entries)), ("running", ["06-01 10:00 started"]))

    def test_a_clock_of_a_ticket_that_waits_starts_paused(self):
        clock = Clock(RESOLUTION, PRAGUE.utc("06-01 10:00"), seconds("4:00"), working=PRAGUE.working)
        clock, entries = sla_clock.started(clock, clock.started, Phase.WAITING)
        self.assertEqual([entry.kind for entry in entries], ["started", "paused"])
        self.assertEqual(clock.state, "paused")

    def test_time_spent_leaves_out_the_breaks(self):
        clock = Clock(RESOLUTION, PRAGUE.utc("06-05 14:00"), seconds("6:00"), working=PRAGUE.working)
        clock, _entries = play(clock, PRAGUE, ["06-05 16:00 waiting", "06-08 12:00 open", "06-08 15:00 closed"])
        self.assertEqual(clock.spent(clock.satisfied), seconds("5:00"))
