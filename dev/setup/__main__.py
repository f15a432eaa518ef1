"""`make setup`. With --python it says nothing but which interpreter to use."""

import contextlib
import sys

from dev.setup import ready, system


def main():
    """Set up, and say what is there."""
    if sys.argv[1:] == ["--python"]:
        with contextlib.redirect_stdout(sys.stderr):
            environment = ready()
        print(environment.python)
    else:
        environment = ready()
        print(f"setup: ready, Odoo {environment.odoo_version}, Python {system.python()[1]}")


if __name__ == "__main__":
    main()
