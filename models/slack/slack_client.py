"""The one place where the network is touched: slack_sdk, narrowed to what is safe for us.

A connection is made of plain values, so that it can be used after the transaction that read them has ended.
"""

import http.client
import io
import json
import logging
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace
from datetime import timezone
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from ...tools.common.deadline_reader import DeadlineReader
from ...tools.slack import response as slack_response
from ...tools.slack import retry_policy, urls
from .connecting import Connecting

TIMEOUT = retry_policy.TIMEOUT
MAX_BODY = 5_000_000
#: Pages of a channel's history (200 messages each) read to find one message.
MAX_PAGES = 10
#: Seconds by which the clocks of Slack and of PostgreSQL may differ unnoticed.
CLOCK_MARGIN = 60
#: Methods that take JSON; the others are documented for form fields only.
POST, EDIT = "chat.postMessage", "chat.update"
EPHEMERAL = "chat.postEphemeral"
OPEN_VIEW, UPDATE_VIEW, PUBLISH_VIEW = "views.open", "views.update", "views.publish"
JSON_METHODS = frozenset({POST, EDIT, EPHEMERAL, OPEN_VIEW, UPDATE_VIEW, PUBLISH_VIEW})
#: Not a method of the Web API: a message for an incoming webhook.
WEBHOOK = "webhook"

#: Nothing was asked any more, and the outcome of an earlier attempt is as unknown as before.
TOO_LATE = slack_response.Answer(error=slack_response.NO_ANSWER, status=0, still_in_doubt=True)

# slack_sdk logs whole requests at debug level and failures at error level. We say what happened ourselves, without
# bodies: nothing of it may reach a log at any level.
_sdk_logger = logging.getLogger("odoo.addons.helpdesk_bridge.slack_sdk")
_sdk_logger.setLevel(logging.CRITICAL)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would carry the Authorization header along to wherever it is sent."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


if not hasattr(WebClient, "_perform_urllib_http_request_internal"):
    # Without our override of this method, redirects would carry the token away, silently.
    raise ImportError("helpdesk_bridge needs a slack_sdk 3 whose WebClient has _perform_urllib_http_request_internal")


class _Client(WebClient):
    def _perform_urllib_http_request_internal(self, url, req):
        return _perform(url, req, self.timeout)


def _perform(url, request, timeout):
    """One HTTP request, from the name's look-up to the last byte of the answer within `timeout` seconds each for
    connecting and for the answer, however slowly bytes drip in.

    :return: a dict of ``status``, ``headers`` and ``body``; an HTTP error is an answer as well
    """
    status, headers, body = fetch(url, request, timeout)
    return {"status": status, "headers": headers, "body": body.decode("utf-8", "replace")}


def fetch(url, request, timeout, most=None):
    """As `_perform`, in bytes, up to `most`. Follows no redirect. :return: (status, headers, body)"""
    handlers = [_NoRedirect, _HttpHandler, _HttpsHandler]
    if urls.is_loopback(urlsplit(url).hostname):
        # A proxy named in the environment is for the way out, and would see the token in the clear.
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        response = urllib.request.build_opener(*handlers).open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return response.status, response.headers, _read(response, MAX_BODY if most is None else most)


def _read(response, most):
    """The whole body, up to `most` bytes."""
    body = bytearray()
    while chunk := response.read1(65536):
        body += chunk
        if len(body) > most:
            raise TimeoutError("the answer does not end")
    return bytes(body)


class _DeadlineResponse(http.client.HTTPResponse):
    """An HTTP response whose status, headers and body share one deadline."""

    def __init__(self, sock, *args, **kwargs):
        super().__init__(sock, *args, **kwargs)
        # The reader of the standard library allows so much time for each single read.
        self.fp.close()
        deadline = time.monotonic() + (sock.gettimeout() or TIMEOUT)
        self.fp = io.BufferedReader(DeadlineReader(sock, lambda: _left(deadline)))


def _left(deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer does not end")
    return left


class _HttpConnection(Connecting, http.client.HTTPConnection):
    response_class = _DeadlineResponse


class _HttpsConnection(Connecting, http.client.HTTPSConnection):
    response_class = _DeadlineResponse


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, req):
        return self.do_open(_HttpConnection, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, req):
        return self.do_open(_HttpsConnection, req, context=self._context)


@dataclass(frozen=True)
class SlackConnection:
    """A token and where it may be used.

    :param url: base of the Web API, already validated
    :param timeout: seconds for a call; None: as for every other one
    :param until: by the monotonic clock, when the last call may begin
    """

    url: str
    token: str = field(repr=False)
    timeout: float | None = None
    until: float = float("inf")

    def call(self, method, **arguments):
        """Call a Web API method once. Never raises: whatever happens is an `Answer`."""
        if time.monotonic() > self.until:
            return TOO_LATE
        client = _Client(
            token=self.token,
            base_url=self.url,
            timeout=self.timeout or TIMEOUT,
            # slack_sdk's default resends after a dropped reply, when Slack may have stored the message already.
            retry_handlers=[],
            logger=_sdk_logger,
        )
        body = {"json": arguments} if method in JSON_METHODS else {"params": arguments}
        try:
            response = client.api_call(method, **body)
        except SlackApiError as error:
            response = error.response
        except Exception as error:  # noqa: BLE001 (a JSON list as body escapes slack_sdk as AttributeError)
            return slack_response.from_exception(error)
        return slack_response.from_response(response.status_code, response.headers, response.data)


@dataclass(frozen=True)
class SlackWebhook:
    """An incoming webhook. Its address is the secret: it is in no log, no error and no answer."""

    url: str = field(repr=False)

    def call(self, _method, **message):
        """Post a message once. Never raises: whatever happens is an `Answer`."""
        body = json.dumps(message).encode()
        try:
            request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"}, method="POST")
            answer = _perform(self.url, request, TIMEOUT)
        except Exception as error:  # noqa: BLE001 (whatever it is, it must not carry the address away)
            return replace(slack_response.from_exception(error), detail="")
        return slack_response.from_webhook(answer["status"], answer["headers"], answer["body"])


@dataclass(frozen=True)
class Call:
    """One message on its way: nothing in here needs the database any more.

    :param key: travels along as metadata, and is what a lost message is recognised by
    :param at_least_once: whether to send again a message that may have arrived
    :param cannot_be_searched: an earlier attempt cannot be found in the channel, as one of the two went by webhook
    :param claimed_at: PostgreSQL's time at some moment, and that moment by the monotonic clock
    :param unresolved_users: (user id, address) of users in the message who were not looked up in Slack yet
    :param thread_id: the record of the thread that is edited or continued
    :param shown: a digest of what the first message shows with this; empty for a reply
    """

    connection: "SlackConnection | SlackWebhook"
    method: str
    arguments: dict
    key: str
    bot_ref: str
    at_least_once: bool
    cannot_be_searched: bool = False
    claimed_at: tuple | None = None
    unresolved_users: tuple = ()
    thread_id: int = 0
    shown: str = ""

    def make(self, doubt_since=None, until=float("inf")):
        """Send the message, unless an earlier attempt turns out to have arrived.

        :param doubt_since: naive UTC, when the first attempt with an unknown outcome was made
        :param until: by the monotonic clock, when the last call to Slack may begin
        :return: an `Answer`; that of the earlier attempt when its message is found in Slack
        """
        earlier = None
        # An edit can be made twice without anybody noticing.
        if doubt_since and self.method != EDIT:
            earlier = self._undecided() if self.cannot_be_searched else self._look_up(doubt_since, until)
        answer = earlier or self._send(doubt_since, until)
        return replace(
            answer, unthreaded=bool(self._thread_ts and slack_response.is_outside_thread(answer, self._thread_ts))
        )

    def _send(self, doubt_since, until):
        """Send it, unless this worker's lease may end before: then another one has the message, or soon will."""
        if time.monotonic() > until:
            return replace(TOO_LATE, still_in_doubt=bool(doubt_since))
        return self.connection.call(self.method, **self.arguments)

    @property
    def _thread_ts(self):
        return self.arguments.get("thread_ts") if self.method == POST else None

    def _look_up(self, doubt_since, until):
        """:return: the `Answer` to record, or None when the message is not there and may be sent"""
        if not self._thread_ts:
            return self._search("conversations.history", doubt_since, until)
        found = self._search("conversations.replies", doubt_since, until, ts=self._thread_ts)
        if found and found.error in retry_policy.ROOT_GONE:
            # Then it stands beside the thread, if it stands anywhere.
            return self._search("conversations.history", doubt_since, until)
        return found

    def _search(self, method, doubt_since, until, **where):
        began = doubt_since.replace(tzinfo=timezone.utc).timestamp()
        question = {
            **where,
            "channel": self.arguments["channel"],
            # The clocks of Slack and of PostgreSQL need not agree to the second.
            "oldest": f"{began - CLOCK_MARGIN:.6f}",
            "inclusive": "true",
            "include_all_metadata": "true",
            "limit": 200,
        }
        is_corrected = False
        for _page in range(MAX_PAGES):
            if time.monotonic() > until:
                return TOO_LATE
            asked = time.monotonic()
            answer = self.connection.call(method, **question)
            if not answer.ok:
                return self._cannot_look(answer)
            behind = self._slack_is_behind(answer, asked)
            if behind > CLOCK_MARGIN and not is_corrected:
                # Slack's messages carry Slack's time: begin again, earlier by as much as its clock is behind ours.
                is_corrected = True
                question["oldest"] = f"{began - behind - CLOCK_MARGIN:.6f}"
                continue
            own = slack_response.find_own(answer.data.get("messages"), self.key, self.bot_ref)
            if own:
                data = {"ts": own["ts"], "channel": question["channel"], "message": own}
                return slack_response.Answer(ok=True, is_earlier=True, data=data)
            question["cursor"] = slack_response.next_cursor(answer.data)
            if not question["cursor"]:
                return None
        # Further back than the search reaches, or not there at all.
        return self._undecided()

    def _slack_is_behind(self, answer, asked):
        """By how many seconds Slack's clock is behind PostgreSQL's, which `doubt_since` follows; 0 when unknown.

        :param asked: by the monotonic clock, when Slack was asked
        """
        if not answer.date or not self.claimed_at:
            return 0
        moment, at = self.claimed_at
        return moment.replace(tzinfo=timezone.utc).timestamp() + (asked - at) - answer.date

    def _cannot_look(self, answer):
        if not slack_response.may_not_look(answer):
            return replace(answer, still_in_doubt=True)
        return self._undecided()

    def _undecided(self):
        return None if self.at_least_once else slack_response.Answer(error=slack_response.OUTCOME_UNKNOWN, status=0)
