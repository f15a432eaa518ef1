"""Connects to a host under one deadline, however many addresses its name has."""

import errno
import os
import socket
import time


def connect(address, timeout, source_address=None):
    """As `socket.create_connection`, which allows so much time for each address; here it is for all of them.

    An address that does not answer leaves the others their share. A host of which no address answers counts as
    unreachable, not as slow: nothing was sent to it.

    :param timeout: seconds for connecting, then for each read
    """
    deadline, error = time.monotonic() + timeout, OSError("the name has no address")
    places = socket.getaddrinfo(*address, 0, socket.SOCK_STREAM)
    # A slow look-up of the name must not use up all of it.
    deadline = max(deadline, time.monotonic() + timeout / 2)
    for number, (family, kind, protocol, _name, place) in enumerate(places):
        share = (deadline - time.monotonic()) / (len(places) - number)
        try:
            return _connected(socket.socket(family, kind, protocol), place, max(share, 0.01), timeout, source_address)
        except TimeoutError:
            error = OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))
        except OSError as refused:
            error = refused
    raise error


def _connected(sock, place, share, timeout, source_address):
    try:
        sock.settimeout(share)
        if source_address:
            sock.bind(source_address)
        sock.connect(place)
        sock.settimeout(timeout)
    except BaseException:
        sock.close()
        raise
    return sock


class Connecting:
    """For connections of `http.client`, as their first parent: they connect as `connect` does."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._create_connection = connect
