"""One mailbox: connected whenever that is possible, and heard."""

import logging
import re
import threading
import time

from ..tools.inbound.idle_schedule import Backoff, Folder
from .bell import Bell

_logger = logging.getLogger(__name__)

#: Seconds that a connection has to hold before a failure counts as a first one again: a server that takes us in and
#: throws us out would otherwise be asked every few seconds.
PROVEN = 10


class Ear(threading.Thread):
    """Listens to a mailbox until it is told to stop.

    :param heard: called, from this thread, when there may be new mail
    :param connect: makes a `connection.Connection`; given, for without IMAPClient that module cannot be imported
    """

    def __init__(self, mailbox, database, pace, heard, connect):
        super().__init__(name=str(mailbox), daemon=True)
        self.dbname = database.name  # shown in every line that Odoo logs from this thread
        self._mailbox, self._database, self._pace = mailbox, database, pace
        self._heard, self._connect = heard, connect
        self._bell, self._backoff = Bell(), Backoff()
        self._since = None  # when the present connection was ready, or None

    def stop(self):
        """Hang up; `join` waits until that is done."""
        self._bell.ring()

    def run(self):
        while not self._bell.rung:
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 (whatever it is: without us, the cron still fetches)
                self._wait(error)
        self._bell.close()

    def _listen(self):
        login = self._database.login(self._mailbox)
        with self._connect(self._mailbox, login, self._pace, self._bell) as connection:
            folder, answer = Folder(), connection.examine()
            self._since = time.monotonic()
            self._tell(connection)
            while not self._bell.rung:
                if folder.examined(answer):
                    self._heard()
                for told in connection.responses():
                    if folder.told(told):
                        self._heard()
                if not self._bell.rung:
                    answer = connection.examine()
        _logger.info("%s: hung up", self._mailbox)

    def _tell(self, connection):
        how = "IDLE" if connection.can_idle else f"NOOP every {self._pace.poll} s, it has no IDLE"
        again = f", again after failures: {self._backoff.failures}" if self._backoff.failures else ""
        _logger.info("%s: listening to %s (%s)%s", self._mailbox, self._mailbox.folder, how, again)

    def _wait(self, error):
        if self._bell.rung:
            return
        # Not from when it began to connect: a server that cannot be reached takes its time to fail, too.
        if self._since is not None and time.monotonic() - self._since >= PROVEN:
            self._backoff.succeed()
        self._since = None
        seconds = self._backoff.fail()
        # Servers hang up on us now and then: only when it goes on a person should know.
        level = logging.INFO if self._backoff.failures == 1 else logging.WARNING
        _logger.log(level, "%s: not listening: %s; trying again in %.0f s", self._mailbox, _explain(error), seconds)
        self._bell.wait(seconds)


def _explain(error):
    """An error in one line."""
    words = re.sub(r"^b'(.*)'$", r"\1", " ".join(str(error).split()))  # imaplib passes on bytes as it got them
    return f"{type(error).__name__}: {words}"
