"""Looks at records before and after what is done to them, and tells what has changed.

A write may write again inside, with other values: it is one change, and the outermost look tells it. Whoever looks has
a key of its own; the records that somebody looks at already stand under it in the cursor's cache.
"""

from contextlib import contextmanager


@contextmanager
def watching(records, key, look):
    """Look at `records` before and after what is done inside.

    :param look: a function of one record; what it returns can be compared
    :return: a list, which afterwards holds (record, look before, look after) of those that look different
    """
    records = records.filtered(lambda record: record.id not in _watched(record, key))
    before = {record: look(record) for record in records}
    changes = []
    with unwatched(records, key):
        yield changes
    after = {record: look(record) for record in records}
    changes += [(record, before[record], after[record]) for record in records if before[record] != after[record]]


@contextmanager
def unwatched(records, key):
    """What is done to `records` inside is looked at by nobody who comes later."""
    watched = _watched(records, key)
    ours = set(records.ids) - watched
    watched |= ours
    try:
        yield
    finally:
        watched -= ours


def _watched(records, key):
    return records.env.cr.cache.setdefault(key, set())
