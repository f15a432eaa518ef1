"""An event that ends waits, like `threading.Event`, and can be waited for together with a socket."""

import selectors
import socket
from contextlib import suppress

# epoll would use one file handle per waiting thread.
Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class StopEvent:
    """Set once, never cleared. It has no lock, so a signal handler may set it."""

    def __init__(self):
        self._reader, self._writer = socket.socketpair()
        self._is_set = False

    def is_set(self):
        """Whether it was set."""
        return self._is_set

    def set(self):
        """End the current waits and all later ones."""
        self._is_set = True
        with suppress(OSError):  # closed already
            self._writer.send(b"!")

    def wait(self, seconds, sock=None):
        """Wait until it is set, the time is over, or the socket is readable; returns whether the socket is."""
        with Selector() as selector:
            selector.register(self._reader, selectors.EVENT_READ)
            if sock:
                selector.register(sock, selectors.EVENT_READ)
            return any(key.fileobj is sock for key, _events in selector.select(seconds))

    def close(self):
        """Close the two sockets."""
        self._reader.close()
        self._writer.close()
