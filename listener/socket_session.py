"""One connection to Slack over Socket Mode, with slack_sdk's own client: from its address to its end."""

import json
import logging
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from ..tools.slack import socket_state, urls

# slack_sdk logs addresses, payloads and failures; we say what happened ourselves, without secrets and contents.
_sdk_logger = logging.getLogger("odoo.addons.helpdesk_bridge.slack_sdk.socket")
_sdk_logger.setLevel(logging.CRITICAL)

#: Seconds between two pings; without an answer for four times as long, slack_sdk ends the connection.
PING = 5
#: Bytes read at once. slack_sdk's parser calls itself for every frame in them, and for every such part of a frame.
CHUNK = 16384


class SocketRefused(Exception):
    """There is no connection, or no more; `code` says why: Slack's word, or one of `tools.slack.response`."""

    def __init__(self, code, detail="", retry_after=0):
        super().__init__(code)
        self.code, self.detail, self.retry_after = code, detail, retry_after


class _EndingSocket:
    """A socket that says so when the other side has gone: slack_sdk would read its nothing again and again."""

    def __init__(self, wrapped):
        self._wrapped = wrapped

    def recv(self, size):
        received = self._wrapped.recv(size)
        if not received:
            raise ConnectionResetError("the other side has closed the connection")
        return received

    def __getattr__(self, name):
        return getattr(self._wrapped, name)


class _Client(SocketModeClient):
    """slack_sdk's client for one connection: it opens no other one by itself, and leaves that to us."""

    def connect_to_new_endpoint(self, force=False):
        return None


class SocketSession:
    """An open connection; requests are handed over one after the other, in the order in which Slack has sent them.

    :param connection: a `SlackConnection` with the app-level token
    :param on_request: function (kind, payload) → the payload of the acknowledgement. It is called from a thread of the
        client's. When it raises, nothing is acknowledged, and Slack sends the request again.
    :param on_change: called when there is something to look at: `is_connected`, `reason`
    :ivar reason: with what words Slack has announced the end, None until then
    :ivar has_hello: whether Slack has said that it listens
    """

    def __init__(self, connection, on_request, on_change, ping=PING):
        self.reason, self.has_hello, self._on_request, self._on_change = None, False, on_request, on_change
        self._hello = threading.Event()
        address = _address(connection)
        self._client = _Client(
            app_token=connection.token,
            logger=_sdk_logger,
            auto_reconnect_enabled=False,
            ping_interval=ping,
            receive_buffer_size=CHUNK,
            concurrency=1,
            on_message_listeners=[self._on_message],
            on_error_listeners=[lambda _error: self._changed()],
            on_close_listeners=[lambda _code, _reason: self._changed()],
        )
        if urls.is_loopback(urlsplit(address).hostname):
            # A proxy named in the environment is for the way out.
            self._client.proxy = None
        self._client.socket_mode_request_listeners.append(self._take)
        self._client.wss_uri = address
        try:
            self._client.connect()
            session = self._client.current_session
            # slack_sdk keeps to itself that a handshake has failed.
            if not self._client.is_connected():
                raise SocketRefused("connection_failed")
            session.sock = _EndingSocket(session.sock)
        except BaseException:
            self.close()
            raise

    @property
    def is_connected(self):
        """Whether the connection is open, as far as this side knows."""
        return self._client.is_connected()

    def await_hello(self, seconds):
        """Wait until Slack listens; raises `SocketRefused` when it does not."""
        self._hello.wait(seconds)
        if self.reason:
            raise SocketRefused(self.reason)
        if not self.has_hello:
            raise SocketRefused("no_answer")

    def _on_message(self, text):
        """Whatever comes in, before slack_sdk looks at it: only what is about the connection itself."""
        if '"hello"' not in text[:200] and '"disconnect"' not in text[:200]:
            return
        with suppress(ValueError, AttributeError):
            message = json.loads(text)
            if message.get("type") == "hello":
                self.has_hello = True
            elif message.get("type") == "disconnect":
                self.reason = str(message.get("reason") or socket_state.REFRESH)[:100]
            else:
                return
            self._hello.set()
            self._changed()

    def _take(self, client, request):
        try:
            payload = self._on_request(request.type, request.payload)
        except Exception:  # noqa: BLE001 (the handler has said so; Slack sends the request again)
            return
        with suppress(Exception):  # the connection is gone: Slack sends the request again, and its row is there
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    def _changed(self):
        self._hello.set()
        self._on_change()

    def close(self):
        """End the connection; what is being handled is finished first."""
        client, session = self._client, self._client.current_session
        client.closed = True
        client.message_processor.event.set()
        if session is not None and session.sock is not None:
            # Otherwise it would end with the next byte, or after seconds.
            with suppress(OSError):
                session.sock.shutdown(socket.SHUT_RDWR)
        client.enqueue_message('{"type": "end"}')
        with suppress(Exception):
            client.close()


def _address(connection):
    """An address for one connection, from Slack."""
    answer = connection.call("apps.connections.open")
    if not answer.ok:
        raise SocketRefused(answer.error, answer.detail, answer.retry_after)
    address = str(answer.data.get("url") or "")
    if not _is_safe(address):
        raise SocketRefused("bad_address")
    return address


def _is_safe(address):
    """Whether the address is Slack's kind: encrypted, on the port that slack_sdk encrypts; or on this machine."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or not address.isascii() or not address.isprintable() or " " in address:
        return False
    return (parts.scheme == "wss" and port in (None, 443)) or (parts.scheme in ("ws", "wss") and urls.is_loopback(host))
