"""The node modules: a mailbox with a web page, and a checker of accessible pages.

`package.json` names them, `package-lock.json` everything that they depend on, with checksums. To renew the lock:
`npm install --package-lock-only --omit-lockfile-registry-resolved` (it then names no registry).
"""

import shutil

from dev.paths import CACHE, DEV
from dev.setup.step import is_complete, key, rebuilt

PACKAGES = (DEV / "package.json", DEV / "package-lock.json")


def folder():
    """Where the node modules for these packages lie."""
    return CACHE / f"node-{key(*(path.read_text() for path in PACKAGES))}"


def is_ready():
    """True when they are complete."""
    return is_complete(folder())


def build(log):
    """Install exactly what the lock names."""
    with rebuilt(folder()):
        for path in PACKAGES:
            shutil.copy(path, folder())
        log.run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=folder())
