"""An IMAP connection that waits for mail: IDLE (RFC 2177), or NOOP now and then where a server has none."""

import logging
import socket
import time
from contextlib import suppress

from imapclient import IMAPClient, SocketTimeout

# It would write down the whole conversation, at whatever level Odoo logs.
logging.getLogger("imapclient").setLevel(logging.WARNING)

#: A peer that vanished without a word is noticed after two minutes, and firewalls keep the connection in mind.
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}


class _Client(IMAPClient):
    """An IMAPClient whose `idle_check` leaves the waiting to us and only takes what is there."""

    def _poll_socket(self, sock, timeout=None):
        # What came in one packet with the answer to IDLE is in a buffer, where no poll sees it.
        return True

    _select_poll_socket = _poll_socket


class Connection:
    """A folder, opened read-only: nothing here can change a flag.

    :param login: a `Login`
    :param pace: a `Pace`
    :param bell: the `Bell` that ends every wait
    """

    def __init__(self, mailbox, login, pace, bell):
        self._mailbox, self._pace, self._bell = mailbox, pace, bell
        timeout = SocketTimeout(connect=pace.timeout, read=pace.timeout)
        # The certificate is verified. One of your own: the variable SSL_CERT_FILE (see the guide).
        self._client = _Client(mailbox.host, mailbox.port, ssl=mailbox.is_ssl, timeout=timeout)
        try:
            _keep_alive(self._client.socket())
            login.perform(self._client)
            # Asked only now: some servers show it to those who are logged in alone.
            self.can_idle = self._client.has_capability("IDLE")
        except BaseException:
            self._drop()
            raise

    def examine(self):
        """Open the folder (again); returns what the server says of it, see `tools.inbound.idle_schedule.Folder`."""
        return self._client.select_folder(self._mailbox.folder, readonly=True)

    def responses(self):
        """Yield what the server tells unasked, for as long as one IDLE may last, or until the bell rings."""
        until = time.monotonic() + self._pace.renew
        yield from self._idle(until) if self.can_idle else self._poll(until)

    def _idle(self, until):
        self._client.idle()
        yield self._client.idle_check(timeout=0)
        while not self._bell.rung and (left := until - time.monotonic()) > 0:
            if self._bell.wait(left, self._client.socket()):
                told = self._client.idle_check(timeout=0)
                if not told:
                    break  # the server hung up, or TLS talked to itself: the next command will tell
                yield told
        yield self._client.idle_done()[1]

    def _poll(self, until):
        while not self._bell.rung and (left := until - time.monotonic()) > 0:
            self._bell.wait(min(left, self._pace.poll))
            yield self._client.noop()[1]

    def close(self):
        """Say good-bye, if anybody is there to hear it."""
        try:
            self._client.logout()
        except Exception:  # noqa: BLE001 (whatever is wrong with it, it ends here)
            self._drop()

    def _drop(self):
        with suppress(Exception):
            self._client.shutdown()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        # A broken connection would let a good-bye wait for its answer.
        self._drop() if error else self.close()


def _keep_alive(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # not every system has all three
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
