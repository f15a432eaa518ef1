"""What is lost without a scope, and what Slack said that a token may do."""

import pytest

from tools.slack import response, scopes

ALL = ",".join(one for needed in scopes.NEEDED.values() for one in needed)


@pytest.mark.parametrize(
    ("header", "lost"),
    [
        ("", ()),
        (None, ()),
        (" , ,", ()),
        (ALL, ()),
        (ALL + ",im:write,identify", ()),
        (ALL.replace(",files:read", ""), (("files", ("files:read",)),)),
        (ALL.replace("users:read,", ""), (("people", ("users:read",)),)),
        (ALL.replace("groups:history,", ""), (("history", ("groups:history",)),)),
        (
            " chat:write , users:read,users:read.email,channels:history,groups:history, channels:read,groups:read",
            (("files", ("files:read",)), ("commands", ("commands",)), ("reactions", ("reactions:read",))),
        ),
    ],
)
def test_each_missing_scope_takes_away_one_thing(header, lost):
    assert scopes.lost(header) == lost


@pytest.mark.parametrize("what", scopes.NEEDED)
def test_every_scope_is_missed(what):
    granted = set(ALL.split(",")) - set(scopes.NEEDED[what])
    assert scopes.lost(",".join(sorted(granted))) == ((what, scopes.NEEDED[what]),)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, ""),
        ({"X-OAuth-Scopes": "chat:write,users:read"}, "chat:write,users:read"),
        ({"x-oauth-scopes": "chat:write"}, "chat:write"),
        ({"x-oauth-scopes": "a\0b"}, "a\N{REPLACEMENT CHARACTER}b"),
        ({"x-oauth-scopes": "x" * 5000}, "x" * 1000),
        ({"x-oauth-scopes": ["chat:write"]}, "['chat:write']"),
    ],
)
def test_an_answer_says_what_the_token_may_do(headers, found):
    assert response.from_response(200, headers, {"ok": True}).scopes == found
