"""Free ports of 127.0.0.1."""

import socket


def free():
    """A port nobody listens on right now.

    Asked from the system each time, so that checkouts side by side never share one.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prefer(port):
    """This port, so that an address stays the same from day to day; another one when it is taken."""
    with socket.socket() as probe:
        # As servers do: a connection that ended a moment ago does not count as somebody.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return free()
    return port


def answers(port):
    """True when somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
