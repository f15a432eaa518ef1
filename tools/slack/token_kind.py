"""Recognizes which kind of Slack secret was pasted where a bot token is expected.

Slack's own list: https://docs.slack.dev/authentication/tokens
"""

import re

#: How a secret begins -> what it is.
BEGINNINGS = {
    "xoxp-": "user",
    "xapp-": "app",
    "xoxe.": "rotating",
    "xoxe-": "rotating",
    "xoxa-": "legacy",
    "xoxr-": "legacy",
    "xoxo-": "legacy",
    "xoxs-": "legacy",
    "xoxc-": "browser",
    "xoxd-": "browser",
    "http": "address",
}
BOT = "bot"
#: Client secret, signing secret and verification token look alike.
SECRET = re.compile(r"[0-9a-f]{32}|[A-Za-z0-9]{24}", re.ASCII)
APP_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]{5,})-", re.ASCII)


def is_in(text):
    """Whether a text contains a secret, and so must not be shown or logged."""
    return any(kind(word) not in ("unknown", "address") for word in re.split(r"[\s\"'=:,;<>]+", text))


def app_of(token):
    """The id of the app that an app-level token belongs to (``xapp-1-A0…-…``); empty if it does not say so."""
    found = APP_TOKEN.match(token or "")
    return found[1] if found else ""


def kind(token):
    """The kind of a token: ``bot`` is the right one, ``unknown`` is nothing that Slack issues."""
    if token.startswith("xoxb-"):
        return BOT
    for beginning, found in BEGINNINGS.items():
        if token.startswith(beginning):
            return found
    return "secret" if SECRET.fullmatch(token) else "unknown"
