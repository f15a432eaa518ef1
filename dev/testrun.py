"""The test run behind `make test`: three phases, each with its own pytest."""

import os
import re
import shlex
import subprocess
import time
from pathlib import Path

from dev import setup
from dev.paths import ADDON, ADDONS, CONFIG, DEV, LINK, PYTHON_PATH, ROOT, Environment
from dev.services import database, postgres
from dev.services.odoo import odoo_environ
from dev.services.process import ServiceFailed
from dev.setup.system import chromium_binary

NO_TESTS = 5  # pytest's exit status
VERDICTS = {0: "passed", NO_TESTS: "ran no test"}
# Warnings of an installation that are not about this addon.
FOREIGN_WARNINGS = ()


class PhaseFailed(Exception):
    """A phase failed for a reason that no test has told yet."""


def main():
    """Run the phases asked for, up to the first that fails; returns the exit status."""
    phases = {"unit": unit, "odoo": odoo, "e2e": end_to_end}
    only = os.environ.get("ONLY")
    if only and only not in phases:
        raise SystemExit(f"ONLY={only}: the phases are {', '.join(phases)}")
    setup.ready()
    # A -k may select nothing in one phase, as long as it does in another.
    accepted = {0, NO_TESTS} if os.environ.get("K") else {0}
    told, statuses = [], []
    for name in [only] if only else phases:
        if not accepted.issuperset(statuses):
            told.append(f"{name} not run")
            continue
        started = time.monotonic()
        statuses.append(_run(name, phases[name]))
        verdict = VERDICTS.get(statuses[-1], "FAILED")
        told.append(f"{name} {verdict} ({time.monotonic() - started:.1f} s)")
    print(f"test: {', '.join(told)}")
    return 0 if accepted.issuperset(statuses) and 0 in statuses else 1


def _run(name, phase):
    """Run one phase; returns pytest's status."""
    print(f"\ntest: {name} ...", flush=True)
    try:
        return phase(Environment.load().python)
    except (PhaseFailed, ServiceFailed) as error:
        print(f"test: {error}")
        return 1


def unit(python):
    """Pure code: Odoo cannot be imported there."""
    tests = ROOT / "tests" / "unit"
    if (tests / "__init__.py").exists():
        raise PhaseFailed("tests/unit must have no __init__.py: with one, pytest imports the addon, and Odoo")
    path = f"{ROOT}{os.pathsep}{PYTHON_PATH}"
    # A selection of the tests says nothing about how much is tested.
    whole = not os.environ.get("K") and not os.environ.get("ARGS")
    coverage = ["-p", "dev.pure_coverage"] if whole else []
    return _pytest(python, "-p", "no:odoo", "-p", "dev.no_odoo", *coverage, *_at(tests), path=path)


def odoo(python):
    """The addon in Odoo, on a database that nobody used before."""
    _require_browser(python)
    name = f"test_{os.getpid()}"
    with postgres.postgres():
        _drop_leftovers()
        database.create(name)
        try:
            _check_install_log(database.install(name, [ADDON]))
            tests = LINK / "tests"
            # Absolute, and through the link: the checkout's own name is no addon's.
            flags = ["--rootdir", ADDONS, "--confcutdir", LINK, "--ignore", tests / "unit"]
            configuration = ["--odoo-config", CONFIG, "--odoo-database", name, "--odoo-http"]
            level = ["--odoo-log-level", "warn"]  # the default hides errors
            quiet = ["-W", "ignore:'crypt' is deprecated:DeprecationWarning"]  # passlib's
            return _pytest(python, *flags, *configuration, *level, *quiet, tests, cwd=ADDONS)
        finally:
            if os.environ.get("KEEP"):
                print(f"test: kept the database {name}: dev/odoo -d {name}")
            else:
                database.drop(name)


def end_to_end(python):
    """Everything as processes of their own."""
    with postgres.postgres():
        return _pytest(python, "-p", "no:odoo", *_at(DEV / "tests"))


def _at(folder):
    """Arguments that make a folder pytest's whole world: it looks at nothing above."""
    return ["--rootdir", folder, "--confcutdir", folder, folder]


def _pytest(python, *arguments, path=PYTHON_PATH, cwd=ROOT):
    """Run pytest; a skipped test fails it, and it leaves nothing in the checkout."""
    command = [python, "-B", "-m", "pytest", "-p", "dev.no_skips", "-p", "no:cacheprovider"]
    selected = ["-k", os.environ["K"]] if os.environ.get("K") else []
    more = shlex.split(os.environ.get("ARGS", ""))
    command += [*map(str, arguments), *selected, *more]
    return subprocess.run(command, cwd=cwd, env=odoo_environ(PYTHONPATH=path)).returncode


def _require_browser(python):
    """Odoo silently skips its browser tests without these."""
    if not chromium_binary():
        raise PhaseFailed("browser tests need Chromium: `apt-get install chromium`")
    if subprocess.run([python, "-c", "import websocket"], capture_output=True).returncode:
        raise PhaseFailed("browser tests need websocket-client: `make clean ALL=1 setup`")


def _check_install_log(log):
    """Fail on what Odoo complained about while it installed the addon."""
    loud = re.compile(r"^[\d-]+ [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) ")
    lines = [line for line in Path(log).read_text().splitlines() if loud.match(line)]
    bad = [line for line in lines if not any(known in line for known in FOREIGN_WARNINGS)]
    if bad:
        raise PhaseFailed("\n".join([f"installing {ADDON} was not clean ({log}):", *bad]))


def _drop_leftovers():
    """Drop the databases of test runs that were killed."""
    for name in postgres.sql("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+$'"):
        if not Path("/proc", name.removeprefix("test_")).exists():
            database.drop(name)
