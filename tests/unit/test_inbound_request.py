"""What is believed of a request: its signature within a window of time, and nothing that is hostile."""

import hashlib
import hmac
import json

import pytest

from tools.slack import inbound_request as request

SECRET, NOW = "8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618
BODY = b'{"type":"event_callback"}'


def signed(secret=SECRET, moment=NOW, body=BODY):
    text = f"v0:{moment}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def test_slacks_own_example_is_genuine():
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert request.is_signed(SECRET, body, "1531420618", signature, 1531420618)


@pytest.mark.parametrize("shift", [0, 299, -299, 300, -300])
def test_a_signature_is_good_for_five_minutes(shift):
    assert request.is_signed(SECRET, BODY, str(NOW), signed(), NOW + shift)


@pytest.mark.parametrize(
    ("secret", "raw", "timestamp", "signature", "now"),
    [
        ("", BODY, str(NOW), signed(secret=""), NOW),
        (SECRET, BODY + b" ", str(NOW), signed(), NOW),
        (SECRET, BODY, str(NOW + 1), signed(), NOW),
        (SECRET, BODY, str(NOW), signed(secret="other"), NOW),
        (SECRET, BODY, str(NOW), signed(), NOW + 301),
        (SECRET, BODY, str(NOW), signed(), NOW - 301),
        (SECRET, BODY, str(NOW), signed().removeprefix("v0="), NOW),
        (SECRET, BODY, str(NOW), signed().upper(), NOW),
        (SECRET, BODY, str(NOW), "", NOW),
        (SECRET, BODY, str(NOW), "v0=é☃\ud800", NOW),
        (SECRET, BODY, str(NOW), None, NOW),
        (SECRET, BODY, None, signed(), NOW),
        (SECRET, BODY, "", signed(), NOW),
        (SECRET, BODY, "now", signed(), NOW),
        (SECRET, BODY, "-1", signed(moment=-1), -1),
        (SECRET, BODY, "1e9", signed(), 10**9),
        (SECRET, BODY, "٣" * 10, signed(), NOW),
        (SECRET, BODY, "9" * 5000, signed(), NOW),
    ],
)
def test_nothing_else_is_genuine(secret, raw, timestamp, signature, now):
    assert not request.is_signed(secret, raw, timestamp, signature, now)


@pytest.mark.parametrize(
    ("raw", "content_type", "value"),
    [
        (b'{"type": "x"}', "application/json", {"type": "x"}),
        (b'{"type": "x"}', "", {"type": "x"}),
        (b"payload=%7B%22type%22%3A+%22x%22%7D", "application/x-www-form-urlencoded", {"type": "x"}),
        (b"command=%2Fhelpdesk&text=", "application/x-www-form-urlencoded", {"command": "/helpdesk", "text": ""}),
        (b"ssl_check=1", "application/x-www-form-urlencoded", {"ssl_check": "1"}),
        (b"", "application/json", {}),
        (b"[1, 2]", "application/json", {}),
        (b'"x"', "application/json", {}),
        (b"null", "application/json", {}),
        (b"{", "application/json", {}),
        (b"payload=%5B1%5D", "", {}),
        (b"payload=nothing", "", {}),
        (b"&".join(b"a=1" for _n in range(500)), "", {}),
        (b'{"a": "\\u0000\\ud800"}', "application/json", {"a": "\N{REPLACEMENT CHARACTER}?"}),
        (b'{"a\\u0000": 1}', "application/json", {"a\N{REPLACEMENT CHARACTER}": 1}),
        (b'{"a": NaN, "b": 1e999, "c": -Infinity}', "application/json", {"a": None, "b": None, "c": None}),
        (b'{"a": ' + b"9" * 3000 + b"}", "application/json", {"a": None}),
        (b"\xff\xfe", "application/json", {}),
        (b"[" * 100_000, "application/json", {}),
        (b'{"a":' * 100_000, "application/json", {}),
    ],
)
def test_a_body_becomes_values_that_can_be_stored(raw, content_type, value):
    assert request.read(raw, content_type) == value


def test_what_is_nested_too_deep_is_cut():
    value = json.loads('{"a":' * 200 + "1" + "}" * 200)
    found = request.read(json.dumps(value).encode(), "application/json")
    depth = 0
    while isinstance(found, dict):
        found, depth = found["a"], depth + 1
    assert found is None
    assert depth == request.MAX_DEPTH
