"""How soon replies arrive, and what is wrong with the way."""

import pytest

from tools.slack.socket_state import GONE_AFTER
from tools.slack.way_back import CATCH_UP_LATE, Speed, WayBack, is_broken, needs_attention

PEOPLE, HISTORY, FILES = (("people", ("users:read",)),), (("history", ("groups:history",)),), (("files", ("x",)),)
ASKING = {"is_wanted": True, "has_token": True, "caught_up": 30}
SOCKET = {**ASKING, "has_app_token": True, "socket": "connected", "listener_seen": 20}
HTTP = {**ASKING, "has_secret": True, "is_verified": True}

TABLE = {
    "nothing": ({}, Speed.OFF, "", False, False),
    "off, though all is set up": ({**SOCKET, "is_wanted": False}, Speed.OFF, "", False, False),
    "off, and broken": ({**SOCKET, "is_wanted": False, "socket": "refused"}, Speed.OFF, "", False, False),
    "no token": ({**ASKING, "has_token": False}, Speed.NEVER, "no_token", False, False),
    "asking": (ASKING, Speed.MINUTE, "", False, False),
    "never asked yet": ({**ASKING, "caught_up": None}, Speed.MINUTE, "", False, False),
    "asked a while ago": ({**ASKING, "caught_up": CATCH_UP_LATE}, Speed.MINUTE, "", False, False),
    "asked too long ago": ({**ASKING, "caught_up": CATCH_UP_LATE + 1}, Speed.MINUTE, "late", True, True),
    "Slack refused to answer": ({**ASKING, "may_not_ask": True}, Speed.MINUTE, "may_not_ask", False, True),
    "Slack has refused for long": (
        {**ASKING, "may_not_ask": True, "caught_up": 9999},
        *(Speed.MINUTE, "may_not_ask", True, True),
    ),
    "socket, Slack refused to answer": ({**SOCKET, "may_not_ask": True}, Speed.SECOND, "may_not_ask", False, True),
    "socket refused, and asked long ago": (
        {**SOCKET, "socket": "refused", "caught_up": 9999},
        *(Speed.MINUTE, "refused", True, True),
    ),
    "may not ask": ({**ASKING, "lost": HISTORY}, Speed.NEVER, "history", True, True),
    "may not look people up": ({**ASKING, "lost": PEOPLE}, Speed.NEVER, "people", True, True),
    "may not copy files": ({**ASKING, "lost": FILES}, Speed.MINUTE, "", False, False),
    "socket": (SOCKET, Speed.SECOND, "", False, False),
    "socket, may not ask": ({**SOCKET, "lost": HISTORY}, Speed.SECOND, "history", False, True),
    "socket, may not look people up": ({**SOCKET, "lost": PEOPLE}, Speed.NEVER, "people", True, True),
    "socket, asked too long ago": ({**SOCKET, "caught_up": 9999}, Speed.SECOND, "late", False, True),
    "socket reconnects": ({**SOCKET, "socket": "reconnecting"}, Speed.MINUTE, "reconnecting", False, False),
    "socket is not open yet": ({**SOCKET, "socket": "off"}, Speed.MINUTE, "reconnecting", False, False),
    "socket refused": ({**SOCKET, "socket": "refused"}, Speed.MINUTE, "refused", False, True),
    "socket deaf": ({**SOCKET, "socket": "deaf"}, Speed.MINUTE, "deaf", False, True),
    "no listener": ({**SOCKET, "socket": "off", "listener_seen": None}, Speed.MINUTE, "not_listened", False, True),
    "listener just seen": ({**SOCKET, "listener_seen": GONE_AFTER}, Speed.SECOND, "", False, False),
    "listener is gone": ({**SOCKET, "listener_seen": GONE_AFTER + 1}, Speed.MINUTE, "not_listened", False, True),
    "listener is gone, refused before": (
        {**SOCKET, "socket": "refused", "listener_seen": 9999},
        *(Speed.MINUTE, "not_listened", False, True),
    ),
    "a socket without its token": ({**SOCKET, "has_app_token": False}, Speed.MINUTE, "", False, False),
    "http": (HTTP, Speed.SECOND, "", False, False),
    "http, not verified": ({**HTTP, "is_verified": False}, Speed.MINUTE, "not_verified", False, True),
    "http, nothing is delivered": ({**HTTP, "is_unheard": True}, Speed.MINUTE, "not_delivered", False, True),
    "http, nothing is delivered, though the socket works": (
        {**HTTP, **SOCKET, "is_unheard": True},
        Speed.SECOND,
        "",
        False,
        False,
    ),
    "http, not verified, nothing is delivered": (
        {**HTTP, "is_verified": False, "is_unheard": True},
        *(Speed.MINUTE, "not_verified", False, True),
    ),
    "http, secret removed, nothing was delivered": (
        {**HTTP, "has_secret": False, "is_unheard": True},
        *(Speed.MINUTE, "", False, False),
    ),
    "http, secret removed": ({**HTTP, "has_secret": False}, Speed.MINUTE, "", False, False),
    "both, the socket works": ({**HTTP, **SOCKET}, Speed.SECOND, "", False, False),
    "both, the socket does not": ({**HTTP, **SOCKET, "socket": "refused"}, Speed.MINUTE, "refused", False, True),
    "http, may not ask, asked never": (
        {**HTTP, "lost": HISTORY, "caught_up": None},
        Speed.SECOND,
        "history",
        False,
        True,
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_how_soon_replies_arrive_and_what_is_wrong(name):
    facts, speed, trouble, broken, attention = TABLE[name]
    way = WayBack(**facts)
    assert (way.speed, way.trouble, is_broken(way), needs_attention(way)) == (speed, trouble, broken, attention)
