"""One database: an ear on each of its mailboxes, and somebody who wakes the fetch cron."""

import logging
import threading
import time
from dataclasses import dataclass

from ..tools.inbound.idle_schedule import Backoff, WakeUps
from .database import NotListening

_logger = logging.getLogger(__name__)

#: A database comes back sooner than a mail server, and asking costs less.
DATABASE_CAP = 30
#: Seconds after which an IDLE has to be renewed at the latest (RFC 2177: 29 minutes).
LONGEST_IDLE = 1740


@dataclass(frozen=True)
class Pace:
    """How often things are done, in seconds.

    :ivar renew: how long one IDLE lasts: servers may hang up after 30 minutes of silence, firewalls much sooner
    :ivar poll: between two NOOPs, where a server has no IDLE
    :ivar look: between two looks at the mailboxes in the database
    :ivar timeout: how long an answer of a mail server may take
    """

    renew: int
    poll: int
    look: int
    timeout: int

    @classmethod
    def asked_for(cls, **seconds):
        """As somebody asks for it, in the bounds of what works."""
        pace = {name: max(1, value) for name, value in seconds.items()}
        return cls(**{**pace, "renew": min(pace["renew"], LONGEST_IDLE)})


class Listener(threading.Thread):
    """Listens to the mailboxes of a database until it is told to stop.

    :param make_ear: makes an `Ear` from a mailbox, a database, a pace and what to call when mail may have come
    :param missing: called, from this thread, when there is no such database
    :ivar is_missing: whether there was no such database so far
    """

    def __init__(self, database, pace, make_ear, missing=lambda: None):
        super().__init__(name=f"listener {database.name}", daemon=True)
        self.dbname = database.name  # shown in every line that Odoo logs from this thread
        self._database, self._pace, self._make_ear = database, pace, make_ear
        self._ears, self._remark = {}, None
        self._missing, self.is_missing, self._was_there = missing, False, False
        self._wake_ups, self._backoff, self._look_at = WakeUps(), Backoff(cap=DATABASE_CAP), 0
        self._event, self._stopping = threading.Event(), threading.Event()

    def stop(self):
        """Hang up everywhere; `join` waits until that is done."""
        self._stopping.set()
        self._event.set()

    def run(self):
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception as error:  # noqa: BLE001 (the database may come back)
                self._wait(error)
        for ear in self._ears.values():
            ear.stop()
        for ear in self._ears.values():
            ear.join()

    def _step(self):
        """Do what is due, then sleep until something is."""
        if self._wake_ups.wait(time.monotonic()) == 0:
            self._wake()
        if time.monotonic() >= self._look_at:
            self._look()
            self._look_at = time.monotonic() + self._pace.look
        if self._backoff.failures:
            _logger.info("the database answers again")
            self._backoff.succeed()
        now = time.monotonic()
        waits = [self._look_at - now, self._wake_ups.wait(now)]
        self._event.wait(max(0, min(wait for wait in waits if wait is not None)))
        # Cleared before anybody looks at what it was about: what comes later sets it again.
        self._event.clear()

    def _look(self):
        """Have an ear on each mailbox there is now, and on no other."""
        try:
            mailboxes = self._database.mailboxes()
            self._say(None if mailboxes else "no confirmed IMAP mailbox has a helpdesk team yet")
        except NotListening as reason:
            mailboxes = {}
            self._say(str(reason))
        self._was_there, self.is_missing = True, False
        for mailbox in [mailbox for mailbox in self._ears if mailboxes.get(mailbox.id) != mailbox]:
            self._ears.pop(mailbox).stop()
        for mailbox in mailboxes.values():
            if mailbox not in self._ears:
                self._begin(mailbox)

    def _begin(self, mailbox):
        try:
            ear = self._make_ear(mailbox, self._database, self._pace, self._heard)
            ear.start()
        except (OSError, RuntimeError) as error:
            # The system allows no more handles or threads: the others go on, and the next look tries again.
            _logger.warning("mailbox %s: nobody listens to it: %s", mailbox.name, error)
            return
        self._ears[mailbox] = ear

    def _heard(self):
        """There may be new mail. Called by the ears, each in its own thread."""
        self._wake_ups.owe()
        self._event.set()

    def _wake(self):
        self._wake_ups.begin(time.monotonic())
        try:
            self._database.wake()
        except Exception:
            self._wake_ups.owe()
            raise
        _logger.info("there may be new mail: the fetch is woken")

    def _say(self, remark):
        """Say why there is nothing to listen to, when that changes."""
        if remark and remark != self._remark:
            _logger.warning("%s: nothing to listen to", remark)
        self._remark = remark

    def _wait(self, error):
        seconds = self._backoff.fail()
        # One that was there before is being restored, say; one that never was has another name.
        if not self._was_there and self._database.is_missing():
            self.is_missing = True
            why = f"there is no database “{self._database.name}” in this PostgreSQL"
        else:
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        _logger.warning("no use of the database: %s; trying again in %.0f s", why, seconds)
        if self.is_missing:
            self._missing()
        self._stopping.wait(seconds)
