"""Databases: copied from the template together with their files, never reused dirty."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from dev.paths import ADDON, DATA, LOGS, Environment
from dev.services import postgres
from dev.services.odoo import run_odoo

FILESTORE = DATA / "filestore"


@contextmanager
def database(name, addons=(ADDON,), keep=False):
    """A fresh database for a block, with these addons installed; dropped at its end."""
    with postgres.postgres():
        create(name, addons)
        try:
            yield name
        finally:
            if not keep:
                drop(name)


def of_this_run(prefix, purpose=""):
    """The name of a database of this process, by which `drop_leftovers` knows whose it is."""
    return f"{prefix}{os.getpid()}{purpose and '_'}{purpose}"


def drop_leftovers(prefix):
    """Drop the databases of processes that were killed."""
    for name in postgres.sql(f"SELECT datname FROM pg_database WHERE datname ~ '^{prefix}[0-9]+'"):
        if not Path("/proc", name.removeprefix(prefix).partition("_")[0]).exists():
            drop(name)


@contextmanager
def installed(prefix):
    """A database with the addon, for others to copy."""
    with postgres.postgres():
        drop_leftovers(prefix)
        with database(of_this_run(prefix)) as name:
            yield name


def create(name, addons=()):
    """Copy the template to a new database (an old one of this name goes) and install."""
    copy(Environment.load().template, name)
    if addons:
        install(name, addons)


def install(name, addons):
    """Install addons; returns the log's path, raises ServiceFailed when Odoo fails."""
    log = LOGS / f"install-{name}.log"
    run_odoo("-d", name, "-i", ",".join(addons), "--stop-after-init", "--no-http", log=log)
    return log


def load_demo(name):
    """Load the addon's demo data into a database that was made without."""
    script = f"""
from odoo.tools import convert_file
for file in odoo.modules.Manifest.for_addon("{ADDON}")["demo"]:
    convert_file(env, "{ADDON}", file, {{}}, mode="init", noupdate=True)
env.cr.commit()
"""
    run_odoo("shell", "-d", name, "--no-http", log=LOGS / f"demo-data-{name}.log", stdin=script)


def copy(source, name):
    """Copy a database and its files."""
    drop(name)
    postgres.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}" OWNER {postgres.ROLE}')
    if (FILESTORE / source).exists():
        shutil.copytree(FILESTORE / source, FILESTORE / name)
    # Here every copy is meant to be used: it is at home where it is.
    postgres.sql("DELETE FROM ir_config_parameter WHERE key = 'helpdesk_bridge.home'", name)


def rename(old, new):
    """Rename a database and its files."""
    if (FILESTORE / old).exists():
        shutil.rmtree(FILESTORE / new, ignore_errors=True)
        (FILESTORE / old).rename(FILESTORE / new)
    postgres.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def drop(name):
    """Drop a database and its files, whoever is connected."""
    postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def exists(name):
    """True when the cluster has this database."""
    return postgres.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == ["1"]
