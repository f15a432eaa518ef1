"""A breach is posted again after so many working hours: when, and when not. 2026-06-01 is a Monday."""

from dataclasses import replace

import pytest
from sla_calendars import ALWAYS, PRAGUE, seconds

from tools.sla import clock as sla_clock
from tools.sla import recount, repeat, working_time
from tools.sla.clock import START, Clock

#: what it shows, calendar, breached, hours between, looks (``taken``: somebody has it), repetitions, next
REPEATS = [
    ("never", ALWAYS, "06-01 10:00", "0:00", ["06-01 20:00"], [], None),
    ("not before", ALWAYS, "06-01 10:00", "2:00", ["06-01 11:59"], [], "06-01 12:00"),
    ("after so many hours", ALWAYS, "06-01 10:00", "2:00", ["06-01 12:00"], ["06-01 12:00"], "06-01 14:00"),
    (
        "again",
        ALWAYS,
        "06-01 10:00",
        "2:00",
        ["06-01 12:00", "06-01 14:01"],
        ["06-01 12:00", "06-01 14:01"],
        "06-01 16:01",
    ),
    ("once after a downtime", ALWAYS, "06-01 10:00", "2:00", ["06-02 09:00"], ["06-02 09:00"], "06-02 11:00"),
    (
        "once at each look",
        ALWAYS,
        "06-01 10:00",
        "2:00",
        ["06-01 12:00", "06-01 12:00"],
        ["06-01 12:00"],
        "06-01 14:00",
    ),
    (
        "working hours only",
        PRAGUE,
        "06-05 16:00",
        "2:00",
        ["06-06 12:00", "06-08 10:00"],
        ["06-08 10:00"],
        "06-08 12:00",
    ),
    (
        "due when work ends: in the morning",
        *(PRAGUE, "06-01 15:00", "2:00", ["06-01 17:00", "06-02 09:00"], ["06-02 09:00"], "06-02 11:00"),
    ),
    ("not while somebody has it", ALWAYS, "06-01 10:00", "2:00", ["06-01 12:00 taken"], [], "06-01 14:00"),
    (
        "again when it is given back",
        *(ALWAYS, "06-01 10:00", "2:00", ["06-01 12:00 taken", "06-01 14:00"], ["06-01 14:00"], "06-01 16:00"),
    ),
]


@pytest.mark.parametrize("case", REPEATS, ids=lambda case: case[0])
def test_a_breach_is_repeated_when_the_table_says(case):
    _name, calendar, breached, hours, looks, expected, following = case
    at = calendar.utc(breached)
    started = at - working_time.SECOND * 600
    clock = Clock(START, started, 600, working=working_time.around_the_clock)
    clock, _entries = sla_clock.started(clock, started)
    clock, _entries = sla_clock.ticked(replace(clock, working=calendar.working, repeat=seconds(hours)), at)
    assert clock.breached == at
    found = []
    for look in looks:
        day, hour, *taken = look.split()
        clock, entries = repeat.repeated(clock, calendar.utc(f"{day} {hour}"), bool(taken))
        found += entries
    assert [entry.kind for entry in found] == ["repeated"] * len(expected)
    assert [calendar.written(entry.at) for entry in found] == expected
    assert calendar.written(clock.remind) == following


def test_what_is_over_is_not_repeated():
    at = ALWAYS.utc("06-01 12:00")
    clock = Clock(START, ALWAYS.utc("06-01 10:00"), 3600, repeat=3600, remind=at, state="missed", due=at)
    assert repeat.repeated(clock, at, is_resting=False)[1]
    for over in (replace(clock, satisfied=at), replace(clock, state="running"), replace(clock, remind=None)):
        assert repeat.repeated(over, at, is_resting=False) == (over, [])


def test_a_repetition_is_set_and_taken_away_with_the_policy():
    now = ALWAYS.utc("06-01 12:00")
    late = Clock(START, ALWAYS.utc("06-01 10:00"), 3600)
    late, _entries = sla_clock.started(late, late.started)
    late, _entries = sla_clock.ticked(late, now)
    assert late.remind is None
    armed, _entries = recount.recounted(replace(late, repeat=7200), now, late.target, 0, late.working)
    assert ALWAYS.written(armed.remind) == "06-01 14:00"
    kept, _entries = recount.recounted(armed, ALWAYS.utc("06-01 13:00"), late.target, 0, late.working)
    assert kept.remind == armed.remind
    assert recount.recounted(replace(armed, repeat=0), now, late.target, 0, late.working)[0].remind is None
