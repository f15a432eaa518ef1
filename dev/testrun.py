"""The test run behind `make test`: phases, each with pytests of its own.

First comes what takes PostgreSQL away from everybody (marked `alone`), beside the tests of pure code. Then all others
run side by side, pure code still among them: end-to-end tests mostly wait, which leaves the processor to the others.
When they do not wait, they come first: what they look at may take only so long.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from dev import setup
from dev.paths import ADDON, ADDONS, CONFIG, DEV, LINK, LOGS, PYTHON_PATH, ROOT, STATE, Environment
from dev.services import database, postgres
from dev.services.odoo import odoo_environ
from dev.services.process import ServiceFailed
from dev.setup.system import chromium_binary

NO_TESTS = 5  # pytest's exit status
UNIT, IN_ODOO, END_TO_END = ROOT / "tests" / "unit", ROOT / "tests", DEV / "tests"
BROWSER = END_TO_END / "browser"
VERDICTS = {0: "passed", NO_TESTS: "ran no test"}
#: So many pytests at once: four more than there are processors, because those end to end mostly wait.
AT_ONCE = (os.cpu_count() or 1) + 4
#: How much tests in Odoo and of pure code, which wait for nobody, stand back behind those end to end, which do.
STANDS_BACK = 4
#: Where a run leaves word for those it shares its files with that there are none left.
ALL_TAKEN = "all taken"
#: How a test in Odoo opens a page.
OPENS_PAGES = re.compile(r"\b(browser_js|start_tour)\(")
_numbers = count(1)


class PhaseFailed(Exception):
    """A phase failed for a reason that no test has told yet."""


def main():
    """Run what is asked for, up to the first stage that fails; returns the exit status."""
    # A -k may select nothing in one phase, as long as it does in another.
    accepted = {0, NO_TESTS} if os.environ.get("K") else {0}
    done = []
    with ExitStack() as services:
        stages = _stages(os.environ.get("ONLY"), Path(services.enter_context(tempfile.TemporaryDirectory())))
        setup.ready()
        if any(run.phase is not unit for stage in stages for run in stage):
            services.enter_context(postgres.postgres())
            database.drop_leftovers("test_")
        for stage in stages:
            done += _side_by_side(stage)
            if any(run.status not in accepted for run in done):
                break
    print(f"test: {', '.join(map(str, done))}")
    statuses = {run.status for run in done}
    return 0 if statuses <= accepted and 0 in statuses else 1


def _stages(only, shares):
    """What is asked for, as lists of runs: those of one list are side by side, what takes longest first."""
    if only and only not in PHASES:
        return _runs_of(only.split())
    alone, browser = Run("e2e alone", end_to_end, "-m", "alone"), Run("browser", end_to_end, paths=[BROWSER])
    in_odoo = _two("odoo", odoo, shares)
    processes = _two("e2e", end_to_end, shares, "-m", "not alone", "--ignore", BROWSER)
    if only == "unit":
        return [[Run("unit", unit)]]
    if only == "odoo":
        return [in_odoo]
    if only == "e2e":
        return [[browser, *processes], [alone]] if _is_whole() else [[Run("e2e", end_to_end)]]
    others = [browser, in_odoo[0], *processes, *in_odoo[1:]]
    for run in others:
        run.after = alone
    return [[alone, Run("unit", unit), *others]]


def _is_whole():
    """Whether all tests are run. A few are not worth two processes, and an argument may be for the terminal."""
    return not os.environ.get("K") and not os.environ.get("ARGS")


def _two(name, phase, shares, *flags):
    """The runs of a phase: two that share its files."""
    if not _is_whole():
        return [Run(name, phase, *flags)]
    share = shares / name
    share.mkdir()
    flags = [*flags, "-p", "dev.share", "--share", share, "-o", "console_output_style=classic"]
    return [Run(called, phase, *flags, share=share) for called in (name, f"{name}-2")]


def _runs_of(paths):
    """One run, after the other, for each phase that has files, folders or tests (`file::test`) among these."""
    runs = {}
    for path in paths:
        file = ROOT / path.partition("::")[0]
        phases = {"unit": (unit, UNIT), "e2e": (end_to_end, END_TO_END), "odoo": (odoo, IN_ODOO)}
        for name, (phase, folder) in phases.items():
            if file.exists() and file.resolve().is_relative_to(folder):
                runs.setdefault(name, Run(name, phase, paths=[])).paths.append(ROOT / path)
                break
        else:
            what = "there are no tests in" if file.exists() else "there is no"
            phases = "unit, odoo and e2e are phases, all else is a path in tests/ or dev/tests/"
            raise SystemExit(f"ONLY: {what} {path.partition('::')[0]}; {phases}")
    return [[run] for run in runs.values()]


class Run:
    """One pytest.

    :ivar phase: takes the path of Python and this, returns pytest's status
    :ivar after: the run that has to be done before this one begins
    :ivar cpu: seconds of CPU of pytest and of what it waited for: servers, browsers; PostgreSQL's are not among them
    """

    def __init__(self, name, phase, *flags, paths=None, share=None):
        self.name, self.phase, self.flags, self.paths, self.share = name, phase, flags, paths, share
        self.output, self.status, self.seconds, self.cpu = sys.stdout, 1, 0.0, 0.0
        self.after, self.done = None, threading.Event()

    def __call__(self):
        """Run it, and return it."""
        if self.after:
            self.after.done.wait()
        if self.share and (self.share / ALL_TAKEN).exists():
            return None
        began = time.monotonic()
        try:
            self.status = self.phase(Environment.load().python, self)
        except (PhaseFailed, ServiceFailed) as error:
            print(f"test: {error}", file=self.output)
        finally:
            self.seconds = time.monotonic() - began
            self.output.flush()
            self.done.set()
        return self

    def __str__(self):
        return f"{self.name} {VERDICTS.get(self.status, 'FAILED')} ({self.seconds:.1f} s, CPU {self.cpu:.1f} s)"


def _side_by_side(runs):
    """Run them; returns those that had anything to do. One shows its output at once, the others when they are done."""
    print(f"\ntest: {', '.join(run.name for run in runs)} ...", flush=True)
    if len(runs) == 1:
        return [runs[0]()]
    done = []
    with ExitStack() as logs, ThreadPoolExecutor(AT_ONCE) as pool:
        for run in runs:
            run.output = logs.enter_context(LOGS.joinpath(f"test-{run.name.replace(' ', '-')}.log").open("w+"))
        for finished in as_completed([pool.submit(run) for run in runs]):
            if run := finished.result():
                run.output.seek(0)
                print(f"\ntest: {run}\n{run.output.read()}", flush=True)
                done.append(run)
    return done


def unit(python, run):
    """Pure code: Odoo cannot be imported there."""
    if (UNIT / "__init__.py").exists():
        raise PhaseFailed("tests/unit must have no __init__.py: with one, pytest imports the addon, and Odoo")
    # A selection of the tests says nothing about how much is tested.
    coverage = ["-p", "dev.pure_coverage"] if _is_whole() and not run.paths else []
    flags = ["-p", "no:odoo", "-p", "dev.no_odoo", *coverage, *_at(UNIT)]
    return _pytest(python, run, *flags, *(run.paths or [UNIT]), path=f"{ROOT}{os.pathsep}{PYTHON_PATH}")


def odoo(python, run):
    """The addon in Odoo, on a database that nobody used before."""
    paths = [LINK / path.relative_to(ROOT) for path in run.paths or [IN_ODOO]]
    is_drawn = _open_pages(paths)
    if is_drawn:
        _require_browser(python)
    name = database.of_this_run("test_", f"odoo_{next(_numbers)}")
    with postgres.postgres():
        _check_install_log(database.log_of(database.template([ADDON])))
        database.create(name, [ADDON], is_drawn)
        try:
            # Absolute, and through the link: the checkout's own name is no addon's.
            flags = ["--rootdir", ADDONS, "--confcutdir", LINK, "--ignore", LINK / "tests" / "unit"]
            configuration = ["--odoo-config", CONFIG, "--odoo-database", name, "--odoo-http"]
            level = ["--odoo-log-level", "warn"]  # the default hides errors
            quiet = ["-W", "ignore:'crypt' is deprecated:DeprecationWarning"]  # passlib's
            return _pytest(python, run, *flags, *configuration, *level, *quiet, *paths, cwd=ADDONS)
        finally:
            if os.environ.get("KEEP"):
                print(f"test: kept the database {name}: dev/odoo -d {name}", file=run.output)
            else:
                database.drop(name)


def end_to_end(python, run):
    """Everything as processes of their own."""
    with postgres.postgres():
        flags = ["-p", "no:odoo", "-o", "markers=alone: takes PostgreSQL away from everybody", *_at(END_TO_END)]
        return _pytest(python, run, *flags, *(run.paths or [END_TO_END]))


PHASES = {"unit": unit, "odoo": odoo, "e2e": end_to_end}


def _at(folder):
    """Arguments that make a folder pytest's whole world: it looks at nothing above."""
    return ["--rootdir", folder, "--confcutdir", folder]


def _pytest(python, run, *arguments, path=PYTHON_PATH, cwd=ROOT):
    """Run pytest; a skipped test fails it, and it leaves nothing in the checkout."""
    command = [python, "-m", "pytest", "-p", "dev.no_skips", "-p", "no:cacheprovider", *run.flags, *arguments]
    selected = ["-k", os.environ["K"]] if os.environ.get("K") else []
    command = [*map(str, command), *selected, *shlex.split(os.environ.get("ARGS", ""))]
    # Hypothesis keeps what it has read of our files, database or not.
    environ = odoo_environ(PYTHONPATH=path, HYPOTHESIS_STORAGE_DIRECTORY=STATE / "hypothesis", RUN=run.name)
    if run.phase is not end_to_end:
        command = ["nice", "-n", str(STANDS_BACK), *command]
    child = subprocess.Popen(command, cwd=cwd, env=environ, stdout=run.output, stderr=run.output)
    with child:
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    run.cpu += usage.ru_utime + usage.ru_stime
    return child.returncode


def _open_pages(paths):
    """Whether tests in these files open pages in a browser."""
    files = [Path(f"{path}".partition("::")[0]) for path in paths]
    files = [one for file in files for one in (file.glob("*.py") if file.is_dir() else [file])]
    return any(OPENS_PAGES.search(file.read_text()) for file in files)


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
