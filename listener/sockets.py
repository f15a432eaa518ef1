"""The sockets of one database: those of the workspaces that have an app-level token, and what is told of them."""

import os
import socket
import time

from ..tools.slack import socket_state

#: Identifies this process among the listeners of a database.
OWNER = f"{socket.gethostname()}:{os.getpid()}"
#: What is said of a socket that was closed on purpose.
ENDED = (socket_state.OFF, "", "", None)


class Sockets:
    """Opens and closes sockets as the database has workspaces.

    :param make_listener: makes a `SocketListener` from a place, a database and the function to call when its state has
        changed
    :param on_change: called from any thread when there is something to tell
    """

    def __init__(self, database, make_listener, on_change):
        self._database, self._make_listener, self._on_change = database, make_listener, on_change
        self._told, self._told_at = {}, 0
        self._listeners, self._ended = {}, set()  # by Place; ids of workspaces that have no socket any more

    def __bool__(self):
        return bool(self._listeners)

    def sync(self, wanted):
        """Keep exactly these sockets. :param wanted: {Place: its number of renewals}"""
        for place in [place for place in self._listeners if place not in wanted]:
            self._listeners.pop(place).stop()
            self._ended.add(place.id)
        self._ended -= {place.id for place in wanted}
        for place, renewals in wanted.items():
            listener = self._listeners.get(place)
            if not listener:
                listener = self._make_listener(place, self._database, self._on_change)
                listener.renew(renewals)
                listener.start()
                self._listeners[place] = listener
            else:
                listener.renew(renewals)

    def abandon(self):
        """Close all, and write nothing: this is not the database any more that has them."""
        self.stop()
        self._listeners.clear()
        self._ended.clear()

    def tell(self):
        """Write into the database how the sockets are."""
        shape = {place.id: (one.state, one.code, one.heard_at) for place, one in self._listeners.items()}
        now = time.monotonic()
        if not self._ended and shape == self._told and now - self._told_at < socket_state.SEEN_EVERY:
            return
        said = {place.id: _said(one) for place, one in self._listeners.items()}
        said |= dict.fromkeys(self._ended, ENDED)
        if said:
            self._database.report(OWNER, said)
        self._told, self._told_at = shape, now
        self._ended.clear()

    def stop(self):
        """Close all; `join` waits until that is done."""
        for listener in self._listeners.values():
            listener.stop()

    def join(self):
        """Wait until all are closed, then say so."""
        for listener in self._listeners.values():
            listener.join()
        if self._listeners:
            self._database.report(OWNER, {place.id: ENDED for place in self._listeners})


def _said(listener):
    """(state, code, detail, seconds since anything was heard)"""
    heard = listener.heard_at
    age = None if heard is None else max(0.0, time.monotonic() - heard)
    return listener.state, listener.code, listener.detail, age
