"""Watches one mailbox with IMAP IDLE and reconnects when needed."""

import logging
import re
import threading
import time

from ..tools.inbound.idle_schedule import Backoff, Folder
from .stop_event import StopEvent

_logger = logging.getLogger(__name__)

#: Seconds that a connection has to last before the next failure counts as a first one. Otherwise a server that accepts
#: and drops connections would be called every few seconds.
PROVEN = 10


class MailboxListener(threading.Thread):
    """Watches one mailbox until it is stopped.

    :param on_new_mail: called from this thread when there may be new email
    :param connect: makes a `connection.Connection`; a parameter because that module needs IMAPClient
    """

    def __init__(self, mailbox, database, pace, on_new_mail, connect):
        super().__init__(name=str(mailbox), daemon=True)
        self.dbname = database.name  # shown in every line that Odoo logs from this thread
        self._mailbox, self._database, self._pace = mailbox, database, pace
        self._on_new_mail, self._connect = on_new_mail, connect
        self._stop_event, self._backoff = StopEvent(), Backoff()
        self._connected_at = None

    def stop(self):
        """Disconnect; `join` waits until that is done."""
        self._stop_event.set()

    def run(self):
        while not self._stop_event.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 (any error: without the listener, the cron still fetches)
                self._wait_after(error)
        self._stop_event.close()

    def _listen(self):
        login = self._database.login(self._mailbox)
        with self._connect(self._mailbox, login, self._pace, self._stop_event) as connection:
            folder, status = Folder(), connection.examine()
            self._connected_at = time.monotonic()
            self._log_connected(connection)
            while not self._stop_event.is_set():
                if folder.examine(status):
                    self._on_new_mail()
                for responses in connection.responses():
                    if folder.update(responses):
                        self._on_new_mail()
                if not self._stop_event.is_set():
                    status = connection.examine()
        _logger.info("%s: disconnected", self._mailbox)

    def _log_connected(self, connection):
        how = "IDLE" if connection.can_idle else f"NOOP every {self._pace.poll} s, it has no IDLE"
        again = f", again after failures: {self._backoff.failures}" if self._backoff.failures else ""
        _logger.info("%s: listening to %s (%s)%s", self._mailbox, self._mailbox.folder, how, again)

    def _wait_after(self, error):
        if self._stop_event.is_set():
            return
        # Counted from the end of the connection attempt: a server that cannot be reached also takes time to fail.
        if self._connected_at is not None and time.monotonic() - self._connected_at >= PROVEN:
            self._backoff.succeed()
        self._connected_at = None
        seconds = self._backoff.fail()
        # Servers close connections now and then: only repeated failures are worth a warning.
        level = logging.INFO if self._backoff.failures == 1 else logging.WARNING
        _logger.log(level, "%s: not listening: %s; trying again in %.0f s", self._mailbox, _one_line(error), seconds)
        self._stop_event.wait(seconds)


def _one_line(error):
    text = re.sub(r"^b'(.*)'$", r"\1", " ".join(str(error).split()))  # imaplib passes on the bytes of the server
    return f"{type(error).__name__}: {text}"
