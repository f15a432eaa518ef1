"""`make lint`: ruff, pylint with the OCA's checks, XML and reStructuredText."""

import subprocess
import sys

from dev import setup
from dev.paths import ADDON, ADDONS, PYTHON_PATH, ROOT
from dev.services.process import clean_environ

PYLINT = ["pylint", "--rcfile", ROOT / "pyproject.toml"]


def main():
    """Run every check, also after one failed; returns the exit status."""
    python = setup.ready().python
    checks = {
        "ruff check": ["ruff", "check", "--no-cache", ROOT],
        "ruff format": ["ruff", "format", "--no-cache", "--check", ROOT],
        # This is no addon of the OCA's, so it does not name it as author.
        "pylint": [*PYLINT, "--disable=manifest-required-author", ADDON],
        "xml": ["dev.lint_xml", ROOT],
        "rst": ["dev.lint_rst", ROOT / "README.rst", *sorted(ROOT.glob("docs/*.rst"))],
    }
    failed = [name for name, check in checks.items() if not _passes(python, name, check)]
    print(f"lint: {'failed: ' + ', '.join(failed) if failed else 'clean'}")
    return 1 if failed else 0


def _passes(python, name, check):
    """Run one check in the venv."""
    print(f"lint: {name} ...", flush=True)
    command = [python, "-m", *map(str, check)]
    environ = clean_environ(PYTHONPATH=PYTHON_PATH)
    # From where the addon has its own name, whatever the checkout's folder is called.
    return subprocess.run(command, cwd=ADDONS, env=environ).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
