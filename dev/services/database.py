"""Databases: copied from a template together with their files, never reused dirty.

`make setup` makes the first template: Odoo with what the addon depends on. From this others are made when they are
wanted: with the addon, so that it is installed once and not for each test; with the styles and scripts of its pages,
for a browser. After a change of the checkout they are made anew.
"""

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from dev.paths import ADDON, DATA, LOGS, ROOT, STATE, Environment
from dev.services import postgres
from dev.services.odoo import run_odoo

FILESTORE = DATA / "filestore"
#: What Odoo does not read of the checkout when it installs the addon.
NOT_INSTALLED = {"dev", "docs", "tests", "__pycache__"}
#: Ours, and apps of Odoo that one or the other test wants beside it: installed together, ours is installed once.
BESIDE_APPS = (ADDON, "hr_holidays", "project")
#: So many of a kind stay: going back and forth between branches installs nothing.
KEPT = 3
#: What each page needs, and Odoo takes seconds to put together when the first one is opened.
DRAW = """
drawn = ("web.assets_web", "web.assets_web_print", "web.assets_backend_lazy", "web.assets_emoji")
drawn += ("bus.websocket_worker_assets", "mail.assets_message_email", "web_tour.interactive")
for name in (*drawn, "web.__assets_tests_call__"):
    bundle = env["ir.qweb"]._get_asset_bundle(name)
    bundle.css(), bundle.js()
env.cr.commit()
"""


@contextmanager
def database(name, addons=(ADDON,), keep=False, drawn=False):
    """A fresh database for a block, with these addons installed; dropped at its end.

    :param drawn: a browser will open its pages
    """
    with postgres.postgres():
        create(name, addons, drawn)
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


def create(name, addons=(), drawn=False):
    """Copy a template with these addons to a new database; an old one of this name goes."""
    copy(_drawn_template(addons) if drawn else template(addons), name)


def template(addons=()):
    """The database with these addons, ours as it is in the checkout; made if there is none. For its log: `log_of`."""
    others = tuple(addon for addon in addons if addon != ADDON)
    if ADDON in addons:
        # Last: it is installed again after each change, the others are not.
        return _template(_kind(addons), template(others), lambda part: install(part, [ADDON]), state())
    if others:
        return _template(_kind(addons), template(), lambda part: install(part, others))
    return Environment.load().template


def made_once(kind, make, *inputs):
    """The database that is made from Odoo alone, once for these inputs, for others to copy. :param make: as below"""
    return _template(kind, template(), make, *inputs)


def _drawn_template(addons):
    """The same, ready for a browser."""

    def draw(part):
        log = LOGS / f"draw-{part}.log"
        run_odoo("shell", "-d", part, "--no-http", log=log, stdin=DRAW)
        return log

    return _template(f"{_kind(addons)}_drawn", template(addons), draw)


def log_of(template):
    """The log of how a template was made."""
    return LOGS / f"{template}.log"


def _kind(addons):
    return f"with_{'_'.join(addons)}"


def _template(kind, source, make, *inputs):
    """The template of a kind that is made from a source as it is now. :param make: does it to a copy; returns the log

    It is made under another name: half of one is never taken for it. Others who want it wait meanwhile.
    """
    return kept(kind, source, make, [source, Path(__file__).read_text(), *inputs])


def kept(kind, source, make, inputs, number=KEPT):
    """The template of a kind that is made of these inputs, see `_template`. :param number: how many of the kind stay"""
    name, part = f"{kind}_{hashlib.sha256(repr(inputs).encode()).hexdigest()[:8]}", f"building_{kind}"
    with (STATE / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not exists(name) or not log_of(name).exists():
            copy(source, part)
            log = make(part)
            drop(name)
            rename(part, name)
            log.rename(log_of(name))
            postgres.sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        log_of(name).touch()
        _drop_old(kind, number)
    return name


def state():
    """The state of the checkout as which ours is installed; `make mutants` names one that its faults do not change."""
    return os.environ.get("INSTALLED") or fingerprint(ROOT)


def fingerprint(root):
    """Another one for each change to what Odoo installs of a checkout."""
    found = hashlib.sha256()
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_INSTALLED and not name.startswith("."))
        for path in sorted(Path(folder, file) for file in files):
            found.update(f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def _drop_old(kind, number=KEPT):
    """Drop all templates of a kind but those that were used last."""
    there = postgres.sql(f"SELECT datname FROM pg_database WHERE datname ~ '^{kind}_[0-9a-f]{{8}}$'")
    used = {name: log_of(name).stat().st_mtime if log_of(name).exists() else 0 for name in there}
    for name in sorted(there, key=used.get)[:-number]:
        drop(name)
        log_of(name).unlink(missing_ok=True)


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
    # File by file, as older ones always do: block by block through the log takes four times as long.
    strategy = " STRATEGY file_copy" if postgres.version() >= 15 else ""
    postgres.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}" OWNER {postgres.ROLE}{strategy}')
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
