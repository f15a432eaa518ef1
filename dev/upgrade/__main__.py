"""Upgrades a filled database of the first release to the checkout, and compares every row of ours.

KEEP=1 keeps the database. What an upgrade changes on purpose stands in `expected.py`, with the reason. Then the
upgraded database is used: the screens open, tickets and clocks go on.
"""

import os
import time

from dev import setup
from dev.services import database, postgres
from dev.services.process import failures_told
from dev.upgrade import steps


def main():
    """Upgrade and compare; returns the exit status."""
    setup.ready()
    began = time.monotonic()
    with postgres.postgres():
        database.drop_leftovers(steps.PREFIX)
        name = database.of_this_run(steps.PREFIX)
        try:
            steps.begin(name)
            found = [*steps.upgrade(name), *steps.use(name)]
        finally:
            if not os.environ.get("KEEP"):
                database.drop(name)
    for line in found:
        print(f"    {line}")
    print(f"upgrade: from {steps.RELEASE[:7]}: {len(found)} differences ({time.monotonic() - began:.0f} s)")
    return 1 if found else 0


if __name__ == "__main__":
    with failures_told():
        raise SystemExit(main())
