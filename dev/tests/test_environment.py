"""The environment does what the other tests believe it does."""

import os
import smtplib
import socket
import time
import urllib.error
import urllib.request
from email.message import EmailMessage
from http.client import RemoteDisconnected

import pytest
from slack_sdk.errors import SlackApiError

from dev.paths import checkout_name
from dev.services import database, postgres
from dev.services.maildev import maildev
from dev.services.odoo_server import odoo_server
from dev.services.ports import free
from dev.services.smtp_inlet import smtp_inlet
from dev.services.tcp_proxy import tcp_proxy


def a_mail(recipient, subject="Printer on fire"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "customer@example.com", recipient, subject
    message.set_content("It burns.")
    return message


# Email


def test_an_email_accepted_by_smtp_is_in_the_mailbox_and_takes_a_keyword(mailboxes):
    with smtp_inlet(mailboxes) as inlet:
        inlet.send(a_mail("support@acme.example"))
        connection = mailboxes.imap("support@acme.example")
        assert connection.search(None, "UNKEYWORD", "X-HELPDESK") == ("OK", [b"1"])
        connection.store("1", "+FLAGS", "X-HELPDESK")
        assert connection.search(None, "UNKEYWORD", "X-HELPDESK") == ("OK", [b""])
        assert inlet.taken == 1


def test_an_email_to_a_stranger_is_refused(mailboxes):
    with smtp_inlet(mailboxes) as inlet, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        inlet.send(a_mail("nobody@acme.example"))
    assert refused.value.recipients["nobody@acme.example"][0] == 550


def test_maildev_shows_what_it_took():
    with maildev() as server:
        with smtplib.SMTP("127.0.0.1", server.smtp_port) as smtp:
            smtp.send_message(a_mail("anybody@example.com"))
        assert [mail["subject"] for mail in server.messages()] == ["Printer on fire"]


# Slack


def test_the_slack_double_stores_a_thread_and_shows_it(slack):
    client, channel = slack.client(), slack.channels["support"]
    root = client.chat_postMessage(channel=channel, text="[#42] Printer on fire")
    client.chat_postMessage(channel=channel, text="Taken by Anna", thread_ts=root["ts"])
    thread = slack.messages("support", root["ts"])
    assert [message["text"] for message in thread] == ["[#42] Printer on fire", "Taken by Anna"]
    with urllib.request.urlopen(slack.page("support")) as page:
        assert "Printer on fire" in page.read().decode()
    posted = slack.calls("chat.postMessage")
    assert [(call["channel"], call["status"]) for call in posted] == [(channel, 200)] * 2


def test_a_link_to_a_message_leads_to_the_double_and_nowhere_else(slack):
    channel = slack.channels["support"]
    root = slack.client().chat_postMessage(channel=channel, text="[#42] Printer on fire")
    home = slack.client().auth_test()["url"]
    assert home == f"{slack.url}/"
    with urllib.request.urlopen(f"{home}archives/{channel}/p{root['ts'].replace('.', '')}") as page:
        assert page.url == f"{slack.page('support')}#{root['ts']}"
        assert "Printer on fire" in page.read().decode()


def test_a_reset_forgets_everything(slack):
    slack.client().chat_postMessage(channel=slack.channels["support"], text="old")
    slack.reset()
    assert not slack.messages("support")
    assert not slack.calls("chat.postMessage")


def test_only_the_team_s_tokens_are_valid(slack):
    assert slack.client().auth_test()["user_id"] == "U0HELPDESK"
    with pytest.raises(SlackApiError, match="invalid_auth"):
        slack.client("xoxb-somebody-else").auth_test()


def test_the_bot_is_in_its_channels_only(slack):
    slack.client().chat_postMessage(channel=slack.channels["escalations"], text="hello")
    for name, error in (("random", "not_in_channel"), ("managers", "channel_not_found")):
        with pytest.raises(SlackApiError, match=error):
            slack.client().chat_postMessage(channel=slack.channels[name], text="hello")


def post(slack, **options):
    client = slack.client(**options)
    return client.chat_postMessage(channel=slack.channels["support"], text="hello")


@pytest.mark.parametrize(
    ("fault", "error", "stored"),
    [
        ({"mode": "429", "retry_after": 7}, SlackApiError, 0),
        ({"mode": "500"}, SlackApiError, 0),
        ({"mode": "error", "error": "is_archived"}, SlackApiError, 0),
        ({"mode": "drop_before"}, (RemoteDisconnected, ConnectionResetError), 0),
        ({"mode": "drop_after"}, (RemoteDisconnected, ConnectionResetError), 1),
        ({"mode": "slow", "delay": 1500}, TimeoutError, 1),
        ({"mode": "hang"}, TimeoutError, 0),
        ({"mode": "refuse", "seconds": 0.5}, urllib.error.URLError, 0),
        ({"mode": "silent_drop"}, None, 0),
    ],
    ids=lambda value: value["mode"] if isinstance(value, dict) else "",
)
def test_a_fault_fails_one_call_the_way_it_says(slack, fault, error, stored):
    slack.fault(**fault, method="chat.postMessage")
    if error:
        with pytest.raises(error):
            post(slack, timeout=1)
    else:
        assert post(slack)["ts"]
    time.sleep(0.6 if fault["mode"] == "refuse" else 0)
    assert len(slack.messages("support")) == stored
    assert post(slack)["ok"], "the fault was for one call"


def test_a_429_says_when_to_come_back(slack):
    slack.fault("429", retry_after=7)
    with pytest.raises(SlackApiError) as error:
        post(slack)
    assert error.value.response.headers["Retry-After"] == "7"


def test_answers_can_be_delayed(slack):
    slack.delay(200)
    started = time.monotonic()
    post(slack)
    assert 0.2 <= time.monotonic() - started < 10


def test_a_caller_killed_in_the_middle_of_a_call_takes_nobody_along(slack):
    with socket.create_connection(("127.0.0.1", slack.port)) as caller:
        caller.sendall(b"POST /api/chat.postMessage HTTP/1.1\r\nHost: slack\r\nContent-Length: 100\r\n\r\n{")
    assert post(slack)["ok"]


# Wires


def test_a_wire_whose_server_restarts_carries_again_afterwards():
    port = free()
    with tcp_proxy(port) as wire:
        with socket.create_connection((wire.host, wire.port), timeout=5) as refused:
            assert refused.recv(1) == b"", "nobody is there yet"
        with socket.create_server((wire.host, port)) as server:
            with socket.create_connection((wire.host, wire.port), timeout=5) as client:
                server.settimeout(5)
                served, _address = server.accept()
                with served:
                    served.sendall(b"hello")
                    assert client.recv(5) == b"hello"


# Odoo and its database


def test_two_checkouts_of_the_same_name_are_kept_apart(tmp_path):
    one, other = tmp_path / "a" / "bridge", tmp_path / "b" / "bridge"
    for checkout in (one, other):
        checkout.mkdir(parents=True)
    assert checkout_name(one) != checkout_name(other)
    assert checkout_name(one).startswith("bridge-")


def test_postgres_stops_when_its_last_user_leaves(tmp_path, monkeypatch):
    # A cluster of its own: somebody else may be using the checkout's.
    monkeypatch.setattr(postgres, "STATE", tmp_path)
    monkeypatch.setattr(postgres, "HOME", tmp_path / "postgres")
    monkeypatch.setattr(postgres, "CLUSTER", tmp_path / "postgres/data")
    monkeypatch.setattr(postgres, "LOG", tmp_path / "postgres/log")
    with postgres.postgres():
        with postgres.postgres():
            assert postgres.sql("SELECT 1") == ["1"]
        assert postgres.is_running()
    assert not postgres.is_running()


def test_a_server_on_a_copy_of_the_template_answers_rpc():
    # Two runs may be under way, each with a database of its own.
    mine = database.of_this_run("test_", "environment")
    with database.database(mine, addons=()) as name, odoo_server(name, name="odoo-environment") as odoo:
        assert odoo.rpc("res.users", "search_count", [("login", "=", "admin")]) == 1
        assert os.getpgid(odoo.pid) == odoo.pid, "it leads a group of its own"
