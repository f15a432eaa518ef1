"""What a process keeps of settings is what is stored: kept values are forgotten in time, and no outdated one is kept.

How data flows: `kept` keeps what a method reads, in Odoo's cache of the registry, which all threads of a process share.
Code that changes a setting calls `forget`. A thread whose transaction began before that change still reads the former
values, for as long as the transaction lasts: it may use them, but they are not kept for others.
"""

from collections import defaultdict, deque
from functools import partial, wraps

from odoo.tools import SQL, ormcache

#: Database -> the last transactions of this process that changed settings, as PostgreSQL numbers them.
_changed = defaultdict(lambda: deque(maxlen=16))
#: In the data of what follows a commit: the number of the transaction.
NUMBER = "helpdesk_bridge.transaction"


class Outdated(Exception):
    """What a transaction has read that is older than a change: raised, so that `ormcache` does not keep it."""

    def __init__(self, value):
        super().__init__()
        self.value = value


def kept(*keys):
    """Keep what a method of a model reads, but nothing that is outdated. :param keys: as of `ormcache`"""

    def decorate(method):
        @ormcache(*keys)
        @wraps(method)
        def cached(self, *args):
            value = method(self, *args)
            if not _sees_all_changes(self.env):
                raise Outdated(value)
            return value

        @wraps(cached)
        def read(self, *args):
            try:
                return cached(self, *args)
            except Outdated as outdated:
                return outdated.value

        return read

    return decorate


def forget(env):
    """Forget what every process keeps of settings that this transaction has changed.

    At once, because this transaction reads them again; when it is committed, because until then another thread may have
    read what stood there before; when it is rolled back, because what was read in between never came true. Odoo tells
    the other processes of it after the commit.
    """
    cr, forget_all = env.cr, env.registry.clear_cache
    forget_all()
    if NUMBER not in cr.postcommit.data:
        cr.postrollback.add(forget_all)
        cr.execute("SELECT pg_current_xact_id()::text")
        [cr.postcommit.data[NUMBER]] = cr.fetchone()
        cr.postcommit.add(partial(_note, cr.dbname, cr.postcommit.data[NUMBER]))
        cr.postcommit.add(forget_all)


def _note(database, number):
    _changed[database].append(number)


def _heard(env):
    """How many times any process has told the others of changes, as far as this one has heard."""
    return env.registry.cache_sequences["default"] or 0


def _sees_all_changes(env):
    """Whether this transaction sees every change of settings that this process knows of, its own and those of others.

    What is told is stored as well, so that each transaction can count it; PostgreSQL knows which changes one sees.
    """
    ours = SQL(
        "SELECT bool_and(pg_visible_in_snapshot(number::xid8, pg_current_snapshot()) "
        "OR number::xid8 IS NOT DISTINCT FROM pg_current_xact_id_if_assigned()) FROM unnest(%s::text[]) number",
        list(_changed[env.cr.dbname]),
    )
    theirs = SQL("SELECT coalesce(max(id), 0) >= %s FROM orm_signaling_default", _heard(env))
    [(sees_all,)] = env.execute_query(SQL("SELECT coalesce((%s), true) AND (%s)", ours, theirs))
    return sees_all
