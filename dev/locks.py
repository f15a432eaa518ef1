"""Locks between processes: on an open file, gone with the process that has them."""

import fcntl


def take(file):
    """Take the lock of an open file for ourselves alone, unless somebody has it; returns whether we have it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
