"""Wakes scheduled actions a few times a second at most, however often this process is told that there is work.

A wake-up costs a row, a connection of its own for the NOTIFY, and a look of each cron worker at what is due. While
dozens of events come in a second, the run that the first of them has begun finds most of the others as well. The first
event wakes the action at once, the others of the same moment together at its end. If the process ends before, the
action's own interval remains.
"""

import logging
import threading
import time

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

#: Seconds between two wake-ups of the same cron by one process.
EVERY = 0.2

_lock = threading.Lock()
#: When each cron of a database was last woken, by the monotonic clock; those that a timer is about to wake.
_woken, _waiting = {}, set()


def is_first(dbname, xmlid):
    """Whether this cron may be woken right now; if not, `later` has to be called after the commit."""
    key, now = (dbname, xmlid), time.monotonic()
    with _lock:
        if key in _waiting or now - _woken.get(key, -EVERY) < EVERY:
            return False
        _woken[key] = now
        return True


def later(dbname, xmlid):
    """Wake a cron at the end of this moment: once, however many ask for it. What it is to find is committed."""
    key, now = (dbname, xmlid), time.monotonic()
    with _lock:
        if key in _waiting:
            return
        _waiting.add(key)
        seconds = max(0, _woken.get(key, -EVERY) + EVERY - now)
    timer = threading.Timer(seconds, wake, [dbname, xmlid])
    timer.daemon = True
    timer.start()


def wake(dbname, xmlid):
    """Wake a cron now, in a transaction of its own."""
    # Before the transaction: whatever is committed from here on asks for a wake-up of its own.
    with _lock:
        _waiting.discard((dbname, xmlid))
        _woken[dbname, xmlid] = time.monotonic()
    try:
        with Registry(dbname).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["ir.cron"]._bridge_wake(xmlid)
    except Exception as error:  # the server stops, or its database is gone: the interval of the action remains
        _logger.info("%s was not woken: %s", xmlid, error)


def forget():
    """As if nothing had been woken yet."""
    with _lock:
        _woken.clear()
        _waiting.clear()
