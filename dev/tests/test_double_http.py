"""The Slack double's deliveries by HTTP: signed, as slack_sdk verifies it, and sent again as Slack's pages say."""

import time

import pytest
from slack_sdk.signature import SignatureVerifier

from dev.services.ports import free
from dev.services.slack_double import NotAllowed
from dev.services.slack_ears import http_ear, socket_ear, until


@pytest.fixture
def ear(slack):
    """An ear that the app sends everything to; three seconds are a tenth of one."""
    with http_ear(slack) as listening:
        slack.two_way(request_url=listening.url, ack_window=0.3, retry_delays=[0, 0.1, 0.1])
        yield listening


def say(slack, words="hello"):
    return slack.person("ben").post("support", words)["ts"]


def ended(slack, attempts):
    """The attempts, as soon as so many are over."""
    return until(lambda: len([one for one in slack.deliveries() if "failed" in one]) >= attempts, "attempts") and (
        slack.deliveries()
    )


def test_a_delivery_is_signed(slack, ear):
    ts = say(slack)
    headers, payload = ear.waits_for(1)[0]
    assert payload["event"]["ts"] == ts and payload["type"] == "event_callback"
    assert headers["content-type"] == "application/json"
    assert "x-slack-retry-num" not in headers and not ear.forged
    assert ended(slack, 1)[0]["acknowledged"]


def test_another_secret_makes_another_signature(slack, ear):
    ear.verifier = SignatureVerifier("somebody else's")
    say(slack)
    until(lambda: ear.forged == 4, "four forged deliveries")
    assert not ear.heard


def test_a_new_address_is_asked_for_the_challenge(slack, ear):
    def wrong(headers, body):
        return 200, "hello", {}

    ear.take, right = wrong, ear.take
    with pytest.raises(NotAllowed, match="url_not_verified.*challenge_failed"):
        slack.app(request_url=f"{ear.url}/other")
    with pytest.raises(NotAllowed, match="connection_failed"):
        slack.app(request_url=f"http://127.0.0.1:{free()}/")
    ear.take = right
    say(slack)
    ear.waits_for(1)  # the old address still counts


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ((500, "", {}), "http_error"),
        ((404, "", {}), "http_error"),
        (lambda payload: time.sleep(0.5) or (200, "", {}), "http_timeout"),
        ((307, "", {"Location": "/slack"}), "too_many_redirects"),
    ],
    ids=["500", "404", "slow", "round in circles"],
)
def test_what_fails_comes_again_with_number_and_reason(slack, ear, script, reason):
    ear.script = [script] * (3 if reason == "too_many_redirects" else 1)
    say(slack)
    found = ended(slack, 2)
    assert [(one["failed"], one["attempt"], one["retry_reason"]) for one in found[:2]] == [
        (reason, 0, ""),
        ("", 1, reason),
    ]
    headers, payload = ear.heard[-1]
    assert (headers["x-slack-retry-num"], headers["x-slack-retry-reason"]) == ("1", reason)
    assert payload["event_id"] == ear.heard[0][1]["event_id"]


def test_it_comes_three_more_times_and_not_again(slack, ear):
    ear.script = [(500, "", {})] * 9
    say(slack)
    assert [one["attempt"] for one in ended(slack, 4)] == [0, 1, 2, 3]
    time.sleep(0.3)
    assert len(ear.heard) == 4


def test_no_retry_counts_with_an_error_only(slack, ear):
    ear.script = [(500, "", {"X-Slack-No-Retry": "1"})]
    say(slack)
    ended(slack, 1)
    time.sleep(0.2)
    assert len(ear.heard) == 1
    ear.script = [lambda payload: time.sleep(0.5) or (200, "", {"X-Slack-No-Retry": "1"})]
    say(slack)
    ear.waits_for(3)


def test_a_server_that_is_down_is_called_again(slack, ear):
    slack.app(verify_url=False, request_url=f"http://127.0.0.1:{free()}/")
    say(slack)
    assert {one["failed"] for one in ended(slack, 4)} == {"connection_failed"}


def test_with_socket_mode_on_http_gets_nothing_unless_both_are_asked_for(slack, ear):
    slack.app(socket_mode=True)
    with socket_ear(slack) as socket:
        say(slack)
        socket.waits_for("message")
        assert not ear.heard
        slack.app(everywhere=True)
        say(slack, "both")
        socket.waits_for("message", 2)
        ear.waits_for(1)
        slack.redeliver(by=["http", "http", "http", "socket", "socket"])
        ear.waits_for(4)
        socket.waits_for("message", 4)
        assert len({payload["event_id"] for payload in ear.payloads()}) == 1


def test_a_click_is_a_signed_form_and_never_sent_again(slack, ear):
    button = {"type": "button", "action_id": "take", "value": "42", "text": {"type": "plain_text", "text": "Take"}}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    ts = slack.client().chat_postMessage(channel=slack.channels["support"], text="x", blocks=blocks)["ts"]
    ear.waits_for(1)
    ear.script = [(500, "", {})]
    seen = slack.person("ben").click("take", "support", ts)
    assert (seen["ok"], seen["error"]) == (False, "http_error")
    headers, payload = ear.heard[-1]
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert (payload["type"], payload["actions"][0]["value"]) == ("block_actions", "42")
    time.sleep(0.3)
    assert len(ear.heard) == 2
    assert slack.person("ben").click("take", "support", ts)["ok"]


def test_a_command_s_answer_is_shown_to_who_typed_it(slack, ear):
    slack.app(commands=[{"command": "/helpdesk"}])
    ear.script = [(200, '{"text": "3 tickets"}', {"Content-Type": "application/json"})]
    assert slack.person("ben").command("support", "/helpdesk", "mine & more")["ok"]
    sent = ear.payloads()[-1]
    assert (sent["command"], sent["text"], sent["user_id"]) == ("/helpdesk", "mine & more", slack.people["ben"])
    assert [one["text"] for one in slack.person("ben").told()] == ["3 tickets"]
    assert not slack.person("anna").told() and not slack.messages("support")
