"""The loop of a scenario: emails arrive, servers are started again when they die, and at the end there is quiet."""

import imaplib
import threading
import time
from contextlib import contextmanager

from dev.chaos import tally
from dev.chaos.postman import Postman
from dev.services.process import ServiceFailed

#: Seconds between two looks.
LOOK_EVERY = 0.3
#: Seconds without any progress after which a scenario is counted as it is.
PATIENCE = 60
TOLD_EVERY = 50


class Run:
    """One scenario under way.

    :ivar handled: emails with a verdict when last looked
    """

    def __init__(self, play, mails, say, ahead=None):
        self.play, self.say, self._mails = play, say, mails
        self._postman = Postman(play.mailboxes, mails, **({"ahead": ahead} if ahead else {}))
        self.handled = self._kills = self._told = 0
        self._events, self._last = [], None
        self._started = self._moved = time.monotonic()

    @property
    def kills(self):
        """How many servers died, by their own hand or ours."""
        return self._kills + self.play.plan.deaths

    def play_out(self, events=()):
        """Deliver everything, let each event happen when so many emails are handled, wait for quiet.

        :param events: (handled, function of the Run), in this order
        """
        self._events = list(events)
        if not self._postman.ident:
            self._postman.start()
        try:
            while not self._is_quiet():
                self.look()
                while self._events and self.handled >= self._events[0][0]:
                    self._events.pop(0)[1](self)
                if time.monotonic() - self._moved > PATIENCE:
                    self.say(f"nothing moves any more: {self._last}")
                    break
                time.sleep(LOOK_EVERY)
        finally:
            self._postman.end()

    def deliver_all(self):
        """Deliver everything before anything else happens."""
        self._postman.start()
        self._postman.join()

    def count(self, name):
        """The Tally, now."""
        seconds = time.monotonic() - self._started
        found = tally.count(self.play, name, self._mails, self.kills, seconds)
        if self._postman.error:
            found.complaints.append(f"the postman gave up: {self._postman.error!r}")
        if self._events:
            found.complaints.append(f"{len(self._events)} faults did not happen")
        return found

    def kill(self, number=0):
        """kill -9 of a server from outside."""
        server = self.play.servers[number]
        server.keep_alive()  # nobody kills the dead
        server.odoo.kill()
        self._kills += 1

    @contextmanager
    def pressing(self, buttons):
        """Have people press *Fetch Now* for a block, each their own button over and over: (server, mailbox)."""
        over = threading.Event()

        def press(server, user):
            while not over.wait(0.05):
                self.play.fetch_now(server, user)

        people = [threading.Thread(target=press, args=button, daemon=True) for button in buttons]
        for person in people:
            person.start()
        try:
            yield
        finally:
            over.set()
            for person in people:
                person.join()

    def look(self, wake=True):
        """Start what died, wake what sleeps, see how far things are. A database that is away is looked at later."""
        for server in self.play.servers:
            server.keep_alive()
        try:
            self.handled = self._postman.handled = self.play.handled()
            if wake:
                self.play.wake()
        except ServiceFailed:
            return
        if self.handled // TOLD_EVERY > self._told:
            self._told = self.handled // TOLD_EVERY
            self.say(f"{self._postman.delivered} delivered, {self.handled} handled, {self.kills} kills")

    def _is_quiet(self):
        """Nothing waits anywhere: not with the postman, in the mailboxes, the inbound log, the outbox."""
        if self._postman.is_alive():
            waiting = {"delivered": self._postman.delivered, "handled": self.handled}
        else:
            try:
                self.play.release()
                [[opened, owed]] = self.play.ask(
                    "SELECT (SELECT count(*) FROM helpdesk_inbound_mail WHERE verdict IS NULL) AS opened, "
                    "(SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'pending') AS owed"
                )
                waiting = {"unflagged": self.play.unflagged(), "open rows": opened, "owed to Slack": owed}
            except (ServiceFailed, OSError, imaplib.IMAP4.error):
                waiting = None
        if waiting != self._last:
            self._last, self._moved = waiting, time.monotonic()
        return not self._postman.is_alive() and waiting is not None and not any(waiting.values())
