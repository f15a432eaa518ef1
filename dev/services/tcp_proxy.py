"""A wire that can be cut: TCP through a port of ours, recorded, and broken on demand."""

import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress


class TcpProxy:
    """A running proxy in front of a port of this machine.

    :param delay: seconds that each answer is under way
    :ivar said: what clients have said so far, the bytes of each connection
    """

    host = "127.0.0.1"

    def __init__(self, target, delay=0):
        self._target, self._delay, self._pairs, self._frozen = target, delay, [], set()
        self._door = socket.create_server((self.host, 0))
        self.port = self._door.getsockname()[1]
        self.said = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Break every connection, as a firewall does that sends a reset."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.shutdown(socket.SHUT_RDWR)  # wakes whoever reads from it
                    end.close()

    def freeze(self):
        """Let every connection stay open and carry nothing any more, as after a pulled plug; new ones work."""
        self._frozen.update(end for pair in self._pairs for end in pair)

    def close(self):
        """End it."""
        self._door.close()
        self.cut()

    def _accept(self):
        with suppress(OSError):  # closed
            while True:
                client, _address = self._door.accept()
                try:
                    pair = client, socket.create_connection((self.host, self._target))
                except OSError:  # nobody is behind the wire just now, for instance during a restart
                    client.close()
                    continue
                self._pairs.append(pair)
                self.said.append(said := bytearray())
                for way in ((*pair, said, 0), (*reversed(pair), bytearray(), self._delay)):
                    threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _carry(self, source, target, said, delay):
        with suppress(OSError):
            while data := source.recv(65536):
                time.sleep(delay)
                if source not in self._frozen:
                    said += data
                    target.sendall(data)
            if source not in self._frozen:
                target.shutdown(socket.SHUT_WR)


@contextmanager
def tcp_proxy(target, delay=0):
    """Run a proxy in front of a port for a block."""
    proxy = TcpProxy(target, delay)
    try:
        yield proxy
    finally:
        proxy.close()
