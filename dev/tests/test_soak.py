"""The arithmetic of the load: rates are kept, what fails is counted, memory has a slope, nothing is lost unseen."""

import os
import threading

import pytest

from dev.soak.__main__ import options
from dev.soak.load import Done, Load, steady
from dev.soak.memory import memory, slope
from dev.soak.play import CRASHED
from dev.soak.tally import compare


def test_acts_leave_at_their_rate_whatever_became_of_the_others():
    together = threading.Barrier(2)

    def act(number):
        if number in (10, 13):
            together.wait(30)
        if number == 11:
            raise ValueError("no")
        return "write"

    load = steady(act, rate=20, seconds=0.2, first=10)
    assert [one.number for one in load.done] == [10, 11, 12, 13]
    assert load.errors == ["failed: ValueError: no"]
    assert load.succeeded() == {10, 12, 13}
    assert load.done[0].ms >= 100, "it has waited for the last one"


@pytest.mark.parametrize(
    ("count", "seconds", "rate"),
    [(0, 0, 0), (10, 2, 5), (30, 60, 0.5)],
)
def test_the_rate_is_what_was_really_done(count, seconds, rate):
    assert Load((Done(1, "x", 1.0),) * count, seconds).rate == rate


def test_p95_counts_what_failed():
    quick, slow = [Done(number, "x", 1.0) for number in range(90)], [Done(99, "failed", 500.0, "timeout")] * 10
    assert Load((*quick, *slow), 1).p95() == 500


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([], 0),
        ([(0, 100)], 0),
        ([(seconds, 300) for seconds in range(0, 400, 10)], 0),
        ([(seconds, 300 + seconds / 60) for seconds in range(0, 400, 10)], 60),
        ([(seconds, 300 - seconds / 60) for seconds in range(0, 400, 10)], -60),
        # While it gets warm it may grow.
        ([(0, 100), (50, 300), (99, 500), *[(seconds, 600) for seconds in range(100, 401, 10)]], 0),
    ],
)
def test_the_slope_of_memory_is_that_of_a_warm_server(samples, expected):
    assert slope(samples) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("02:23:13,468 3235 ERROR soak odoo.sql_db: bad query: b'UPDATE'", False),
        ("02:23:13,468 3235 ERROR soak odoo.http: Exception during request handling.", True),
        ("02:23:13,468 3235 CRITICAL soak odoo.service.server: limit", True),
        ("02:23:13,468 3235 INFO soak odoo.sql_db: ERROR", False),
    ],
)
def test_a_query_that_is_repeated_is_no_error(line, is_one):
    assert bool(CRASHED.search(line)) == is_one


def test_memory_is_there():
    assert memory(os.getpid()) > 5


@pytest.mark.parametrize(
    ("put_in", "there", "unsure", "lost", "doubled"),
    [
        ("abc", "cab", "", 0, 0),
        ("abc", "ab", "", 1, 0),
        ("abc", "abcc", "", 0, 1),
        ("abc", "acccc", "", 1, 3),
        # A request that failed may have done its work, but not twice.
        ("a", "ab", "b", 0, 0),
        ("a", "a", "b", 0, 0),
        ("a", "abb", "b", 0, 1),
        # What was there before is nobody's.
        ("a", "axx", "", 0, 0),
    ],
)
def test_what_is_lost_and_what_is_there_twice(put_in, there, unsure, lost, doubled):
    found = compare("letters", put_in, there, unsure)
    assert (found.lost, found.doubled) == (lost, doubled)


def test_options_are_those_of_minutes_and_args(capsys):
    assert (options("10", "").minutes, options("10", "").rate) == (10, 1)
    assert (options("0.5", "--rate 0.2").minutes, options("0.5", "--rate 0.2").rate) == (0.5, 0.2)
    for wrong in ("--rate 0", "--rate x", "--events 5"):
        with pytest.raises(SystemExit):
            options("1", wrong)
    assert "more than 0" in capsys.readouterr().err
