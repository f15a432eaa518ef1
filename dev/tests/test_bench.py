"""The arithmetic of the bench: what is late for want of others' answers is late, and minutes are any minutes."""

import threading

import pytest

from dev.bench.figures import percentile
from dev.bench.section_slack_click import crowd
from dev.bench.section_slack_idle import busiest, spoken
from dev.bench.section_slack_limit import out_of_order, permitted
from dev.bench.sizes import sizes
from dev.bench.way_back import fire, waited, waits_of
from dev.sightings import NotSeen


@pytest.mark.parametrize(("percent", "expected"), [(50, 2), (51, 3), (75, 3), (76, 4), (95, 4), (100, 4), (0, 1)])
def test_a_percentile_is_a_sample_that_so_many_do_not_exceed(percent, expected):
    assert percentile([4, 2, 1, 3], percent) == expected


def test_events_leave_at_a_steady_rate_whether_or_not_others_were_answered():
    """Two of four answers wait for each other: nobody's clock stands still meanwhile."""
    together, sent = threading.Barrier(2), []

    def send(body):
        sent.append(body)
        if body in ("a", "d"):
            together.wait(30)
        return body.upper()

    found = fire(send, "abcd", rate=10)
    assert [answer for _wait, answer in found] == ["A", "B", "C", "D"]
    waits = [wait for wait, _answer in found]
    assert waits[0] >= 300, "it has waited for the fourth, which was due three tenths of a second later"
    assert sent == ["a", "b", "c", "d"]


def test_an_event_that_no_thread_was_free_for_is_late():
    release = threading.Timer(0.3, lambda: None)
    release.start()
    first, second = fire(lambda _body: release.join(), "ab", rate=100, threads=1)
    assert first[0] >= 250
    assert second[0] >= 250, "its clock began when it was due"


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([], 0),
        ([("history", 0)], 1),
        ([("history", second) for second in range(60)], 60),
        # The borders of a minute do not matter.
        ([("history", second) for second in (30, 40, 50, 61, 70, 89.9, 90)], 6),
        ([("history", 0), ("history", 60)], 1),
        ([("history", 0), ("replies", 1), ("history", 2), ("replies", 3), ("replies", 4)], 3),
    ],
)
def test_the_busiest_minute_of_the_method_that_is_called_most(calls, expected):
    assert busiest([{"method": method, "at": at} for method, at in calls]) == expected


def test_a_sockets_own_queries_are_told_from_the_listeners():
    before = {"listener db": 10, "Slack workspace 1 (Acme)": 5}
    now = {"listener db": 16, "Slack workspace 1 (Acme)": 5, "ThreadPoolExecutor-0_0": 4}
    assert spoken(before, now, minutes=2) == {"socket": 2, "look": 3}


@pytest.mark.parametrize(("count", "seconds"), [(1, 0), (5, 0), (6, 5), (10, 5), (11, 10), (30, 25)])
def test_slack_permits_a_burst_and_then_as_many_each_time(count, seconds):
    assert permitted(count) == seconds


@pytest.mark.parametrize(
    ("timestamps", "expected"), [([], 0), (["1.5"], 0), (["1.5", "2.5"], 0), (["2.5", "1.5", "3.0"], 1)]
)
def test_messages_before_older_ones_are_out_of_order(timestamps, expected):
    assert out_of_order(timestamps) == expected


def test_waits_of_those_that_were_asked_about_in_milliseconds():
    assert waits_of({"1.1": 10.25, "1.2": 99.0}, {"1.1": 10.0}) == [250]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (0, 0, 0, 0)),
        ({"changed": 1}, (1, 0, 0, 0)),
        ({"told": 1}, (1, 0, 0, 0)),
        ({"taken": [1, 2, 2]}, (0, 1, 0, 0)),
        ({"rows": 5}, (0, 1, 0, 0)),
        ({"failed": 1}, (0, 0, 1, 0)),
        ({"acknowledged": 3}, (0, 0, 0, 1)),
        ({"log": "2026 ERROR x\n2026 CRITICAL y"}, (0, 0, 2, 0)),
        # More than was asked for makes up for nothing.
        ({"told": 3, "changed": 1}, (1, 0, 0, 0)),
    ],
)
def test_what_became_of_many_clicks(facts, expected):
    well = {"clicks": 4, "cards": 2, "changed": 2, "told": 2, "taken": [1, 2], "rows": 4, "failed": 0}
    found = crowd(**{**well, "acknowledged": 4, "log": "INFO", **facts})
    names = ("without", "doubled", "errors", "unacknowledged")
    assert tuple(found[name] for name in names) == expected


def test_sizes_are_those_of_args_and_none_is_too_small(monkeypatch, capsys):
    monkeypatch.delenv("ARGS", raising=False)
    assert (sizes().events, sizes().tickets, sizes().at_once) == (1500, 5000, 200)
    monkeypatch.setenv("ARGS", "--events 40 --at-once 6")
    assert (sizes().events, sizes().at_once) == (40, 6)
    for wrong in ("--events 1", "--events x", "--mails 5"):
        monkeypatch.setenv("ARGS", wrong)
        with pytest.raises(SystemExit):
            sizes()
    assert "at least 2" in capsys.readouterr().err


def test_what_never_comes_is_said():
    with pytest.raises(NotSeen, match="not there after 0 s: 3\nthe log"):
        waited(lambda: 3, lambda there: there == 4, 0, lambda: "the log")
