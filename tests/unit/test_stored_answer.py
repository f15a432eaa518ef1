"""What Slack said of a person counts for a while only, and longer where Slack tells of changes."""

from datetime import datetime, timedelta

import pytest
from helpdesk_bridge.tools.slack.stored_answer import TELLS, TOLD, UNTOLD, is_valid

NOW = datetime(2026, 1, 2, 3, 4, 5)


def ago(seconds):
    return None if seconds is None else NOW - timedelta(seconds=seconds)


DAY = 86400


@pytest.mark.parametrize(
    ("checked", "told", "was_delivered", "expected"),
    [
        (None, None, True, False),
        (None, 1, True, False),
        (0, None, False, True),
        (UNTOLD - 1, None, False, True),
        (UNTOLD, None, False, False),
        # Slack has never told of a change: the app may not be subscribed to them.
        (UNTOLD, None, True, False),
        # Catch-up has found it: whatever delivers changes may be broken.
        (UNTOLD, 1, False, False),
        (UNTOLD, 1, True, True),
        (TOLD - 1, TELLS * DAY, True, True),
        (TOLD - 1, TELLS * DAY + 1, True, False),
        (TOLD, 1, True, False),
        # A clock that was set back proves nothing.
        (-1, 1, True, False),
    ],
)
def test_an_answer_counts_for_a_while(checked, told, was_delivered, expected):
    assert is_valid(NOW, ago(checked), ago(told), was_delivered) is expected


def test_what_nobody_tells_of_is_noticed_within_about_a_minute():
    assert UNTOLD <= 75
