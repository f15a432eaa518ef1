"""People, channels, scopes, limits and files of the Slack double, asked for with slack_sdk's WebClient."""

import time
import urllib.request

import pytest
from slack_sdk.errors import SlackApiError

from dev.services.slack_double import NotAllowed
from dev.services.slack_ears import socket_ear, until

PDF = b"%PDF-1.4 nothing"


def fetched(url, token=None):
    """(status, type, bytes, the address it came from) of a download that follows redirects."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(request) as answer:
        return answer.status, answer.headers["Content-Type"], answer.read(), answer.url


# People


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("anna", {"team_id": "T0ACME001", "is_restricted": False, "is_email_confirmed": True, "deleted": False}),
        ("gina", {"is_restricted": True, "is_ultra_restricted": False}),
        ("uma", {"is_restricted": True, "is_ultra_restricted": True}),
        ("mallory", {"team_id": "T0GLOBEX1", "is_stranger": True}),
        ("dora", {"deleted": True}),
        ("otto", {"is_email_confirmed": False}),
        ("zapbot", {"is_bot": True}),
    ],
)
def test_every_sort_of_person_is_told_apart_by_users_info(slack, name, flags):
    user = slack.client().users_info(user=slack.people[name])["user"]
    assert {key: user.get(key) for key in flags} == flags


def test_a_stranger_may_have_a_colleagues_address_and_is_not_found_by_it(slack):
    client = slack.client()
    stranger = client.users_info(user=slack.people["mallory"])["user"]
    assert stranger["profile"]["email"] == "anna@acme.example"
    assert client.users_lookupByEmail(email="Anna@acme.example")["user"]["id"] == slack.people["anna"]
    for email in ("dora@acme.example", "nobody@acme.example", ""):
        with pytest.raises(SlackApiError, match="users_not_found"):
            client.users_lookupByEmail(email=email)


def test_an_address_is_for_who_may_read_it(slack):
    slack.app(scopes=["users:read"])
    assert "email" not in slack.client().users_info(user=slack.people["anna"])["user"]["profile"]
    with pytest.raises(SlackApiError, match="missing_scope") as refused:
        slack.client().users_lookupByEmail(email="anna@acme.example")
    assert (refused.value.response["needed"], refused.value.response["provided"]) == ("users:read.email", "users:read")


def test_a_change_of_a_person_is_told(slack):
    slack.two_way()
    with socket_ear(slack) as ear:
        slack.change_person("ben", deleted=True)
        [gone] = ear.waits_for("user_change")
        assert (gone["user"]["id"], gone["user"]["deleted"]) == (slack.people["ben"], True)
        eve = slack.change_person("eve", email="eve@acme.example", channels=["support"])
        assert ear.waits_for("team_join")[0]["user"]["name"] == "eve"
        assert ear.waits_for("channel_join")[0]["user"] == eve.id
        assert eve.post("support", "hello")["user"] == eve.id
    with pytest.raises(NotAllowed, match="account_inactive"):
        slack.person("ben").post("support", "still here?")
    with pytest.raises(SlackApiError, match="account_inactive"):
        slack.client("xoxp-ben").auth_test()


# The app


def test_a_manifest_says_what_the_app_may(slack):
    manifest = {
        "oauth_config": {"scopes": {"bot": ["chat:write"], "bot_optional": ["files:read"]}},
        "settings": {
            "socket_mode_enabled": True,
            "interactivity": {"is_enabled": True},
            "event_subscriptions": {"bot_events": ["message.channels"]},
        },
        "features": {"shortcuts": [{"name": "Send", "type": "message", "callback_id": "send"}]},
    }
    slack.app(manifest=manifest)
    said = slack.client().auth_test()
    assert said.headers["X-OAuth-Scopes"] == "chat:write,files:read"
    with pytest.raises(SlackApiError, match="missing_scope"):
        slack.client().conversations_history(channel=slack.channels["support"])
    with pytest.raises(NotAllowed, match="no setting frobnicate"):
        slack.app(frobnicate=True)


def test_methods_that_slack_limits_are_limited(slack):
    client, channel = slack.client(), slack.channels["support"]
    ts = client.chat_postMessage(channel=channel, text="root")["ts"]
    slack.limits(**{"conversations.replies": 3})
    for _number in range(3):
        client.conversations_replies(channel=channel, ts=ts)
    with pytest.raises(SlackApiError, match="ratelimited") as limited:
        client.conversations_replies(channel=channel, ts=ts)
    assert limited.value.response.status_code == 429
    assert 50 <= int(limited.value.response.headers["Retry-After"]) <= 60
    client.conversations_history(channel=channel)
    for _number in range(5):
        client.chat_postMessage(channel=channel, text="a burst")
    with pytest.raises(SlackApiError, match="ratelimited"):
        client.chat_postMessage(channel=channel, text="one too many")
    client.chat_postMessage(channel=slack.channels["support-eu"], text="elsewhere")


@pytest.mark.parametrize(
    ("do", "event"),
    [
        ({"do": "archive"}, "channel_archive"),
        ({"do": "rename", "name": "help"}, "channel_rename"),
        ({"do": "new_id"}, "channel_id_changed"),
    ],
)
def test_what_happens_to_a_channel_is_told(slack, do, event):
    slack.two_way()
    with socket_ear(slack) as ear:
        slack.ask("POST", "__channel", {"channel": slack.channels["support"], **do})
        ear.waits_for(event)
    if do["do"] == "archive":
        with pytest.raises(SlackApiError, match="is_archived"):
            slack.client().chat_postMessage(channel=slack.channels["support"], text="x")
    if do["do"] == "new_id":
        with pytest.raises(SlackApiError, match="channel_not_found"):
            slack.client().conversations_info(channel=slack.channels["support"])


# Files


def test_a_file_of_a_person_is_downloaded_by_who_may(slack):
    slack.two_way()
    with socket_ear(slack) as ear:
        slack.person("ben").post("support", "see", files={"log.txt": b"burns"})
        [event] = ear.waits_for("file_share")
        ear.waits_for("file_shared")
    [file] = event["files"]
    assert (file["name"], file["mimetype"], file["size"], file["user"]) == ("log.txt", "text/plain", 5, event["user"])
    assert fetched(file["url_private_download"], slack.token)[:3] == (200, "text/plain", b"burns")
    for token in (None, "xoxb-somebody-else"):
        status, kind, page, _url = fetched(file["url_private_download"], token)
        assert (status, kind.split(";")[0]) == (200, "text/html") and b"Sign in" in page
    slack.app(scopes=["chat:write"])
    assert b"Sign in" in fetched(file["url_private_download"], slack.token)[2]


def test_a_file_without_a_word_and_a_pdf_behind_a_redirect(slack):
    slack.two_way()
    message = slack.person("ben").post("support", files={"bill.pdf": PDF})
    [file] = message["files"]
    assert (message["text"], "blocks" in message) == ("", False) or message.get("blocks") == []
    _status, kind, data, url = fetched(file["url_private"], slack.token)
    assert (kind, data, url) == ("application/pdf", PDF, file["url_private_download"])


def test_a_file_of_a_stranger_is_only_named(slack):
    slack.two_way()
    slack.person("mallory").post("support", "see", files={"a.txt": b"a"})
    [told] = slack.events("message")
    [named] = told["event"]["files"]
    assert named["file_access"] == "check_file_info" and "url_private" not in named
    assert (told["event"]["user_team"], told["is_ext_shared_channel"]) == ("T0GLOBEX1", True)
    whole = slack.client().files_info(file=named["id"])["file"]
    assert fetched(whole["url_private_download"], slack.token)[2] == b"a"


def test_an_upload_of_the_app_appears_in_its_thread_a_moment_later(slack):
    slack.two_way()
    client, channel = slack.client(), slack.channels["support"]
    root = client.chat_postMessage(channel=channel, text="root")["ts"]
    sent = client.files_upload_v2(
        channel=channel, thread_ts=root, filename="a.txt", content="hello", title="A", initial_comment="here"
    )
    assert not sent["files"][0].get("mimetype") and not sent["files"][0].get("shares")
    shared = until(lambda: client.files_info(file=sent["files"][0]["id"])["file"].get("shares"), "shares")
    [share] = shared["public"][channel]
    last = slack.messages("support", root)[-1]
    assert (share["thread_ts"], last["ts"], last["text"]) == (root, share["ts"], "here")
    assert (last["files"][0]["title"], last["files"][0]["mimetype"]) == ("A", "text/plain")
    assert fetched(last["files"][0]["url_private_download"], slack.token)[2] == b"hello"


def test_an_upload_can_be_accepted_and_never_appear(slack):
    slack.two_way()
    slack.fault("unshared", "files.completeUploadExternal")
    channel = slack.channels["support"]
    sent = slack.client().files_upload_v2(channel=channel, filename="a.txt", content="hello")
    time.sleep(0.5)  # three times what it takes to share one
    file = slack.client().files_info(file=sent["files"][0]["id"])["file"]
    assert sent["ok"] and "shares" not in file and not slack.messages("support")


def test_an_upload_of_another_length_or_none_is_refused(slack):
    slack.two_way()
    client = slack.client()
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.files_getUploadURLExternal(filename="a.txt", length=0)
    begun = client.files_getUploadURLExternal(filename="a.txt", length=5)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(begun["upload_url"], b"four")
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": begun["file_id"]}])


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"mode": "login"}, (200, "text/html")),
        ({"mode": "500"}, 500),
        ({"mode": "redirect", "to": "{url}/__info"}, (200, "application/json")),
    ],
    ids=["login page", "500", "led elsewhere"],
)
def test_a_download_goes_wrong_on_demand(slack, fault, seen):
    slack.two_way()
    [file] = slack.person("ben").post("support", "see", files={"log.txt": b"burns"})["files"]
    to = {"to": fault["to"].format(url=slack.url)} if "to" in fault else {}
    slack.fault(**{**fault, **to}, method="file")
    if isinstance(seen, int):
        with pytest.raises(urllib.error.HTTPError) as error:
            fetched(file["url_private_download"], slack.token)
        assert error.value.code == seen
    else:
        status, kind, _data, _url = fetched(file["url_private_download"], slack.token)
        assert (status, kind.split(";")[0]) == seen
    assert fetched(file["url_private_download"], slack.token)[2] == b"burns"
    assert len(slack.calls("file")) == 2


def test_a_deleted_file_leaves_a_stone_in_its_message(slack):
    slack.two_way()
    message = slack.person("ben").post("support", "see", files={"log.txt": b"burns"})
    slack.person("ben").act("delete_file", file=message["files"][0]["id"])
    assert slack.messages("support")[0]["files"] == [{"id": message["files"][0]["id"], "mode": "tombstone"}]
    with pytest.raises(SlackApiError, match="file_not_found"):
        slack.client().files_info(file=message["files"][0]["id"])


def test_it_listens_on_this_machine_only(slack):
    import psutil

    held = [one for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.laddr.port == slack.port]
    assert {one.laddr.ip for one in held} == {"127.0.0.1"}
