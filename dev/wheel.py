"""`make wheel`: the addon as a package that pip installs, `odoo-addon-helpdesk-bridge`.

whool names a wheel after the folder it is built in, and packs whatever lies there. So it is built in a copy of what git
knows, in a folder of the addon's name, without what only developers need.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dev.paths import ADDON, LOGS, ROOT, STATE, Environment
from dev.services.process import clean_environ, tail

DIST = STATE / "dist"
DEVELOPERS_ONLY = ("dev", ".ci", "Makefile", ".gitignore", ".pre-commit-config.yaml")


class NotBuilt(Exception):
    """The wheel was not built; says where it is written why."""


def main():
    """Build it and say where it is."""
    print(f"wheel: {build(DIST)}")
    return 0


def build(target, commit=None):
    """Build the wheel into a folder, in place of any other there; returns its path.

    :param commit: of which state of the checkout; None for the present one
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, ADDON)
        if commit:
            _export_commit(folder, commit)
        else:
            _export(folder)
        _pip("wheel", "--no-build-isolation", "--wheel-dir", target, folder)
    [wheel] = target.glob("*.whl")
    return wheel


def install(wheel, target):
    """Install a wheel into a folder; returns the folder that is Odoo's addons path then."""
    _pip("install", "--no-index", "--no-compile", "--target", target, wheel)
    return Path(target, "odoo", "addons")


def _export(folder):
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, folder / name
        if name.split("/")[0] in DEVELOPERS_ONLY or not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _export_commit(folder, commit):
    folder.mkdir()
    tree = subprocess.run(["git", "-C", ROOT, "archive", commit], stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["tar", "x", "-C", folder], input=tree, check=True)
    for name in DEVELOPERS_ONLY:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _pip(*arguments):
    command = [Environment.load().python, "-m", "pip", "--disable-pip-version-check", *map(str, arguments), "--no-deps"]
    # The folder is no repository: its version is the manifest's.
    environ = clean_environ(WHOOL_POST_VERSION_STRATEGY_OVERRIDE="none")
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "wheel.log"
    with log.open("w") as output:
        status = subprocess.run(command, env=environ, stdout=output, stderr=output, stdin=subprocess.DEVNULL).returncode
    if status:
        raise NotBuilt(f"{' '.join(map(os.fspath, command))} ended with {status}, log {log}:\n{tail(log)}")


if __name__ == "__main__":
    sys.exit(main())
