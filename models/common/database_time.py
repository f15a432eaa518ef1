"""One clock for all hosts: PostgreSQL's.

The clocks of several hosts differ, and one host's clock may jump. Leases, holds and due dates therefore follow the
database. It is asked once a minute; in between, the process counts on with its monotonic clock, which never jumps.
"""

import logging
import socket
import time
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

_logger = logging.getLogger(__name__)

#: Seconds between two questions to PostgreSQL.
ASK_EVERY = 60
#: Seconds by which this host's clock may differ without a warning.
TOLERANCE = 60
#: A host that has not been noted for so long may no longer run.
FORGET_AFTER = timedelta(hours=1)
#: `ir.config_parameter` of the hosts whose clock differs; what follows is the host's name.
SKEW = "helpdesk_bridge.clock_skew."


class _Reading(NamedTuple):
    """:param moment: PostgreSQL's time, naive UTC
    :param at: when that was, by the monotonic clock
    :param skew: seconds by which the host's clock was ahead
    """

    moment: datetime
    at: float
    skew: float


_readings = {}


def now(env):
    """PostgreSQL's time in whole seconds, naive UTC."""
    return precisely(env).replace(microsecond=0)


def precisely(env):
    """PostgreSQL's time with its microseconds, naive UTC."""
    reading = _reading(env)
    return reading.moment + timedelta(seconds=time.monotonic() - reading.at)


def skew(env):
    """By how many seconds this host's clock is ahead of PostgreSQL's; negative when it is behind."""
    return _reading(env).skew


def _reading(env):
    reading = _readings.get(env.cr.dbname)
    if not reading or not 0 <= time.monotonic() - reading.at < ASK_EVERY:
        asked = time.monotonic()
        env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        [moment] = env.cr.fetchone()
        # Half of the way there and back is over since PostgreSQL read its clock.
        elapsed = (time.monotonic() - asked) / 2
        host = datetime.now(timezone.utc).replace(tzinfo=None)
        skew_seconds = (host - moment).total_seconds() - elapsed
        reading = _readings[env.cr.dbname] = _Reading(moment, time.monotonic() - elapsed, skew_seconds)
    return reading


def note_skew(env):
    """Store by how much this host's clock differs, or that it does not any more; `noted_skews` reads it."""
    seconds, key = round(skew(env)), SKEW + socket.gethostname()
    parameters = env["ir.config_parameter"].sudo()
    if abs(seconds) <= TOLERANCE:
        # Odoo caches parameters, so that asking first costs no query at each run of a cron.
        if parameters.get_param(key):
            parameters.set_param(key, False)
        return
    _logger.warning("the clock of this host differs from PostgreSQL's by %s s", seconds)
    moment = now(env)
    noted = f"{seconds} {moment.replace(minute=moment.minute // 10 * 10, second=0).isoformat()}"
    if parameters.get_param(key) != noted:
        parameters.set_param(key, noted)


def noted_skews(env):
    """The hosts whose clock differed within the last hour: list of (host, seconds by which it is ahead)."""
    found, oldest = [], (now(env) - FORGET_AFTER).isoformat()
    for noted in env["ir.config_parameter"].sudo().search([("key", "=like", f"{SKEW}%")], order="key"):
        seconds, _space, moment = noted.value.partition(" ")
        if moment >= oldest:
            found.append((noted.key.removeprefix(SKEW), int(seconds)))
    return found
