"""A copy of the checkout, as it is now, to put faults into: it has an environment of its own, as any checkout has."""

import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager

from dev.mutants.verdict import UNCLEAR, verdict
from dev.paths import LOGS, ROOT, mutants_folder
from dev.services import database, process

#: Seconds for one run with a fault, which may keep a program from ending; and for the setup, or a run of all the tests.
PATIENCE, LONG_PATIENCE = 300, 1800
#: Starting PostgreSQL anew for each fault would take as long as many a test.
KEEP_POSTGRES = "import sys\nfrom dev.services.postgres import postgres\nwith postgres():\n    sys.stdin.read()"


class Copy:
    """One of several, in which faults are tried side by side. :ivar state: of its files, as the database knows it"""

    def __init__(self, number):
        self.number, self.folder, self.state = number, mutants_folder(number), ""

    def make(self):
        """Copy what git knows, and what it would know, and set up an environment."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in _files():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.folder / name)
        self.state = database.fingerprint(self.folder)
        self._run(f"mutants-setup-{self.number}", "-m", "dev.setup", expected=0, patience=LONG_PATIENCE)

    @contextmanager
    def in_use(self):
        """A block in which its PostgreSQL runs."""
        command = [sys.executable, "-c", KEEP_POSTGRES]
        with subprocess.Popen(command, cwd=self.folder, env=_environ(), stdin=subprocess.PIPE):
            yield  # at its end, what it reads ends

    def judge(self, name, tests, as_it_was=True, patience=PATIENCE):
        """Run tests in it; returns a verdict and its reason.

        :param name: of the log
        :param as_it_was: tests in Odoo get a database in which the addon was installed before there was a fault
        :param patience: seconds after which it is broken off
        """
        report = LOGS / f"mutants-{self.number}.xml"
        report.unlink(missing_ok=True)
        asked = {"ONLY": tests, "ARGS": f"-q --junitxml={shlex.quote(str(report))}"}
        if as_it_was:
            asked["INSTALLED"] = self.state
        try:
            status = self._run(f"mutant-{name}", "dev/test", patience=patience, **asked)
        except subprocess.TimeoutExpired:
            return UNCLEAR, f"not done after {patience} s"
        return verdict(report, status)

    def _run(self, label, *arguments, expected=None, patience=PATIENCE, **asked):
        """Run Python in it, with the output in a log of this checkout; returns the exit status."""
        with process.background(label, [sys.executable, *arguments], _environ(**asked), self.folder) as (child, log):
            status = child.wait(patience)
        if expected not in (None, status):
            raise process.ServiceFailed(f"{label} ended with {status}, log {log}:\n{process.tail(log)}")
        return status


def _files():
    """What there is in the working tree."""
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _environ(**asked):
    environ = {**process.clean_environ(**dict.fromkeys(("ONLY", "ARGS", "K", "KEEP", "INSTALLED"), "")), **asked}
    environ.pop("PYTHONPATH", None)  # it may lead to this checkout's `dev`
    return environ
