"""Checks that reStructuredText files render without a complaint."""

import sys
from pathlib import Path

from docutils.core import publish_string
from docutils.utils import SystemMessage


def main(*paths):
    """Check every file; returns the exit status."""
    return 0 if all([renders(Path(path)) for path in paths]) else 1


def renders(path):
    """Render a file and throw the result away; returns whether nothing was wrong."""
    try:
        # Every complaint from `warning` up ends it, told on stderr with its line.
        settings = {"halt_level": 2, "report_level": 2, "file_insertion_enabled": False}
        publish_string(path.read_text(), source_path=path.name, writer="html", settings_overrides=settings)
    except SystemMessage:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
