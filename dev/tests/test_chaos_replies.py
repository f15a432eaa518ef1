"""The count behind the scenarios of the way back from Slack can fail: whatever is wrong is found and named."""

import pytest

from dev.chaos.faults import REPLY_POINTS
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
