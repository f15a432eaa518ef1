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
#: When each cron of a database was last woken, by the monotonic clock; or will be, if a timer is about to wake it.
_woken = {}


def is_first(dbname, xmlid):
    """Whether this cron may be woken right now; if not, `later` has to be called after the commit."""
    key, now = (dbname, xmlid), time.monotonic()
    with _lock:
        if now - _woken.get(key, -EVERY) < EVERY:
            return False
        _woken[key] = now
        return True


def later(dbname, xmlid):
    """Wake a cron at the end of this moment: once, however many ask for it. What it is to find is committed."""
    key, now = (dbname, xmlid), time.monotonic()
    with _lock:
        if _woken.get(key, now) > now:
            return
        _woken[key] = max(now, _woken.get(key, -EVERY) + EVERY)
        seconds = _woken[key] - now
    after(seconds, wake, dbname, xmlid)


def wake(dbname, xmlid):
    """Wake a cron now, in a transaction of its own."""
    # Before the transaction: whatever is committed from here on asks for a wake-up of its own.
    with _lock:
        _woken[dbname, xmlid] = time.monotonic()
    call(dbname, "_bridge_wake", xmlid)


def after(seconds, act, *arguments):
    """Do something after so many seconds, and do not wait for it here. If the process ends before, it is not done."""
    timer = threading.Timer(seconds, act, arguments)
    timer.daemon = True
    timer.start()


def call(dbname, method, *arguments):
    """Call a method of ``ir.cron`` in a transaction of its own."""
    try:
        with Registry(dbname).cursor() as cr:
            getattr(api.Environment(cr, SUPERUSER_ID, {})["ir.cron"], method)(*arguments)
    except Exception as error:  # the server stops, or its database is gone: the interval, or Odoo's minute, remains
        _logger.info("%s failed, cron workers were not told: %s", method, error)


def forget():
    """As if nothing had been woken yet."""
    with _lock:
        _woken.clear()
