"""Whether the threads that run scheduled actions in this process are still alive.

With ``workers = 0``, Odoo runs scheduled actions in threads of the process that also answers HTTP requests. Such a
thread ends when it cannot reconnect to PostgreSQL, and Odoo starts no new one. With workers, they are processes of
their own, which Odoo starts again.
"""

import threading

from odoo.service import server

#: How Odoo names these threads.
NAME = "odoo.service.cron.cron"
_SEEN = set()


def look():
    """Remember which of these threads there are. Every scheduled action does so."""
    alive = {thread.name for thread in threading.enumerate() if thread.name.startswith(NAME) and thread.is_alive()}
    _SEEN.update(alive)
    return alive


def count():
    """:return: (how many such threads this process has had, how many of these have ended)"""
    alive = look()
    # A worker may be a fork of a process that has had such threads.
    seen = _SEEN if isinstance(server.server, server.ThreadedServer) else set()
    return len(seen), len(seen - alive)
