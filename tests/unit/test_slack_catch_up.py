"""Which threads catch-up asks about, and which messages it hands over."""

from datetime import datetime, timedelta

import pytest

from tools.slack import catch_up
from tools.slack.catch_up import Thread

ROOT = "1700000000.000100"


def at(seconds):
    return f"{1700000000 + seconds}.000200"


@pytest.mark.parametrize(
    "messages, found",
    [
        ([{"ts": ROOT, "thread_ts": ROOT, "latest_reply": at(5)}], {ROOT: at(5)}),
        ([{"ts": ROOT, "latest_reply": at(5)}], {ROOT: at(5)}),
        ([{"ts": ROOT}], {}),
        # a reply that was also sent to the channel
        ([{"ts": at(5), "thread_ts": ROOT, "subtype": "thread_broadcast"}], {}),
        ([{"ts": ROOT, "latest_reply": 5}, None, "x", {"ts": 1.5, "latest_reply": at(5)}], {}),
        ("nonsense", {}),
        (None, {}),
    ],
)
def test_a_history_says_which_threads_have_replies(messages, found):
    assert catch_up.latest_replies(messages) == found


@pytest.mark.parametrize(
    "read_up_to, since, latest, is_behind",
    [
        ("", ROOT, at(5), True),
        ("", at(9), at(5), False),
        (at(5), ROOT, at(5), False),
        (at(4), ROOT, at(5), True),
        (at(6), ROOT, at(5), False),
        ("", ROOT, "", False),
    ],
)
def test_a_thread_is_behind_when_slack_tells_of_a_newer_reply(read_up_to, since, latest, is_behind):
    assert Thread(1, "C1", ROOT, read_up_to, since, latest).is_behind is is_behind


@pytest.mark.parametrize(
    "read_up_to, since, latest, oldest",
    [
        ("", ROOT, at(50), ROOT),
        (at(7200), ROOT, at(9000), at(3600)),
        (at(60), ROOT, at(9000), ROOT),
        # in turn: the whole thread, for its edits
        (at(7200), ROOT, "", ROOT),
        (at(7200), ROOT, at(7200), ROOT),
    ],
)
def test_from_where_on_a_thread_is_read(read_up_to, since, latest, oldest):
    assert Thread(1, "C1", ROOT, read_up_to, since, latest).oldest == oldest


def threads(*numbers, **values):
    return [Thread(number, "C1", at(number), **values) for number in numbers]


def test_what_is_known_from_nowhere_else_comes_first():
    behind = threads(1, 2, 3, latest=at(9))
    assert [one.id for one in catch_up.in_turn(behind, {3}, [], [])] == [3, 1, 2]
    assert [one.id for one in catch_up.in_turn(behind, {3}, [], [], {2})] == [2, 3, 1]


def test_older_threads_and_edits_get_what_is_left_and_nobody_is_asked_about_twice():
    chosen = catch_up.in_turn(threads(1, 2), {1}, threads(*range(2, 100)), threads(*range(50, 80)))
    assert [one.id for one in chosen[:2]] == [1, 2]
    assert len(chosen) == len({one.id for one in chosen}) == catch_up.MAX_REPLIES
    assert sum(one.id in range(50, 80) for one in chosen) == catch_up.LIVELY


def test_newer_replies_leave_no_call_for_others_on_a_bad_day():
    behind = threads(*range(100), latest=at(900))
    chosen = catch_up.in_turn(behind, set(range(100)), threads(500), threads(600))
    assert {one.id for one in chosen} < set(range(100))
    assert len(chosen) == catch_up.MAX_REPLIES


def told(bodies):
    return [(one["event"].get("subtype") or "message", one["event_id"].rpartition("C1:")[2]) for one in bodies]


SAID = {"ts": at(5), "user": "U1", "text": "x", "thread_ts": ROOT}
EDITED = {**SAID, "edited": {"user": "U1", "ts": at(9)}}


@pytest.mark.parametrize(
    "message, known, since, found",
    [
        (SAID, {}, ROOT, [("message", at(5))]),
        (SAID, {at(5): set()}, ROOT, []),
        (SAID, {}, at(6), []),
        (EDITED, {}, ROOT, [("message", at(5)), ("message_changed", f"{at(5)}:{at(9)}")]),
        (EDITED, {at(5): set()}, ROOT, [("message_changed", f"{at(5)}:{at(9)}")]),
        (EDITED, {at(5): {at(8)}}, ROOT, [("message_changed", f"{at(5)}:{at(9)}")]),
        (EDITED, {at(5): {at(9)}}, ROOT, []),
    ],
)
def test_only_what_is_new_is_handed_over(message, known, since, found):
    assert told(catch_up.bodies(Thread(1, "C1", ROOT, since=since), [message], known)) == found


@pytest.mark.parametrize(
    "channels, at_once, minutes", [(0, 3, 1), (1, 3, 1), (5, 5, 1), (20, 19, 2), (21, 19, 2), (30, 10, 3), (39, 1, 39)]
)
def test_every_channel_is_among_the_first_soon(channels, at_once, minutes):
    names, begin = list(range(channels)), 29_933_333
    turns = [catch_up.in_rotation(names, at_once, begin + minute) for minute in range(minutes)]
    assert all(sorted(turn) == names for turn in turns)
    assert {name for turn in turns for name in turn[:at_once]} == set(names)


def test_minutes_are_numbered():
    begin = datetime(2026, 6, 1, 8, 30, 59)
    numbers = [catch_up.minute(begin + timedelta(seconds=seconds)) for seconds in (0, 1, 60, 61)]
    assert [number - numbers[0] for number in numbers] == [0, 1, 1, 2]


def test_a_moment_back_has_the_same_shape():
    assert catch_up.back(at(3600), 3600) == at(0)
    assert catch_up.back("0000000005.000100", 3600) == "0000000000.000100"
