"""Socket Mode of the Slack double, with slack_sdk's builtin client at the other end."""

import json
import time
from contextlib import ExitStack, contextmanager

import pytest
import websocket
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from dev.services.slack_ears import socket_ear, until


@pytest.fixture(autouse=True)
def listening(slack):
    """An app with Socket Mode on and a short memory: three seconds are a tenth of one."""
    slack.two_way(ack_window=0.3, retry_delays=[0, 0.2, 0.2])


@contextmanager
def raw_socket(slack):
    """A connection that does nothing by itself: slack_sdk takes a new one as soon as it is warned."""
    web = WebClient(base_url=slack.api_url)
    socket = websocket.create_connection(web.apps_connections_open(app_token=slack.app_token)["url"], timeout=5)
    try:
        yield socket
    finally:
        socket.close()


def say(slack, words="hello"):
    return slack.person("ben").post("support", words)["ts"]


def test_a_connection_begins_with_hello(slack):
    with socket_ear(slack) as ear:
        [hello] = ear.control("hello")
        assert hello["connection_info"]["app_id"] == "A0HELPDESK"
        assert (hello["num_connections"], hello["debug_info"]["approximate_connection_time"]) == (1, 18060)
        assert len(slack.sockets()) == 1
    until(lambda: not slack.sockets(), "the connection to be gone")


def test_an_acknowledged_event_comes_once_in_an_envelope_of_its_own(slack):
    with socket_ear(slack) as ear:
        ts = say(slack)
        [event] = ear.waits_for("message")
        assert event["ts"] == ts
        [envelope] = ear.control("events_api")
        assert (envelope["accepts_response_payload"], envelope["retry_attempt"], envelope["retry_reason"]) == (
            False,
            0,
            "",
        )
        payload = envelope["payload"]
        # The channel is shared by Globex: only the authorization names the workspace in which the app is installed.
        assert (payload["type"], payload["team_id"], payload["api_app_id"]) == (
            "event_callback",
            "T0GLOBEX1",
            "A0HELPDESK",
        )
        authorization = payload["authorizations"][0]
        assert (authorization["team_id"], authorization["user_id"]) == ("T0ACME001", "U0HELPDESK")
        assert payload["event_id"].startswith("Ev")
        until(lambda: slack.deliveries()[-1].get("acknowledged"), "the acknowledgement")
        time.sleep(0.5)
        assert len(ear.heard) == 1


def test_an_event_that_nobody_acknowledges_comes_again_and_then_no_more(slack):
    with socket_ear(slack) as ear:
        ear.answer = lambda request: False
        say(slack)
        until(lambda: len([one for one in slack.deliveries() if "failed" in one]) == 4, "four attempts")
        told = ear.control("events_api")
        assert [one["retry_attempt"] for one in told] == [0, 1, 2, 3]
        assert [one["retry_reason"] for one in told] == ["", "timeout", "timeout", "timeout"]
        assert len({one["payload"]["event_id"] for one in told}) == 1
        assert len({one["envelope_id"] for one in told}) == 4


def test_a_late_acknowledgement_does_not_stop_the_second_copy(slack):
    with socket_ear(slack) as ear:
        ear.answer = lambda request: time.sleep(0.45) if not request.retry_attempt else None
        say(slack)
        until(lambda: len(ear.heard) >= 2, "the second copy")
        assert ear.heard[0].payload["event_id"] == ear.heard[1].payload["event_id"]


def test_each_payload_goes_to_one_connection_and_to_another_when_that_one_breaks(slack):
    with socket_ear(slack) as one, socket_ear(slack) as other:
        for number in range(6):
            say(slack, f"{number}")
        until(lambda: len(one.heard) + len(other.heard) == 6, "six events")
        assert len(one.heard) == len(other.heard) == 3
        one.answer = other.answer = lambda request: False
        say(slack, "kept in mind")
        [holder] = until(lambda: [ear for ear in (one, other) if len(ear.heard) == 4], "it at one ear")
        rest = other if holder is one else one
        rest.answer = lambda request: None
        slack.sockets("drop", id=holder.connection)
        until(lambda: rest.heard[-1].payload["event"]["text"] == "kept in mind", "it at the other ear")


def test_an_event_with_nobody_there_is_tried_again_as_soon_as_somebody_is(slack):
    slack.app(retry_delays=[0, 0.5, 0.5])
    say(slack)
    with socket_ear(slack) as ear:
        [event] = ear.waits_for("message")
        assert event["text"] == "hello"
        assert ear.control("events_api")[0]["retry_attempt"] >= 1


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "too_many_websockets"])
def test_slack_says_why_it_ends_a_connection(slack, reason):
    with raw_socket(slack) as socket:
        socket.recv()
        slack.sockets(reason)
        said = json.loads(socket.recv())
        assert (said["type"], said["reason"]) == ("disconnect", reason)
        assert socket.recv() == ""
    assert not slack.sockets()


def test_a_warning_comes_some_seconds_before_the_end(slack):
    with raw_socket(slack) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
        slack.sockets("warning", grace=0.3)
        assert json.loads(socket.recv())["reason"] == "warning"
        say(slack)
        envelope = json.loads(socket.recv())
        assert envelope["payload"]["event"]["text"] == "hello"
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        assert json.loads(socket.recv())["reason"] == "refresh_requested"
        assert socket.recv() == ""
    assert not slack.sockets()


def test_slack_sdk_comes_back_by_itself_after_a_refresh(slack):
    with socket_ear(slack, auto_reconnect_enabled=True, ping_interval=0.1) as ear:
        slack.sockets("refresh_requested")
        until(lambda: len(ear.control("hello")) == 2, "a second hello")
        until(lambda: len(slack.sockets()) == 1, "one connection")
        say(slack)
        ear.waits_for("message")


def test_the_eleventh_connection_is_one_too_many(slack):
    with ExitStack() as many:
        for number in range(1, 11):
            hello = json.loads(many.enter_context(raw_socket(slack)).recv())
            assert (hello["type"], hello["num_connections"]) == ("hello", number)
        last = many.enter_context(raw_socket(slack))
        said = json.loads(last.recv())
        assert (said["type"], said["reason"]) == ("disconnect", "too_many_websockets")
        assert last.recv() == ""
        assert len(slack.sockets()) == 10


def test_an_address_is_good_for_one_connection(slack):
    with socket_ear(slack) as ear:
        used = ear.client.wss_uri
        with pytest.raises(AssertionError, match="never seen: hello"):
            second = type(ear)(slack)
            second.client.wss_uri = used
            try:
                second.client.connect()
                assert not second.client.is_connected()
                until(lambda: second.control("hello"), "hello", patience=0.3)
            finally:
                second.client.close()


def test_a_deaf_connection_answers_pings_and_hears_nothing(slack):
    with socket_ear(slack) as ear:
        slack.sockets("deaf")
        asked = ear.client.current_session.last_ping_pong_time
        say(slack, "unheard")
        until(lambda: ear.client.current_session.last_ping_pong_time != asked, "a pong")
        assert ear.client.is_connected() and not ear.heard
        assert [one["failed"] for one in slack.deliveries()] == ["lost"], "Slack does not try again"
        slack.sockets("hear")
        say(slack, "heard")
        assert [event["text"] for event in ear.waits_for("message")] == ["heard"]


def test_a_silent_connection_does_not_even_answer_pings(slack):
    with socket_ear(slack, ping_interval=0.1) as ear:
        slack.sockets("silent")
        time.sleep(0.2)
        asked = ear.client.current_session.last_ping_pong_time
        say(slack, "unheard")
        time.sleep(0.3)
        assert not ear.heard
        session = ear.client.current_session
        assert session is None or session.last_ping_pong_time == asked


def test_an_acknowledgement_into_a_silent_connection_does_not_arrive(slack):
    slack.app(retry_delays=[])
    with raw_socket(slack) as socket:
        socket.recv()
        say(slack)
        envelope = json.loads(socket.recv())
        slack.sockets("silent")
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        assert until(lambda: slack.deliveries()[0].get("failed"), "its end") == "http_timeout"


def test_a_connection_that_drops_says_nothing(slack):
    with socket_ear(slack) as ear:
        slack.sockets("drop")
        until(lambda: not slack.sockets(), "its end")
        assert not ear.control("disconnect")


def test_only_the_app_s_own_token_opens_a_connection(slack):
    for token, error in ((slack.token, "not_allowed_token_type"), ("xapp-1-somebody", "invalid_auth")):
        with pytest.raises(SlackApiError, match=error):
            slack.client(token).apps_connections_open(app_token=token)
    slack.uninstall()
    with pytest.raises(SlackApiError, match="invalid_auth"):
        slack.client().apps_connections_open(app_token=slack.app_token)
    with pytest.raises(SlackApiError, match="token_revoked"):
        slack.client().auth_test()


def test_with_socket_mode_off_a_connection_ends_at_once(slack):
    slack.app(socket_mode=False)
    with socket_ear(slack) as ear:
        assert ear.control("disconnect")[0]["reason"] == "link_disabled"


@pytest.mark.parametrize(
    ("mode", "heard"), [("lost", ["two"]), ("twice", ["one", "one", "two"]), ("late", ["two", "one"])]
)
def test_an_event_can_be_lost_doubled_or_overtaken(slack, mode, heard):
    with socket_ear(slack) as ear:
        slack.fault(mode, method="event:message", match="one", **({"delay": 300} if mode == "late" else {}))
        say(slack, "one")
        say(slack, "two")
        ear.waits_for("message", len(heard))
        assert [event["text"] for event in ear.events("message")] == heard


def test_an_event_can_be_delivered_again_by_name(slack):
    with socket_ear(slack) as ear:
        say(slack)
        ear.waits_for("message")
        again = slack.redeliver(times=2)
        until(lambda: len(ear.heard) == 3, "two more")
        assert {one.payload["event_id"] for one in ear.heard} == {again["event_id"]}


@pytest.mark.parametrize(
    ("change", "heard"),
    [
        ({"events": ["message.groups"]}, 0),
        ({"events": ["message.channels"]}, 1),
        ({"scopes": ["chat:write"]}, 0),
        ({"scopes": ["channels:history"]}, 1),
    ],
    ids=["not subscribed", "subscribed", "without the scope", "with it"],
)
def test_the_app_hears_what_it_subscribed_to_and_may_read(slack, change, heard):
    slack.app(**change)
    say(slack)
    assert len(slack.events("message")) == heard


def test_the_app_hears_nothing_of_channels_its_bot_is_not_in(slack):
    slack.person("ben").post("managers", "secret")
    assert not slack.events()
    slack.person("ben").act("leave", channel="support", user="helpdesk")
    slack.person("ben").post("support", "unheard")
    told = [one["event"] for one in slack.events()]
    assert [(one["type"], one.get("subtype")) for one in told] == [
        ("member_left_channel", None),
        ("message", "channel_leave"),
    ]


def test_a_direct_message_to_the_bot_and_another_app_s_bot_are_told_apart(slack):
    channel = slack.person("ben").act("open_dm", **{"with": "helpdesk"})["channel"]
    slack.person("ben").post(channel, "psst")
    slack.person("zapbot").post("support", "zapped")
    direct, other = [one["event"] for one in slack.events("message")]
    assert (direct["channel_type"], direct["text"]) == ("im", "psst")
    assert other["bot_id"] not in (None, "B0HELPDESK") and other["app_id"] != "A0HELPDESK"
    assert "client_msg_id" in direct and "client_msg_id" not in other
