"""Marks records whose change is being recorded, so that the outermost change of a record reports it.

A write may write again inside, with other values: together that is one change. The ids of the records that are tracked
stand in the cursor's cache, under the key of the caller.
"""

from contextlib import contextmanager


@contextmanager
def tracked(records, key):
    """Track `records` during the block.

    :param key: of who tracks, in the cursor's cache
    :return: those of the records that nothing further out tracks already
    """
    ids = records.env.cr.cache.setdefault(key, set())
    outermost = records.filtered(lambda record: record.id not in ids)
    ids.update(outermost.ids)
    try:
        yield outermost
    finally:
        ids.difference_update(outermost.ids)
