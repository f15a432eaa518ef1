"""Keeps the socket of one workspace open, and stores what comes in before it is acknowledged."""

import logging
import threading
import time

from ..tools.inbound.idle_schedule import Backoff
from ..tools.slack import inbound_request, socket_state
from .database import NotListening
from .socket_session import SocketRefused

_logger = logging.getLogger(__name__)

#: Seconds between two looks at a connection that says nothing; no query is made.
LOOK = 1
#: Seconds that a connection has to last before the next failure counts as a first one.
PROVEN = 10
#: Seconds until the next attempt, at first and at most, where only a person can change anything.
SLOW_FIRST, SLOW_CAP = 60, 600
#: Seconds that Slack may take to say hello.
HELLO = 10
#: Attempts to store what came in, and the seconds between them: PostgreSQL may be just restarting.
STORE_TRIES, STORE_PAUSE = 2, 0.2


class SocketListener(threading.Thread):
    """Keeps one socket until it is stopped.

    :param on_change: called from this thread when `state` has changed
    :param open_session: makes a `socket_session.SocketSession`
    :ivar state: of `tools.slack.socket_state`, and `code`: why it is not connected
    :ivar heard_at: by the monotonic clock, when anything came in last; None: nothing yet
    """

    def __init__(self, place, database, on_change, open_session):
        super().__init__(name=str(place), daemon=True)
        self.dbname = database.name  # shown in every line that Odoo logs from this thread
        self._place, self._database, self._on_change, self._open_session = place, database, on_change, open_session
        self._event, self._stopping = threading.Event(), threading.Event()
        self._backoff, self._slow = Backoff(), Backoff(first=SLOW_FIRST, cap=SLOW_CAP)
        self._session, self._opened_at, self._renewals, self._wanted = None, None, None, None
        self.state, self.code, self.detail, self.heard_at = socket_state.RECONNECTING, "", "", None

    def stop(self):
        """Close the connection; `join` waits until that is done."""
        self._stopping.set()
        self._event.set()

    def renew(self, renewals):
        """Open the socket again when this number has grown. Called from the listener's thread."""
        self._wanted = renewals
        if self._renewals is None:
            self._renewals = renewals
        elif renewals != self._renewals:
            self._event.set()

    def run(self):
        while not self._stopping.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 (any error: without the socket, catch-up still asks)
                self._wait_after(error)
        self._close(self._session)
        self._session = None
        _logger.info("%s: socket closed", self._place)

    def _listen(self):
        """Open the socket and look after it; raises when it is gone."""
        self._replace()
        while not self._stopping.is_set():
            self._event.wait(LOOK)
            self._event.clear()
            if self._stopping.is_set():
                return
            session = self._session
            if session.reason in socket_state.RENEWS:
                _logger.info("%s: Slack asks for a new connection (%s)", self._place, session.reason)
                self._replace()
            elif session.reason:
                raise SocketRefused(session.reason)
            elif not session.is_connected:
                raise SocketRefused("connection_lost")
            elif self._wanted != self._renewals:
                _logger.warning("%s: the socket is deaf and is opened again", self._place)
                self._replace()

    def _replace(self):
        """Open a connection; only then close the one before, so that nothing is missed in between."""
        self._renewals = self._wanted
        fresh = self._open_session(self._place.connection, self._take, self._event.set)
        try:
            fresh.await_hello(HELLO)
        except BaseException:
            fresh.close()
            raise
        former, self._session, self._opened_at = self._session, fresh, time.monotonic()
        self._close(former)
        self._tell(socket_state.CONNECTED)
        again = f", again after failures: {self._backoff.failures}" if self._backoff.failures else ""
        _logger.info("%s: listening to its socket%s", self._place, again)

    def _close(self, session):
        if session is not None:
            session.close()

    def _take(self, kind, payload):
        """Store a request and commit; what this returns is acknowledged. Called from the session's thread."""
        self.heard_at = time.monotonic()
        body = inbound_request.storable(payload) if isinstance(payload, dict) else {}
        if body.get("type") == "block_suggestion":
            return {"options": []}
        for tries_left in reversed(range(STORE_TRIES)):
            try:
                delivery = self._database.receive(self._place.id, body)
            except NotListening:
                raise
            except Exception as error:
                if not tries_left:
                    _logger.warning("%s: a request could not be stored: %s", self._place, type(error).__name__)
                    raise
                self._stopping.wait(STORE_PAUSE)
            else:
                delivery.open()
                return delivery.answer

    def _wait_after(self, error):
        self._close(self._session)
        self._session = None
        if self._stopping.is_set():
            return
        if self._opened_at is not None and time.monotonic() - self._opened_at >= PROVEN:
            self._backoff.succeed()
            self._slow.succeed()
        self._opened_at = None
        code = error.code if isinstance(error, SocketRefused) else type(error).__name__
        seconds = self._slow.fail() if socket_state.is_slow(code) else self._backoff.fail()
        seconds = max(seconds, getattr(error, "retry_after", 0))
        self._tell(socket_state.state_after(code), code, getattr(error, "detail", ""))
        level = logging.INFO if self._backoff.failures == 1 else logging.WARNING
        _logger.log(level, "%s: no socket: %s; trying again in %.0f s", self._place, code, seconds)
        self._stopping.wait(seconds)

    def _tell(self, state, code="", detail=""):
        if (state, code) != (self.state, self.code):
            self.state, self.code, self.detail = state, code, detail
            self._on_change()
