"""Steps that a cron commits one by one: what one of them did stays done, whatever becomes of the next."""

import psycopg2.errors

TRIES = 5
#: What PostgreSQL says when two transactions touched the same row.
CONFLICTS = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected)


def reason(error):
    """An error in one line for people who look after the bridge; the log has the rest."""
    return f"{type(error).__name__}: {error}".replace("\0", "")[:500]


def retried(cr, step, *arguments):
    """Run a step in a transaction of its own, again when another worker was there first; returns what it returns.

    Only for crons: they own their cursor.
    """
    tries_left = TRIES
    while True:
        try:
            result = step(*arguments)
            cr.commit()  # pylint: disable=invalid-commit
            return result
        except Exception as error:
            cr.rollback()
            tries_left -= 1
            if not (isinstance(error, CONFLICTS) and tries_left):
                raise
