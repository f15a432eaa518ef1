"""Listens to all mailboxes of one database, and wakes the fetch cron; beside that it keeps the sockets to Slack."""

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from ..tools.inbound.idle_schedule import Backoff, WakeUps
from .database import NotListening
from .sockets import Sockets

_logger = logging.getLogger(__name__)

#: Why there is nothing to listen to.
NOTHING = "no confirmed IMAP mailbox has a helpdesk team yet, and no Slack workspace an app-level token"
NO_IMAPCLIENT = (
    "mailboxes are not listened to: that needs the Python package IMAPClient, which is not installed here. Install it "
    'where Odoo runs: pip install "IMAPClient>=3,<5". Nothing is lost: Odoo checks the mailboxes every minute'
)
#: The longest wait, in seconds, before the database is tried again. It is back sooner than a mail server.
DATABASE_CAP = 30
#: Seconds after which an IDLE must be renewed at the latest (RFC 2177: 29 minutes).
LONGEST_IDLE = 1740


@dataclass(frozen=True)
class Pace:
    """Intervals and timeouts, in seconds.

    :ivar renew: how long one IDLE lasts; servers may disconnect after 30 idle minutes, firewalls much sooner
    :ivar poll: between two NOOPs, on a server without IDLE
    :ivar look: between two reads of the mailboxes from the database
    :ivar timeout: how long a mail server may take to answer
    """

    renew: int
    poll: int
    look: int
    timeout: int

    @classmethod
    def asked_for(cls, **seconds):
        """The requested values, limited to what works."""
        pace = {name: max(1, value) for name, value in seconds.items()}
        return cls(**{**pace, "renew": min(pace["renew"], LONGEST_IDLE)})


class Listener(threading.Thread):
    """Listens to the mailboxes and sockets of a database until it is stopped.

    :param make_mailbox_listener: makes a `MailboxListener` from a mailbox, a database, a pace and the function to call
        when there may be new email; None: no mailboxes
    :param on_missing: called from this thread when there is no such database
    :param make_socket_listener: makes a `SocketListener`; None: no sockets
    :ivar is_missing: whether the database was missing at the last attempt
    """

    def __init__(self, database, pace, make_mailbox_listener, on_missing=lambda: None, make_socket_listener=None):
        super().__init__(name=f"listener {database.name}", daemon=True)
        self.dbname = database.name  # shown in every line that Odoo logs from this thread
        self._database, self._pace, self._make_mailbox_listener = database, pace, make_mailbox_listener
        self._mailbox_listeners, self._last_warning = {}, None
        self._on_missing, self.is_missing, self._was_connected = on_missing, False, False
        self._wake_ups, self._backoff, self._sync_at = WakeUps(), Backoff(cap=DATABASE_CAP), 0
        self._sockets = make_socket_listener and Sockets(database, make_socket_listener, self._on_socket_changed)
        self._must_tell = False
        self._has_warned_of_mailboxes = False
        self._event, self._stopping = threading.Event(), threading.Event()

    def stop(self):
        """Disconnect everywhere; `join` waits until that is done."""
        self._stopping.set()
        self._event.set()

    def run(self):
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception as error:  # noqa: BLE001 (the database may come back)
                self._wait_after(error)
        for mailbox_listener in self._mailbox_listeners.values():
            mailbox_listener.stop()
        if self._sockets is not None:
            self._sockets.stop()
        for mailbox_listener in self._mailbox_listeners.values():
            mailbox_listener.join()
        if self._sockets is not None:
            with suppress(Exception):  # the database may be away; that nobody listens any more, it notices by itself
                self._sockets.join()

    def _step(self):
        """Do what is due, then sleep until the next thing is due."""
        if self._wake_ups.wait(time.monotonic()) == 0:
            self._wake()
        if time.monotonic() >= self._sync_at:
            self._sync_mailboxes()
            self._sync_at = time.monotonic() + self._pace.look
            self._must_tell = True
        if self._must_tell:
            self._must_tell = False
            self._tell_of_sockets()
        if self._backoff.failures:
            _logger.info("the database answers again")
            self._backoff.succeed()
        now = time.monotonic()
        waits = [self._sync_at - now, self._wake_ups.wait(now)]
        self._event.wait(max(0, min(wait for wait in waits if wait is not None)))
        # Cleared before the next step reads what is due: a later request sets it again.
        self._event.clear()

    def _sync_mailboxes(self):
        """Listen to exactly the mailboxes that the database has now."""
        why_not = None
        try:
            mailboxes = self._database.mailboxes()
        except NotListening as reason:
            mailboxes, why_not = {}, str(reason)
        self._was_connected, self.is_missing = True, False
        if self._make_mailbox_listener is None:
            self._warn_of_mailboxes(mailboxes)
            mailboxes = {}
        for mailbox in [mailbox for mailbox in self._mailbox_listeners if mailboxes.get(mailbox.id) != mailbox]:
            self._mailbox_listeners.pop(mailbox).stop()
        for mailbox in mailboxes.values():
            if mailbox not in self._mailbox_listeners:
                self._listen_to(mailbox)
        # Last: what is wrong with a workspace keeps no mailbox from being listened to.
        if self._sockets is not None and why_not:
            self._sockets.abandon()
        elif self._sockets is not None:
            self._sockets.sync(self._database.sockets())
        self._warn_once(why_not or (None if mailboxes or self._sockets else NOTHING))

    def _warn_of_mailboxes(self, mailboxes):
        """Log once that there are mailboxes, and nothing to listen to them with."""
        if mailboxes and not self._has_warned_of_mailboxes:
            self._has_warned_of_mailboxes = True
            _logger.warning("%s: %s", self.dbname, NO_IMAPCLIENT)

    def _on_socket_changed(self):
        """A socket was opened or lost. Called by the socket listeners, each in its own thread."""
        self._must_tell = True
        self._event.set()

    def _tell_of_sockets(self):
        if self._sockets is None:
            return
        try:
            self._sockets.tell()
        except Exception:
            self._must_tell = True
            raise

    def _listen_to(self, mailbox):
        try:
            on_new_mail = partial(self._on_new_mail, mailbox.id)
            mailbox_listener = self._make_mailbox_listener(mailbox, self._database, self._pace, on_new_mail)
            mailbox_listener.start()
        except (OSError, RuntimeError) as error:
            # The system allows no more file handles or threads. The others continue, and the next sync tries again.
            _logger.warning("mailbox %s: cannot listen to it: %s", mailbox.name, error)
            return
        self._mailbox_listeners[mailbox] = mailbox_listener

    def _on_new_mail(self, mailbox_id):
        """There may be new email in a mailbox. Called by the mailbox listeners, each in its own thread."""
        self._wake_ups.request(mailbox_id)
        self._event.set()

    def _wake(self):
        mailbox_ids = self._wake_ups.start(time.monotonic())
        try:
            self._database.wake(mailbox_ids)
        except Exception:
            self._wake_ups.request(*mailbox_ids)
            raise
        _logger.info("there may be new email: the fetch is woken")

    def _warn_once(self, reason):
        """Log why there is nothing to listen to, when that changes."""
        if reason and reason != self._last_warning:
            _logger.warning("%s: nothing to listen to", reason)
        self._last_warning = reason

    def _wait_after(self, error):
        seconds = self._backoff.fail()
        # A database that was there before may be in the middle of a restore; otherwise the name is wrong.
        if not self._was_connected and self._database.is_missing():
            self.is_missing = True
            why = f"there is no database “{self._database.name}” in this PostgreSQL"
        else:
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        _logger.warning("cannot use the database: %s; trying again in %.0f s", why, seconds)
        if self.is_missing:
            self._on_missing()
        self._stopping.wait(seconds)
