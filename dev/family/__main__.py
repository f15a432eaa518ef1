"""Installs each addon of the family beside ours, in a database of its own, and runs its tests there.

ONLY="ADDON ..." some of them; KEEP=1 keeps their databases. A test that fails is run again without ours: what fails
there too is not ours to mend. What fails on purpose stands in `members.DIFFERENCES`, with the reason.
"""

import os
import re
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

from dev import setup
from dev.family import addons
from dev.family.members import DIFFERENCES, MEMBERS
from dev.family.verdict import FAILED, PASSED, SKIPPED, Verdict, verdict
from dev.paths import ADDON, LOGS, PYTHON_PATH, ROOT, Environment
from dev.services import database, postgres
from dev.services.odoo import odoo_environ, run_odoo
from dev.services.process import ServiceFailed

PREFIX = "family_"
#: Ours, about addons that only this target installs.
TESTS = Path(__file__).with_name("tests")
INSTALLED = "SELECT name FROM ir_module_module WHERE state = 'installed'"
LOUD = re.compile(r"^[\d-]+ [\d:,]+ \d+ (ERROR|CRITICAL) ")


def main():
    """Test all that are asked for; returns the exit status."""
    wanted = os.environ.get("ONLY", "").split()
    unknown = set(wanted) - {member.addon for member in MEMBERS}
    if unknown:
        raise SystemExit(f"ONLY: {', '.join(sorted(unknown))} is no addon of dev/family/members.py")
    setup.ready()
    addons.ready()
    # All of them are tested beside one state of ours, whatever is edited meanwhile.
    os.environ.setdefault("INSTALLED", database.fingerprint(ROOT))
    verdicts = {}
    with postgres.postgres():
        database.drop_leftovers(PREFIX)
        for member in MEMBERS:
            if not wanted or member.addon in wanted:
                began = time.monotonic()
                found = verdicts[member] = _tried(member)
                print(f"family: {member.addon}: {found} ({time.monotonic() - began:.0f} s)", flush=True)
                _tell(found)
    return 0 if _told(verdicts) else 1


def _told(verdicts):
    """Tell the sum of all; returns whether all is good."""
    bad = [member.addon for member, found in verdicts.items() if not found.is_good]
    passed = sum(found.passed for found in verdicts.values())
    failed = sum(len(found.failed) for found in verdicts.values())
    print(f"family: {len(verdicts)} addons, {passed} tests passed, {failed} failed", end="")
    print(f"; NOT GOOD: {', '.join(bad)}" if bad else "")
    return not bad


def _tell(found):
    lines = [f"FAILED {test}" for test in found.failed]
    lines += [f"on purpose {test}: {why}" for test, why in found.intended]
    lines += [f"LISTED AS A DIFFERENCE, BUT DOES NOT FAIL {test}" for test in found.outdated]
    lines += [f"fails without ours too {test}" for test in found.theirs]
    for line in lines:
        print(f"    {line}", flush=True)


def _tried(member):
    """The verdict on one addon."""
    differences = {test: why for (addon, test), why in DIFFERENCES.items() if addon == member.addon}
    with Installed(member, [ADDON]) as beside:
        if not beside:
            return Verdict(installed=False)
        outcomes = _outcomes(member, beside) if member.has_tests else {}

    def without_ours(tests):
        with Installed(member, []) as alone:
            return _outcomes(member, alone, tests) if alone else {}

    return verdict(outcomes, differences, without_ours, member.has_tests)


class Installed:
    """A database with the addon, copied from one template, for a block; None if it cannot be installed."""

    def __init__(self, member, others):
        self._member, self._others = member, others
        self._name = database.of_this_run(PREFIX, f"{member.addon}{'' if others else '_alone'}")

    def __enter__(self):
        database.create(self._name, self._others)
        log = LOGS / f"family-{self._member.addon}{'' if self._others else '-alone'}.log"
        arguments = ("-c", addons.CONFIGURATION, "-d", self._name, "-i", self._member.addon)
        try:
            run_odoo(*arguments, "--stop-after-init", "--no-http", log=log)
        except ServiceFailed as error:
            print(f"family: {error}")
            return None
        loud = [line for line in log.read_text().splitlines() if LOUD.match(line)]
        if loud or not self._is_installed():
            print(f"family: installing {self._member.addon} failed, log {log}", *loud, sep="\n    ")
            return None
        return self._name

    def _is_installed(self):
        names = {self._member.addon, *self._others}
        return names <= set(postgres.sql(INSTALLED, self._name))

    def __exit__(self, *_error):
        if os.environ.get("KEEP"):
            print(f"family: kept the database {self._name}: dev/odoo -c {addons.CONFIGURATION} -d {self._name}")
        else:
            database.drop(self._name)


def _outcomes(member, name, tests=()):
    """Run the tests of an addon in a database, and ours about it. :return: test -> how it went"""
    folder, is_beside = addons.folder_of(member.addon) / "tests", ADDON in postgres.sql(INSTALLED, name)
    paths = [f"{folder}/{test}" for test in tests or member.files] or [folder]
    outcomes = _run(f"{member.addon}{'' if is_beside else '-alone'}", name, folder.parent, paths)
    ours = TESTS / f"test_{member.addon}.py"
    if is_beside and ours.exists():
        outcomes.update(_run(f"{member.addon}-ours", name, TESTS, [ours]))
    return outcomes


def _run(purpose, name, root, paths):
    report, log = (LOGS / f"family-tests-{purpose}{suffix}" for suffix in (".xml", ".log"))
    report.unlink(missing_ok=True)
    flags = ["-p", "no:cacheprovider", "--rootdir", root.parent, "--confcutdir", root, f"--junitxml={report}"]
    flags += ["-o", "junit_family=xunit1", "--odoo-config", addons.CONFIGURATION, "--odoo-database", name]
    command = [Environment.load().python, "-m", "pytest", *flags, "--odoo-http", "--odoo-log-level", "warn", *paths]
    with log.open("w") as output:
        # Not in the folder of Odoo's addons: one is called as Python's own `calendar` is.
        environ = odoo_environ(PYTHONPATH=PYTHON_PATH)
        subprocess.run([*map(str, command)], cwd=LOGS, env=environ, stdout=output, stderr=output)
    return _read(report) if report.exists() else {}


def _read(report):
    """The outcomes in a report of pytest."""
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        *_folders, file, tests = ["", *case.get("classname").split(".")]
        name = f"{file}.py::{tests}::{case.get('name')}"
        kinds = {child.tag for child in case}
        outcome = FAILED if kinds & {"failure", "error"} else SKIPPED if "skipped" in kinds else PASSED
        # A test that passes, and whose teardown fails, is reported twice.
        outcomes[name] = FAILED if FAILED in (outcome, outcomes.get(name)) else outcome
    return outcomes


if __name__ == "__main__":
    raise SystemExit(main())
