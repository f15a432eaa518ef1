"""The count behind the scenarios of the way back from Slack can fail: whatever is wrong is found and named."""

from collections import Counter

import pytest

from dev.chaos.answer_tally import Answer, Became
from dev.chaos.answer_tally import compare as compare_answer
from dev.chaos.faults import REPLY_POINTS, Plan
from dev.chaos.slack_inbound import STEPS, compare

SAID = ["one", "two", "three"]


@pytest.mark.parametrize(
    ("notes", "wrong"),
    [
        (SAID, {}),
        (["one", "two"], {"lost": 1}),
        ([], {"lost": 3}),
        (["one", "two", "two", "three"], {"doubled": 1}),
        (["one", "two", "three", "one"], {"doubled": 1}),
        (["two", "one", "three"], {"out of order": 1}),
        (["two", "one"], {"lost": 1, "out of order": 1}),
        (["one", "four", "two", "three"], {"foreign": 1}),
    ],
)
def test_what_is_wrong_is_counted(notes, wrong):
    assert dict(compare(SAID, notes)) == wrong


def test_somebody_is_killed_at_each_step_of_a_reply():
    assert STEPS.keys() == REPLY_POINTS.keys()


def became(state, said=0, *letters):
    return Became(state, said, Counter(letters))


@pytest.mark.parametrize(
    ("told", "repeats", "became", "wrong"),
    [
        (None, 0, became("sent", 1, "a"), {}),
        (False, 0, became("sent", 1, "a"), {}),
        (True, 0, became("undone"), {}),
        (None, 0, became("stopped"), {}),
        (None, 1, became("sent", 1, "a", "a"), {}),
        (None, 0, became("sent", 1, "a", "a"), {"doubled": 1}),
        (None, 1, became("sent", 1, "a", "b"), {"doubled": 1}),
        (None, 0, became("sent", 2, "a"), {"doubled": 1}),
        (None, 0, became("sent", 1), {"lost": 1}),
        (None, 0, became("sent", 0, "a"), {"lost": 1}),
        (True, 0, became("sent", 1, "a"), {"wrong": 1}),
        (False, 0, became("undone"), {"wrong": 1}),
        (True, 0, became("undone", 1), {"wrong": 1}),
        (True, 0, became("undone", 0, "a"), {"wrong": 1}),
        (None, 0, became("stopped", 0, "a"), {"wrong": 1}),
        (None, 0, became("held"), {"open": 1}),
        (None, 0, became("gone"), {"open": 1}),
    ],
)
def test_what_is_wrong_with_an_answer_is_counted(told, repeats, became, wrong):
    answer = Answer(1, 1, 1, told=told, repeats=repeats)
    assert dict(compare_answer(answer, became)) == wrong
    answer.untold = 2
    assert dict(compare_answer(answer, became)) == {**wrong, "untold": 2}


def test_who_comes_to_the_point_dies_there_once(tmp_path, monkeypatch):
    dead = []
    monkeypatch.setattr(Plan, "die", lambda plan: dead.append(plan))
    plan = Plan(str(tmp_path))
    plan.meet("answer_due")
    assert not dead
    plan.doom("answer_due")
    plan.meet("answer_claimed")
    assert not dead
    for _time in range(2):
        plan.meet("answer_due")
    assert len(dead) == 1
