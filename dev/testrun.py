"""The test run behind `make test`: phases, each with its own pytest.

The end-to-end tests mostly wait, so they run beside the tests in Odoo; those that take PostgreSQL away from everybody
(marked `alone`) come last.
"""

import os
import re
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path

from dev import setup
from dev.paths import ADDON, ADDONS, CONFIG, DEV, LINK, LOGS, PYTHON_PATH, ROOT, STATE, Environment
from dev.services import database, postgres
from dev.services.odoo import odoo_environ
from dev.services.process import ServiceFailed
from dev.setup.system import chromium_binary

NO_TESTS = 5  # pytest's exit status
BROWSER = DEV / "tests" / "browser"
VERDICTS = {0: "passed", NO_TESTS: "ran no test"}


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
    if only:
        done = [_Phase(only, phases[only]).finish()]
    else:
        done = [_Phase("unit", unit).finish()]
        if done[0].status in accepted:
            beside = [
                _Phase("browser", _browser, log=LOGS / "test-browser.log"),
                _Phase("e2e", _beside_odoo, log=LOGS / "test-e2e.log"),
            ]
            for phase in beside:
                phase.start()
            done += [_Phase("odoo", odoo).finish(), *(phase.finish() for phase in beside)]
        if all(phase.status in accepted for phase in done):
            done.append(_Phase("e2e alone", _alone).finish())
    statuses = {phase.status for phase in done}
    print(f"test: {', '.join(map(str, done))}")
    return 0 if statuses <= accepted and 0 in statuses else 1


class _Phase(threading.Thread):
    """One phase; started, it runs beside others and keeps what it says until they are done.

    :param phase: takes the path of Python and a file to write into, returns pytest's status
    :param log: where it writes meanwhile
    """

    def __init__(self, name, phase, log=None):
        super().__init__(name=name, daemon=True)
        self._phase, self._log, self.status, self._seconds = phase, log, 1, 0.0

    def run(self):
        began = time.monotonic()
        output = self._log.open("w") if self._log else sys.stdout
        try:
            self.status = self._phase(Environment.load().python, output)
        except (PhaseFailed, ServiceFailed) as error:
            print(f"test: {error}", file=output)
        finally:
            self._seconds = time.monotonic() - began
            output.flush()

    def finish(self):
        """Let it come to its end, and show what it said; returns it."""
        print(f"\ntest: {self.name} ...", flush=True)
        if self._log:
            self.join()
            print(self._log.read_text(errors="replace"), flush=True)
        else:
            self.run()
        return self

    def __str__(self):
        return f"{self.name} {VERDICTS.get(self.status, 'FAILED')} ({self._seconds:.1f} s)"


def unit(python, output):
    """Pure code: Odoo cannot be imported there."""
    tests = ROOT / "tests" / "unit"
    if (tests / "__init__.py").exists():
        raise PhaseFailed("tests/unit must have no __init__.py: with one, pytest imports the addon, and Odoo")
    path = f"{ROOT}{os.pathsep}{PYTHON_PATH}"
    # A selection of the tests says nothing about how much is tested.
    whole = not os.environ.get("K") and not os.environ.get("ARGS")
    coverage = ["-p", "dev.pure_coverage"] if whole else []
    return _pytest(python, output, "-p", "no:odoo", "-p", "dev.no_odoo", *coverage, *_at(tests), path=path)


def odoo(python, output):
    """The addon in Odoo, on a database that nobody used before."""
    _require_browser(python)
    name = database.of_this_run("test_")
    with postgres.postgres():
        database.drop_leftovers("test_")
        _check_install_log(database.log_of(database.template([ADDON])))
        database.create(name, [ADDON], drawn=True)
        try:
            tests = LINK / "tests"
            # Absolute, and through the link: the checkout's own name is no addon's.
            flags = ["--rootdir", ADDONS, "--confcutdir", LINK, "--ignore", tests / "unit"]
            configuration = ["--odoo-config", CONFIG, "--odoo-database", name, "--odoo-http"]
            level = ["--odoo-log-level", "warn"]  # the default hides errors
            quiet = ["-W", "ignore:'crypt' is deprecated:DeprecationWarning"]  # passlib's
            return _pytest(python, output, *flags, *configuration, *level, *quiet, tests, cwd=ADDONS)
        finally:
            if os.environ.get("KEEP"):
                print(f"test: kept the database {name}: dev/odoo -d {name}")
            else:
                database.drop(name)


def end_to_end(python, output, *selection, tests=None):
    """Everything as processes of their own."""
    with postgres.postgres():
        marks = ["-o", "markers=alone: takes PostgreSQL away from everybody"]
        return _pytest(
            python, output, "-p", "no:odoo", *marks, *selection, *_at(DEV / "tests")[:-1], tests or DEV / "tests"
        )


def _browser(python, output):
    return end_to_end(python, output, tests=BROWSER)


def _beside_odoo(python, output):
    return end_to_end(python, output, "-m", "not alone", "--ignore", BROWSER)


def _alone(python, output):
    return end_to_end(python, output, "-m", "alone")


def _at(folder):
    """Arguments that make a folder pytest's whole world: it looks at nothing above."""
    return ["--rootdir", folder, "--confcutdir", folder, folder]


def _pytest(python, output, *arguments, path=PYTHON_PATH, cwd=ROOT):
    """Run pytest; a skipped test fails it, and it leaves nothing in the checkout."""
    command = [python, "-m", "pytest", "-p", "dev.no_skips", "-p", "no:cacheprovider"]
    selected = ["-k", os.environ["K"]] if os.environ.get("K") else []
    more = shlex.split(os.environ.get("ARGS", ""))
    command += [*map(str, arguments), *selected, *more]
    # Hypothesis keeps what it has read of our files, database or not.
    environ = odoo_environ(PYTHONPATH=path, HYPOTHESIS_STORAGE_DIRECTORY=STATE / "hypothesis")
    return subprocess.run(command, cwd=cwd, env=environ, stdout=output, stderr=output).returncode


def _require_browser(python):
    """Odoo silently skips its browser tests without these."""
    if not chromium_binary():
        raise PhaseFailed("browser tests need Chromium: `apt-get install chromium`")
    if subprocess.run([python, "-c", "import websocket"], capture_output=True).returncode:
        raise PhaseFailed("browser tests need websocket-client: `make clean ALL=1 setup`")


def _check_install_log(log):
    """Fail on what Odoo complained about while it installed the addon."""
    loud = re.compile(r"^[\d-]+ [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) ")
    bad = [line for line in Path(log).read_text().splitlines() if loud.match(line)]
    if bad:
        raise PhaseFailed("\n".join([f"installing {ADDON} was not clean ({log}):", *bad]))
