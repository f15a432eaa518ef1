"""How listeners agree on what is known of a socket, and when it counts as deaf."""

from datetime import datetime, timedelta

import pytest

from tools.slack import socket_state
from tools.slack.socket_state import CONNECTED, DEAF, OFF, RECONNECTING, REFUSED, Report, Stored, merged

NOW = datetime(2026, 6, 1, 12, 0, 0)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def stored(state, owner="one", seen=10, since=1000, **values):
    return Stored(state, owner=owner, seen_at=ago(seen), since=ago(since), **values)


@pytest.mark.parametrize(
    "before, report, values",
    [
        # the first word
        (
            Stored(),
            Report("one", CONNECTED),
            {"state": CONNECTED, "error": "", "owner": "one", "seen_at": NOW, "since": NOW},
        ),
        # nothing new
        (stored(CONNECTED), Report("one", CONNECTED), {}),
        (stored(CONNECTED, seen=60), Report("one", CONNECTED), {"owner": "one", "seen_at": NOW}),
        # another listener is connected as well, or is not
        (stored(CONNECTED, seen=100), Report("two", CONNECTED), {}),
        (stored(CONNECTED), Report("two", RECONNECTING, "lost"), {}),
        (stored(CONNECTED), Report("two", REFUSED, "no"), {}),
        (stored(CONNECTED), Report("two", OFF), {}),
        # the other one has gone without a word
        (stored(CONNECTED, seen=180), Report("two", CONNECTED), {"owner": "two", "seen_at": NOW}),
        # the one that spoke is not connected any more: whoever is says so
        (
            stored(CONNECTED),
            Report("one", RECONNECTING, "lost"),
            {"state": RECONNECTING, "error": "lost", "owner": "one", "seen_at": NOW, "since": NOW},
        ),
        (
            stored(RECONNECTING, error="lost"),
            Report("two", CONNECTED),
            {"state": CONNECTED, "error": "", "owner": "two", "seen_at": NOW, "since": NOW},
        ),
        # another reason
        (
            stored(REFUSED, error="a"),
            Report("one", REFUSED, "b"),
            {"state": REFUSED, "error": "b", "owner": "one", "seen_at": NOW},
        ),
        # deaf: a connection alone proves nothing
        (stored(DEAF, since=100), Report("one", CONNECTED), {}),
        (stored(DEAF, since=100), Report("one", RECONNECTING, "lost"), {}),
        (stored(DEAF, since=100, heard_at=ago(105)), Report("one", CONNECTED, heard_at=ago(101)), {}),
        (
            stored(DEAF, since=100, heard_at=ago(105)),
            Report("one", CONNECTED, heard_at=ago(10)),
            {"state": CONNECTED, "error": "", "owner": "one", "seen_at": NOW, "since": NOW, "heard_at": ago(10)},
        ),
        (
            stored(DEAF, since=100),
            Report("one", REFUSED, "no"),
            {"state": REFUSED, "error": "no", "owner": "one", "seen_at": NOW, "since": NOW},
        ),
        # heard, to the minute, whoever looks after it
        (stored(CONNECTED, heard_at=ago(30)), Report("one", CONNECTED, heard_at=NOW), {}),
        (stored(CONNECTED, heard_at=ago(60)), Report("two", CONNECTED, heard_at=NOW), {"heard_at": NOW}),
        # closed on purpose
        (
            stored(CONNECTED),
            Report("one", OFF),
            {"state": OFF, "error": "", "owner": "one", "seen_at": NOW, "since": NOW},
        ),
    ],
)
def test_what_is_written_after_a_report(before, report, values):
    assert merged(before, report, NOW) == values


@pytest.mark.parametrize(
    "code, state",
    [
        ("invalid_auth", REFUSED),
        ("token_revoked", REFUSED),
        ("missing_scope", REFUSED),
        ("not_allowed_token_type", REFUSED),
        ("link_disabled", REFUSED),
        ("too_many_websockets", REFUSED),
        ("bad_address", REFUSED),
        ("connection_failed", RECONNECTING),
        ("connection_lost", RECONNECTING),
        ("no_answer", RECONNECTING),
        ("ratelimited", RECONNECTING),
        ("internal_error", RECONNECTING),
        ("refresh_requested", RECONNECTING),
        ("something_new", RECONNECTING),
    ],
)
def test_what_a_reason_means(code, state):
    assert socket_state.state_after(code) == state
    assert socket_state.is_slow(code) is (state == REFUSED)


@pytest.mark.parametrize(
    "state, seen, is_gone",
    [(OFF, 1000, False), (CONNECTED, 179, False), (CONNECTED, 180, True), (REFUSED, 180, True), (DEAF, 500, True)],
)
def test_a_listener_that_says_nothing_any_more_has_gone(state, seen, is_gone):
    assert socket_state.is_gone(stored(state, seen=seen), NOW) is is_gone


@pytest.mark.parametrize(
    "deaf_for, renewed, may",
    [
        (None, None, True),
        (None, 59, False),
        (None, 60, True),
        (10, 59, False),
        (120, 100, False),
        (120, 120, True),
        (1800, 1000, False),
        (86400, 3599, False),
        (86400, 3600, True),
    ],
)
def test_a_deaf_socket_is_opened_again_less_and_less_often(deaf_for, renewed, may):
    since = None if deaf_for is None else ago(deaf_for)
    assert socket_state.may_renew(since, None if renewed is None else ago(renewed), NOW) is may


@pytest.mark.parametrize(
    "state, since, renewed, expected",
    [
        (OFF, 100, None, None),
        (RECONNECTING, 100, None, None),
        (REFUSED, 100, 50, None),
        (CONNECTED, 100, None, 100),
        (CONNECTED, 100, 200, 100),
        (DEAF, 100, 50, 50),
    ],
)
def test_from_when_on_posts_have_to_come_back(state, since, renewed, expected):
    renewed_at = None if renewed is None else ago(renewed)
    found = socket_state.expected_since(state, ago(since), renewed_at)
    assert found == (None if expected is None else ago(expected))
