"""Odoo's command line inside the environment."""

import subprocess
from configparser import ConfigParser

from dev.paths import CONFIG, Environment
from dev.services.process import ServiceFailed, clean_environ, tail


def odoo_command(*arguments, boot=()):
    """The command line of an Odoo; it reads our configuration through ODOO_RC.

    `boot` are the interpreter's arguments for a program that ends up in Odoo's own.
    """
    environment = Environment.load()
    return [environment.python, *(boot or [environment.odoo_bin]), *map(str, arguments)]


def odoo_environ(**extra):
    """The process environment of an Odoo.

    ODOO_RC instead of `-c`: it works for every subcommand, and a user's own `-c` wins.
    """
    return clean_environ(ODOO_RC=CONFIG, PYTHONUNBUFFERED="1", **extra)


def configured_addons():
    """The folders that our configuration looks for addons in."""
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIG)
    return parser["options"]["addons_path"].split(",")


def run_odoo(*arguments, log, stdin="", env=None):
    """Run an Odoo command to its end with its output in a log; ServiceFailed if it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        status = subprocess.run(
            odoo_command(*arguments),
            env=odoo_environ(**(env or {})),
            input=stdin,
            text=True,
            stdout=output,
            stderr=output,
        ).returncode
    if status:
        raise ServiceFailed(f"odoo {' '.join(map(str, arguments))} ended with {status}, log {log}:\n{tail(log)}")
