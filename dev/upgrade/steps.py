"""The steps of an upgrade: a database of the first release's wheel, filled; its upgrade; its use afterwards."""

import re
import shutil
from configparser import ConfigParser
from pathlib import Path

from dev import wheel
from dev.paths import ADDON, CONFIG, LOGS, STATE
from dev.services import database
from dev.services.odoo import run_odoo
from dev.services.process import ServiceFailed
from dev.upgrade import rows

#: The last commit of version 19.0.1.0.0 whose guarantees were measured.
RELEASE = "7dcdee20b956f4e371ee3855a2728c642dd091b8"
PREFIX = "upgrade_"
FORMER, CONFIGURATION = STATE / "upgrade", STATE / "upgrade.conf"
SCRIPTS = Path(__file__).parent
LOUD = re.compile(r"^[\d-]+ [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) ")
#: What a script of Odoo's shell prints at its end.
DONE = "upgrade: done"


def begin(name):
    """A database of the release, with rows of every kind. It is filled once, and copied from then on."""
    scripts = [(SCRIPTS / f"{script}.py").read_text() for script in ("fill", "kinds")]
    source = database.made_once("released", _filled, RELEASE, *scripts)
    database.copy(source, name)


def upgrade(name):
    """Upgrade a database of the release to the checkout; yields what is wrong with it afterwards."""
    before = rows.read(name)
    run_odoo("-d", name, "-u", ADDON, "--stop-after-init", "--no-http", log=_log("update"))
    yield from (f"log: {line}" for line in _log("update").read_text().splitlines() if LOUD.match(line))
    yield from rows.differences(before, rows.read(name))


def use(name):
    """Work with an upgraded database; raises ServiceFailed for what does not go on. Yields nothing."""
    _shell("use", name)
    yield from ()


def release_wheel(target):
    """The wheel of the release, as it is given to people."""
    return wheel.build(target, RELEASE)


def _filled(name):
    """Install the release from its wheel, and fill it; returns the log."""
    shutil.rmtree(FORMER, ignore_errors=True)
    addons = wheel.install(release_wheel(STATE / "upgrade-dist"), FORMER)
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIG)
    # In place of the checkout.
    folders = parser["options"]["addons_path"].split(",")
    parser["options"]["addons_path"] = ",".join([*folders[:-1], str(addons)])
    with CONFIGURATION.open("w") as file:
        parser.write(file)
    run_odoo("-c", CONFIGURATION, "-d", name, "-i", ADDON, "--stop-after-init", "--no-http", log=_log("install"))
    _shell("fill", name, "-c", CONFIGURATION)
    _shell("kinds", name, "-c", CONFIGURATION)
    return _log("install")


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
