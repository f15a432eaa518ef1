"""Steps that are committed one by one: what one of them did stays done, whatever becomes of the next.

Here, too, is what every step needs to know of an error: whether it was the step's fault, and how to say it.
"""

import psycopg2

from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

TRIES = 5
#: After which a transaction begins again: as Odoo does for its users.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
#: Classes of PostgreSQL's errors that pass: connection, conflicts, resources, intervention, a lock that is held.
MOMENTARY = ("08", "40", "53", "57P", "55P03")


def is_momentary(error):
    """Whether an error is about the moment (a conflict, a lost connection), not about what was done."""
    if isinstance(error, (*CONFLICTS, psycopg2.InterfaceError)):
        return True
    code = getattr(error, "pgcode", None)
    return isinstance(error, psycopg2.OperationalError) and (not code or code.startswith(MOMENTARY))


def conflict_behind(error):
    """The conflict that an error is, or that was being handled when it was raised; None for any other error."""
    while error and not isinstance(error, CONFLICTS):
        error = error.__context__
    return error


def reason(error, length=500):
    """An error in one line for administrators; the log has the rest."""
    words = f"{type(error).__name__}: {error}"[:length]
    # PostgreSQL cannot store NUL bytes; the error would be raised where no one catches it.
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def attempted(cr, step, *arguments):
    """Run one step of several: what is wrong with it keeps none of the others from theirs.

    :return: what it raised, after whatever it did is undone; None when it went well. A conflict is no fault of its own
        and is raised: the transaction begins again
    """
    try:
        with cr.savepoint():
            step(*arguments)
    except CONFLICTS:
        raise
    except Exception as error:
        return error
    return None


def release(env):
    """End the transaction of a button before a server is waited for: what was written so far is committed.

    Neither a lock nor a snapshot is held while the network is slow. Only for methods behind buttons, whose request is a
    transaction of its own, and which may be repeated from their beginning.
    """
    env.flush_all()
    env.cr.commit()  # pylint: disable=invalid-commit


def retried(cr, step, *arguments):
    """Run a step in a transaction of its own, again when another worker was there first; returns what it returns.

    Only for those who own their cursor, as crons do.
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
