"""Reads from a connected socket under one deadline for many reads."""

import io


class DeadlineReader(io.RawIOBase):
    """Reads as long as there is time, however often single bytes arrive.

    A socket's own timeout counts from the last byte, so a server that drips bytes would hold the reader for ever. The
    socket stays open until this is closed, as with the files of `socket.makefile`.

    :param left: a function that returns the seconds that are left, or raises TimeoutError
    """

    def __init__(self, sock, left):
        super().__init__()
        self._sock, self._raw, self._left = sock, sock.makefile("rb", buffering=0), left

    def readable(self):
        return True

    def readinto(self, buffer):
        self._sock.settimeout(self._left())
        return self._raw.readinto(buffer)

    def close(self):
        self._raw.close()
        return super().close()
