"""A wait that another thread can end."""

import selectors
import socket
from contextlib import suppress

# epoll would cost a file handle for each thread that waits.
Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Bell:
    """Rings once. Who waits for it may wait for a socket at the same time.

    :ivar rung: whether it has rung; it never stops
    """

    def __init__(self):
        self._heard, self._pulled = socket.socketpair()
        self.rung = False

    def ring(self):
        """End every wait, the present one and all to come."""
        self.rung = True
        with suppress(OSError):  # nobody is there any more
            self._pulled.send(b"!")

    def wait(self, seconds, sock=None):
        """Wait until it rings, time is over, or the socket has something to read; returns whether it has."""
        with Selector() as selector:
            selector.register(self._heard, selectors.EVENT_READ)
            if sock:
                selector.register(sock, selectors.EVENT_READ)
            return any(key.fileobj is sock for key, _events in selector.select(seconds))

    def close(self):
        """Give the two sockets back."""
        self._heard.close()
        self._pulled.close()
