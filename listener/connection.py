"""An IMAP connection that waits for email: with IDLE (RFC 2177), or with regular NOOPs on a server without it."""

import logging
import socket
import time
from contextlib import suppress

from imapclient import IMAPClient, SocketTimeout

# Otherwise it logs the whole conversation, whatever Odoo's log level is.
logging.getLogger("imapclient").setLevel(logging.WARNING)

#: Detects a lost peer after two minutes, and keeps the connection alive in firewalls.
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}


class _Client(IMAPClient):
    """An IMAPClient whose `idle_check` does not wait: it only reads what has arrived."""

    def _poll_socket(self, sock, timeout=None):
        # Data that came in one packet with the response to IDLE is in a buffer, where poll does not see it.
        return True

    _select_poll_socket = _poll_socket


class Connection:
    """A folder, opened read-only, so that nothing here can change a flag.

    :param login: a `Login`
    :param pace: a `Pace`
    :param stop_event: the `StopEvent` that ends every wait
    """

    def __init__(self, mailbox, login, pace, stop_event):
        self._mailbox, self._pace, self._stop_event = mailbox, pace, stop_event
        timeout = SocketTimeout(connect=pace.timeout, read=pace.timeout)
        # The certificate is verified. For a certificate of your own set SSL_CERT_FILE (see the guide).
        self._client = _Client(mailbox.host, mailbox.port, ssl=mailbox.is_ssl, timeout=timeout)
        try:
            _keep_alive(self._client.socket())
            login.perform(self._client)
            # After the login: some servers announce it only then.
            self.can_idle = self._client.has_capability("IDLE")
        except BaseException:
            self._drop()
            raise

    def examine(self):
        """Open the folder (again); returns its status, see `tools.inbound.idle_schedule.Folder`."""
        return self._client.select_folder(self._mailbox.folder, readonly=True)

    def responses(self):
        """Yield the untagged responses of the server, for the duration of one IDLE or until it is stopped."""
        until = time.monotonic() + self._pace.renew
        yield from self._idle(until) if self.can_idle else self._poll(until)

    def _idle(self, until):
        self._client.idle()
        yield self._client.idle_check(timeout=0)
        while not self._stop_event.is_set() and (left := until - time.monotonic()) > 0:
            if self._stop_event.wait(left, self._client.socket()):
                responses = self._client.idle_check(timeout=0)
                if not responses:
                    break  # the server disconnected, or it was TLS's own data: the next command shows which
                yield responses
        yield self._client.idle_done()[1]

    def _poll(self, until):
        while not self._stop_event.is_set() and (left := until - time.monotonic()) > 0:
            self._stop_event.wait(min(left, self._pace.poll))
            yield self._client.noop()[1]

    def close(self):
        """Log out, if the server still answers."""
        try:
            self._client.logout()
        except Exception:  # noqa: BLE001 (any error: the connection ends here)
            self._drop()

    def _drop(self):
        with suppress(Exception):
            self._client.shutdown()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        # On a broken connection a logout would wait for an answer.
        self._drop() if error else self.close()


def _keep_alive(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # not every system has all three
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
