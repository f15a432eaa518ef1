"""Installs the first release, fills it, upgrades it to the checkout, and compares every row of ours.

KEEP=1 keeps the database. What an upgrade changes on purpose stands in `expected.py`, with the reason. Then the
upgraded database is used: the screens open, tickets and clocks go on.
"""

import os
import re
import shutil
import subprocess
import time
from configparser import ConfigParser
from pathlib import Path

from dev import setup
from dev.paths import ADDON, CONFIG, LOGS, ROOT, STATE
from dev.services import database, postgres
from dev.services.odoo import run_odoo
from dev.services.process import ServiceFailed, failures_told
from dev.upgrade import rows

#: The last commit of version 19.0.1.0.0 whose guarantees were measured.
RELEASE = "7dcdee20b956f4e371ee3855a2728c642dd091b8"
PREFIX = "upgrade_"
FORMER, CONFIGURATION = STATE / "upgrade", STATE / "upgrade.conf"
SCRIPTS = Path(__file__).parent
LOUD = re.compile(r"^[\d-]+ [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) ")
#: What a script of Odoo's shell prints at its end.
DONE = "upgrade: done"


def main():
    """Upgrade and compare; returns the exit status."""
    setup.ready()
    began = time.monotonic()
    _check_out(RELEASE)
    with postgres.postgres():
        database.drop_leftovers(PREFIX)
        name = database.of_this_run(PREFIX)
        database.create(name)
        try:
            found = _upgraded(name)
        finally:
            if not os.environ.get("KEEP"):
                database.drop(name)
    for line in found:
        print(f"    {line}")
    print(f"upgrade: from {RELEASE[:7]}: {len(found)} differences ({time.monotonic() - began:.0f} s)")
    return 1 if found else 0


def _check_out(release):
    """The tree of a commit as an addon, and Odoo's configuration that finds it in place of the checkout's."""
    shutil.rmtree(FORMER, ignore_errors=True)
    (FORMER / ADDON).mkdir(parents=True)
    tree = subprocess.run(["git", "-C", ROOT, "archive", release], stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["tar", "x", "-C", FORMER / ADDON], input=tree, check=True)
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIG)
    folders = parser["options"]["addons_path"].split(",")
    parser["options"]["addons_path"] = ",".join([*folders[:-1], str(FORMER)])
    with CONFIGURATION.open("w") as file:
        parser.write(file)


def _upgraded(name):
    """Upgrade a database of the former release; returns what is wrong with it afterwards."""
    run_odoo("-c", CONFIGURATION, "-d", name, "-i", ADDON, "--stop-after-init", "--no-http", log=_log("install"))
    _shell("fill", name, "-c", CONFIGURATION)
    before = rows.read(name)
    run_odoo("-d", name, "-u", ADDON, "--stop-after-init", "--no-http", log=_log("update"))
    found = [f"log: {line}" for line in _log("update").read_text().splitlines() if LOUD.match(line)]
    found += rows.differences(before, rows.read(name))
    _shell("use", name)
    return found


def _shell(script, name, *arguments):
    log = _log(script)
    code = (SCRIPTS / f"{script}.py").read_text()
    # A shell that reads a pipe goes on after an error, and ends with 0.
    wrapped = f"exec(compile({code!r}, {script!r}, 'exec'), {{'env': env}})\nprint({DONE!r})\n"
    run_odoo("shell", *arguments, "-d", name, "--no-http", log=log, stdin=wrapped)
    if DONE not in log.read_text():
        raise ServiceFailed(f"upgrade: {script}.py fails, log {log}:\n{log.read_text()[-3000:]}")


def _log(step):
    return LOGS / f"upgrade-{step}.log"


if __name__ == "__main__":
    with failures_told():
        raise SystemExit(main())
