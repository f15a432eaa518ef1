"""Free ports of 127.0.0.1."""

import random
import socket

#: Below the ports that Linux gives to clients (32768 and up): otherwise a connection of somebody else may take the port
#: before the server listens on it, or while the server restarts.
FOR_SERVERS = range(20_000, 32_000)


def free():
    """A port nobody listens on right now.

    By chance, so that checkouts and processes side by side never share one.
    """
    for port in random.SystemRandom().sample(FOR_SERVERS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port between {FOR_SERVERS.start} and {FOR_SERVERS.stop}")


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
