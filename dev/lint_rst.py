"""Checks that a reStructuredText file renders without a complaint."""

import sys
from pathlib import Path

from docutils.core import publish_string
from docutils.utils import SystemMessage


def main(path):
    """Render the file and throw the result away; returns the exit status."""
    if not path.exists():
        print(f"{path.name}: not there yet")
        return 0
    try:
        # Every complaint from `warning` up ends it, told on stderr with its line.
        settings = {"halt_level": 2, "report_level": 2, "file_insertion_enabled": False}
        publish_string(path.read_text(), source_path=path.name, writer="html", settings_overrides=settings)
    except SystemMessage:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
