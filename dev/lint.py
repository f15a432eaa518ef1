"""`make lint`: ruff, pylint with the OCA's checks, XML, reStructuredText, text files, the SBOM.

ONLY="ruff xml" runs some of them; so does `.pre-commit-config.yaml`.
"""

import os
import subprocess
import sys

from dev import setup
from dev.paths import ADDON, ADDONS, PYTHON_PATH, ROOT
from dev.services.process import clean_environ

PYLINT = ["pylint", "--rcfile", ROOT / "pyproject.toml"]
#: Name -> module of Python and its arguments.
CHECKS = {
    "ruff": ["ruff", "check", "--no-cache", ROOT],
    "format": ["ruff", "format", "--no-cache", "--check", ROOT],
    # This is no addon of the OCA's, so it does not name it as author.
    "pylint": [*PYLINT, "--disable=manifest-required-author", ADDON],
    "xml": ["dev.lint_xml", ROOT],
    "rst": ["dev.lint_rst", ROOT / "README.rst", *sorted(ROOT.glob("docs/*.rst"))],
    "text": ["dev.lint_text", ROOT],
    "sbom": ["dev.sbom", "--check"],
}


def main():
    """Run every check that is asked for, also after one failed; returns the exit status."""
    wanted = os.environ.get("ONLY", "").split() or list(CHECKS)
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        raise SystemExit(f"ONLY: there is no check {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    python = setup.ready().python
    failed = [name for name in wanted if not _passes(python, name, CHECKS[name])]
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
