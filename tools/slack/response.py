"""Slack's answer to a call, in one form for every way it may arrive.

`from_response`, `from_webhook` and `from_exception` build an `Answer`; the functions below read it. What follows from
it is decided in `retry_policy`.
"""

import email.utils
import errno
import http.client
import json
import math
import re
import socket
import ssl
import urllib.error
from dataclasses import dataclass, field

#: No Retry-After is believed beyond this: a nonsense value must not silence a channel for years.
RETRY_AFTER_MAX = 3600
#: How slack_sdk begins the error it makes of a body that is not JSON, a proxy's page for instance.
NOT_JSON = "Received a response in a non-JSON format"

#: No server accepted the connection.
NOT_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})

# Our own codes, for what has no code of Slack's.
CONNECTION_FAILED = "connection_failed"  #: no server was reached: surely not sent
NO_ANSWER = "no_answer"  #: in doubt: sent or not
BAD_ANSWER = "bad_answer"  #: something answered that is not Slack
REDIRECTED = "redirected"  #: refused to carry the token to another place
NOT_RENDERED = "not_rendered"  #: our own fault
NOT_REACHED = frozenset({CONNECTION_FAILED, NO_ANSWER})
OUTCOME_UNKNOWN = "outcome_unknown"  #: may have been sent, cannot be looked up, and the workspace says: at most once
#: What an incoming webhook says when it refuses: a code, where a proxy would say something longer.
WEBHOOK_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
#: Answers of ``conversations.history`` to a bot that lacks a scope or is not in the channel.
MAY_NOT_LOOK = frozenset({"missing_scope", "no_permission", "access_denied", "not_in_channel", "channel_not_found"})


@dataclass(frozen=True)
class Answer:
    """What came back from one call. Never holds the raw response: its request headers carry the token."""

    ok: bool = False
    error: str = ""
    detail: str = ""  #: what to fix, in Slack's words (a missing scope, the path of a bad block)
    status: int = 200
    retry_after: float = 0
    unthreaded: bool = False  #: posted, but outside the thread it belongs to
    is_earlier: bool = False  #: an earlier attempt turned out to have arrived, worded as things were then
    still_in_doubt: bool = False  #: the look-up of an earlier attempt failed: nothing was sent, the outcome is unknown
    date: float = 0  #: when Slack answered, by its own clock, in epoch seconds; 0: unknown
    scopes: str = ""  #: what the token may do, in Slack's words; empty: unknown
    data: dict = field(default_factory=dict)


def from_response(status, headers, data):
    """An answer from a complete HTTP response.

    :param headers: any mapping; names are looked up without regard to case
    :param data: the decoded JSON body, anything that is not a dict counts as no answer of Slack's
    """
    if 300 <= status < 400:
        return Answer(error=REDIRECTED, status=status)
    data = _storable(data)
    retry_after = _retry_after(headers)
    if (
        not isinstance(data, dict)
        or not isinstance(data.get("ok"), bool)
        or str(data.get("error")).startswith(NOT_JSON)
    ):
        return Answer(error=BAD_ANSWER, status=status, retry_after=retry_after, detail=f"HTTP {status}")
    if data["ok"] and status == 200:
        return Answer(ok=True, data=data, date=_date(headers), scopes=_header(headers, "x-oauth-scopes"))
    error = str(data.get("error") or f"http_{status}")[:100]
    return Answer(error=error, detail=_detail(data), status=status, retry_after=retry_after)


def from_webhook(status, headers, body):
    """An answer from an incoming webhook, which speaks plain text: ``ok``, or a code beside an HTTP error.

    The address at which a click is answered may say the same in JSON: clients of Slack's read both, by what comes.
    """
    if 300 <= status < 400:
        return Answer(error=REDIRECTED, status=status)
    retry_after = _retry_after(headers)
    word, is_refusal = _word(_storable(body).strip())
    if status == 200 and word == "ok":
        return Answer(ok=True)
    if status == 200 and not is_refusal:
        return Answer(error=BAD_ANSWER, detail="HTTP 200")
    code = word if WEBHOOK_CODE.fullmatch(word) else f"http_{status}"
    return Answer(error=code, status=status, retry_after=retry_after)


def _word(said):
    """The word of a webhook, as text or as JSON, and whether it is JSON that says no."""
    try:
        data = as_dict(json.loads(said)) if said[:1] == "{" else {}
    except (ValueError, RecursionError):
        data = {}
    if data.get("ok") is True:
        return "ok", False
    error = data.get("error")
    return (error, True) if data.get("ok") is False and isinstance(error, str) else (said, False)


def from_exception(error):
    """An answer from a call that ended without a complete response."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    detail = _storable(f"{type(reason).__name__}: {reason}"[:200])
    if isinstance(reason, NOT_CONNECTED) or getattr(reason, "errno", None) in UNREACHABLE:
        return Answer(error=CONNECTION_FAILED, detail=detail, status=0)
    if isinstance(error, OSError | http.client.HTTPException):
        return Answer(error=NO_ANSWER, detail=detail, status=0)
    return Answer(error=BAD_ANSWER, detail=type(error).__name__, status=0)


def is_outside_thread(answer, thread_ts):
    """Whether a reply was stored, but not in its thread.

    Slack takes a reply to a message that is gone and posts it into the channel, without an error. The echo in the
    response shows it; a response without an echo shows nothing.
    """
    message = answer.data.get("message")
    return answer.ok and isinstance(message, dict) and str(message.get("thread_ts")) != thread_ts


def find_own(messages, key, bot_id=None):
    """The message that carries our `key` in its metadata, among what history or replies returned; or None.

    Metadata can be read by everybody in the workspace, so another bot's copy of the key proves nothing.
    """
    for message in map(as_dict, messages or ()):
        payload = as_dict(as_dict(message.get("metadata")).get("event_payload"))
        foreign = bot_id and message.get("bot_id") and message["bot_id"] != bot_id
        if payload.get("key") == key and message.get("ts") and not foreign:
            return message
    return None


def next_cursor(data):
    """Where the next page of a listing begins, or ""."""
    return as_dict(data.get("response_metadata")).get("next_cursor") or ""


def may_not_look(answer):
    """Whether a failed history call means "this bot may not look here", as against "try again later"."""
    return answer.error in MAY_NOT_LOOK


def as_dict(value):
    """`value` if Slack sent an object there, else an empty one."""
    return value if isinstance(value, dict) else {}


def _storable(value):
    """A decoded answer without what PostgreSQL cannot store: NUL characters and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value


def _header(headers, wanted):
    """A header as text; empty if it is not there."""
    return str(_storable(next((value for name, value in headers.items() if name.lower() == wanted), "")))[:1000]


def _retry_after(headers):
    return _seconds(_header(headers, "retry-after") or 0)


def _date(headers):
    try:
        return email.utils.parsedate_to_datetime(_header(headers, "date")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return 0


def _seconds(value):
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return 0
    return min(max(seconds, 0), RETRY_AFTER_MAX) if math.isfinite(seconds) else 0


def _detail(data):
    if data.get("needed"):
        return str(data["needed"])[:200]
    messages = as_dict(data.get("response_metadata")).get("messages") or []
    return "; ".join(str(message) for message in messages)[:200]
