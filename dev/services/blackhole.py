"""A server that accepts connections and says nothing, ever: the worst that a network can do."""

import selectors
import socket
import threading
from contextlib import contextmanager


class Blackhole:
    """:ivar visitors: how many have come"""

    def __init__(self, port):
        self.port, self.visitors = port, 0


@contextmanager
def blackhole():
    """Run one for a block."""
    with socket.create_server(("127.0.0.1", 0)) as listening, selectors.DefaultSelector() as selector:
        hole, held, ended = Blackhole(listening.getsockname()[1]), [], threading.Event()
        listening.setblocking(False)
        selector.register(listening, selectors.EVENT_READ)

        def accept():
            while not ended.is_set():
                if selector.select(timeout=0.1):
                    held.append(listening.accept()[0])
                    hole.visitors += 1

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield hole
        finally:
            ended.set()
            thread.join()
            for visitor in held:
                visitor.close()
