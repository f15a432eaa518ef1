"""The node modules: a Slack double and a mailbox with a web page.

These are exact versions; what they depend on themselves is whatever npm resolves on the day of the setup.
"""

import shutil

from dev.paths import CACHE, DEV
from dev.setup.step import is_complete, key, rebuilt

PACKAGES = DEV / "package.json"


def folder():
    """Where the node modules for this package.json lie."""
    return CACHE / f"node-{key(PACKAGES.read_text())}"


def is_ready():
    """True when they are complete."""
    return is_complete(folder())


def build(log):
    """Install them; no lock file, it would name a registry."""
    with rebuilt(folder()):
        shutil.copy(PACKAGES, folder())
        flags = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        log.run("npm", "install", *flags, cwd=folder())
