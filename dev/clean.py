"""`make clean`: removes what this checkout left in the cache; ALL=1: the whole cache."""

import os
import shutil

from dev import locks
from dev.paths import CACHE, MUTANTS, STATE, checkout_name
from dev.services import postgres
from dev.setup.step import setup_lock


def main():
    """Stop and remove, unless somebody is at work there."""
    everything = bool(os.environ.get("ALL"))
    with setup_lock():
        states = list((CACHE / "checkouts").glob("*")) if everything else [*_of_copies(), STATE]
        for state in filter(lambda folder: folder.exists(), states):
            _remove(state)
        if everything:
            shutil.rmtree(CACHE)
    print(f"removed {CACHE if everything else STATE}")


def _of_copies():
    """The states of the copies that `make mutants` has made of this checkout."""
    return [CACHE / "checkouts" / checkout_name(copy) for copy in MUTANTS.glob("*")]


def _remove(state):
    """Remove one checkout's state; its server is stopped if a crash left it running."""
    with (state / "postgres.users").open("w") as users:
        if not locks.take(users):
            raise SystemExit(f"{state} is in use: stop what runs there first")
        postgres.stop_leftover(state)
        shutil.rmtree(state)


if __name__ == "__main__":
    main()
