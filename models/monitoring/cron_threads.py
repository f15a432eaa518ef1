"""Whether the threads that run scheduled actions in this process are still alive.

With ``workers = 0``, Odoo runs scheduled actions in threads of the process that also answers HTTP requests. Such a
thread ends when it cannot reconnect to PostgreSQL, and Odoo starts no new one. With workers, they are processes of
their own, which Odoo starts again.
"""

import threading

from odoo.service import server
from odoo.tools import config

#: How Odoo names these threads.
NAME = "odoo.service.cron.cron"


def count():
    """:return: (how many such threads this process should have, how many of these have ended)"""
    if not isinstance(server.server, server.ThreadedServer) or config["stop_after_init"]:
        return 0, 0
    wanted = config["max_cron_threads"]
    alive = sum(thread.name.startswith(NAME) and thread.is_alive() for thread in threading.enumerate())
    return wanted, max(wanted - alive, 0)
