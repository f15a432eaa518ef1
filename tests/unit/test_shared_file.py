"""Which files come along, from where, and that a login page is not one of them."""

import pytest

from tools.slack import shared_file
from tools.slack.response import Answer

API = "https://slack.com/api/"
FILE = {
    "id": "F0FILE0001",
    "name": "log.txt",
    "mimetype": "text/plain",
    "mode": "hosted",
    "size": 12,
    "url_private": "https://files.slack.com/files-pri/T1-F1/log.txt",
    "url_private_download": "https://files.slack.com/files-pri/T1-F1/download/log.txt",
    "permalink": "https://acme.slack.com/files/U1/F1/log.txt",
}


@pytest.mark.parametrize(
    ("values", "fate"),
    [
        ({}, ""),
        ({"mode": "snippet"}, ""),
        ({"size": None}, ""),
        ({"size": shared_file.MAX_FILE}, ""),
        ({"size": shared_file.MAX_FILE + 1}, "too_large"),
        ({"mode": "external", "is_external": True}, "elsewhere"),
        ({"url_private": None, "url_private_download": None}, "elsewhere"),
        ({"mode": "tombstone"}, "gone"),
        ({"mode": "hidden_by_limit"}, "hidden"),
        # What is downloaded of these is a page: it looks like the page that asks to log in.
        ({"mode": "quip", "filetype": "quip", "mimetype": "application/vnd.slack-docs"}, "in_slack"),
        ({"filetype": "canvas", "mimetype": "application/vnd.slack-docs"}, "in_slack"),
        ({"filetype": "list", "mimetype": "application/vnd.slack-list"}, "in_slack"),
        ({"mode": "space", "filetype": "space", "mimetype": "text/plain"}, "in_slack"),
        ({"mode": "tombstone", "filetype": "quip"}, "gone"),
        ({"mode": ["quip"], "filetype": {"a": 1}}, ""),
    ],
)
def test_what_is_known_beforehand(values, fate):
    assert shared_file.shared_file({**FILE, **values}).fate == fate


def test_the_files_of_what_is_forwarded_come_along_once():
    other = {**FILE, "id": "F0FILE0002"}
    shared = {"is_share": True, "files": [FILE, other]}
    message = {"files": [FILE], "attachments": [shared, {"is_share": False, "files": [{**FILE, "id": "F3"}]}, None]}
    assert [one.ref for one in shared_file.files_of(message)] == ["F0FILE0001", "F0FILE0002"]
    assert [one.ref for one in shared_file.files_of({"attachments": [shared]})] == ["F0FILE0001", "F0FILE0002"]
    many = [{**FILE, "id": f"F{number:09}"} for number in range(50)]
    assert len(shared_file.files_of({"attachments": [{"is_share": True, "files": many}]})) == shared_file.MOST
    assert shared_file.files_of({"attachments": [{"is_share": True, "files": {"id": "F1"}}]}) == []


def test_a_file_of_slack_connect_has_to_be_asked_for():
    [found] = shared_file.files_of({"files": [{"id": "F1", "file_access": "check_file_info"}]})
    assert (found.must_ask, found.fate, found.ref) == (True, "", "F1")


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Answer(error="file_not_found"), "gone"),
        (Answer(error="file_deleted"), "gone"),
        (Answer(error="missing_scope"), "not_allowed"),
        (Answer(error="ratelimited", status=429), "later"),
        (Answer(error="ratelimited", status=429, retry_after=30), "later"),
        (Answer(error="ratelimited"), "later"),
        (Answer(error="internal_error"), "later"),
        (Answer(error="fatal_error", status=500), "later"),
        (Answer(error="service_unavailable", status=503), "later"),
        (Answer(error="bad_answer", status=502), "later"),
        (Answer(error="no_answer", status=0), "later"),
        (Answer(error="connection_failed", status=0), "later"),
        (Answer(error="token_revoked"), "later"),
        (Answer(error="team_added_to_org"), "later"),
        (Answer(error="what_nobody_knows"), "broken"),
    ],
)
def test_what_slack_says_of_a_file_that_was_asked_for(answer, fate):
    assert shared_file.fate_of_answer(answer) == fate


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\x00\nb", "a_b"),
        ("", "file"),
        (None, "file"),
        ("x" * 500, "x" * 200),
    ],
)
def test_names(name, shown):
    assert shared_file.shared_file({**FILE, "name": name, "title": ""}).name == shown


@pytest.mark.parametrize("files", [None, {}, "x", [None, 7, "F1"]])
def test_what_is_no_file_is_none(files):
    assert shared_file.files_of({"files": files}) == []


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://files.slack.com/x", True),
        ("https://slack.com/x", True),
        ("https://files.slack.com:443/x", True),
        ("http://files.slack.com/x", False),
        ("https://files.slack.com:8443/x", False),
        ("https://files.slack.com.evil.example/x", False),
        ("https://evilslack.com/x", False),
        ("https://evil.example/files.slack.com", False),
        ("https://files.slack.com@evil.example/", False),
        ("https://user:pass@files.slack.com/", False),
        ("https://evil.example\\@files.slack.com/", False),
        ("https://files.slack.com/ x", False),
        ("//files.slack.com/x", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1/x", False),
        ("http://169.254.169.254/latest", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_where_the_token_may_go(url, may):
    assert shared_file.may_get_token(url, API) is may


def test_a_double_on_this_machine_hands_out_its_own_files_only():
    api = "http://127.0.0.1:4003/api/"
    assert shared_file.may_get_token("http://127.0.0.1:4003/files/x", api)
    assert not shared_file.may_get_token("http://127.0.0.1:8069/x", api)
    assert not shared_file.may_get_token("http://127.0.0.1:4003/x", API)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/other", "https://files.slack.com/other"),
        ("https://slack-files.acme.slack.com/x", "https://slack-files.acme.slack.com/x"),
        ("https://evil.example/x", ""),
        ("http://files.slack.com/x", ""),
        ("//evil.example/x", ""),
        ("https://[::1", ""),
        ("", "https://files.slack.com/a"),
    ],
)
def test_where_a_redirect_may_lead(location, target):
    assert shared_file.redirected("https://files.slack.com/a", location, API) == target


@pytest.mark.parametrize(
    ("values", "status", "content_type", "size", "fate"),
    [
        ({}, 200, "text/plain", 12, "fetched"),
        ({"size": 0}, 200, "text/plain", 99, "fetched"),
        ({}, 200, "text/plain", 7, "later"),
        ({}, 200, "text/html; charset=utf-8", 12, "login_page"),
        ({"mimetype": "text/html"}, 200, "text/html", 12, "fetched"),
        ({"mimetype": "text/html"}, 200, "text/html", 45_000, "login_page"),
        ({}, 403, "text/html", 5, "not_allowed"),
        ({}, 404, "", 0, "gone"),
        ({}, 429, "", 0, "later"),
        ({}, 503, "", 0, "later"),
        ({}, 206, "text/plain", 12, "broken"),
    ],
)
def test_what_came(values, status, content_type, size, fate):
    assert shared_file.judge(shared_file.shared_file({**FILE, **values}), status, content_type, size) == fate
