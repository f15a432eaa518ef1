"""`make mutants`: its faults still fit the code, and its verdicts tell a noticed fault from any other red run."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace

import pytest

from dev.mutants import __main__ as mutants
from dev.mutants.copy import Copy
from dev.mutants.fault import DoesNotApply, Fault
from dev.mutants.faults import FAULTS
from dev.mutants.verdict import KILLED, SURVIVED, UNCLEAR, verdict
from dev.paths import ROOT

CODE = "def is_even(number):\n    return number % 2 == 0\n"
TEST = "class TestIt:\n    def test_it(self):\n        pass\n"
FAULT = Fault("odd-is-even", "even.py", "== 0", "== 1", "tests/unit/test_even.py::TestIt::test_it", "all is odd")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_fits_the_code_and_its_tests_are_there(fault):
    fault.check(ROOT)
    assert fault.phase in ("unit", "odoo", "e2e")
    assert fault.why


def test_each_fault_has_a_name_of_its_own_and_so_do_its_changes():
    assert not [name for name, number in Counter(fault.name for fault in FAULTS).items() if number > 1]
    changes = Counter((fault.file, fault.find, fault.put, fault.tests) for fault in FAULTS)
    assert not [change for change, number in changes.items() if number > 1]


@pytest.fixture
def checkout(tmp_path):
    tmp_path.joinpath("even.py").write_text(CODE)
    tmp_path.joinpath("tests", "unit").mkdir(parents=True)
    tmp_path.joinpath("tests", "unit", "test_even.py").write_text(TEST)
    return tmp_path


def test_a_fault_changes_its_file_and_no_two_have_one_time(checkout):
    file, times = checkout / "even.py", set()
    before = file.stat().st_mtime
    for fault in (FAULT, replace(FAULT, put="!= 0")):
        with fault.applied(checkout):
            assert file.read_text() == CODE.replace("== 0", fault.put)
            times.add(file.stat().st_mtime)
        assert (file.read_text(), file.stat().st_mtime) == (CODE, before)
    assert len({before, *times}) == 3


@pytest.mark.parametrize(
    "rotten",
    [
        replace(FAULT, find="== 3"),
        replace(FAULT, find="number"),
        replace(FAULT, file="odd.py"),
        replace(FAULT, put="== 0"),
        replace(FAULT, tests="tests/unit/test_even.py::TestIt::test_that"),
        replace(FAULT, tests="tests/unit/test_odd.py"),
    ],
)
def test_a_fault_that_does_not_fit_any_more_is_refused(checkout, rotten):
    with pytest.raises(DoesNotApply, match="odd-is-even"), rotten.applied(checkout):
        pass
    assert checkout.joinpath("even.py").read_text() == CODE


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def test_it(): assert 1 == 1", SURVIVED),
        ("def test_it(): assert 1 == 2", KILLED),
        ("import unittest\nclass T(unittest.TestCase):\n    def test_it(self): self.assertEqual(1, 2)", KILLED),
        ("import unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n"
         "        with self.assertRaises(KeyError): pass", KILLED),
        ("import unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n"
         "        with self.subTest('x'): self.assertTrue(0)", KILLED),
        ("import pytest\ndef test_it():\n    with pytest.raises(KeyError): pass", KILLED),
        ("from dev.sightings import wait_for\ndef test_it(): wait_for('it', lambda: 0, timeout=0)", KILLED),
        ("def test_a(): 1 / 0\ndef test_b(): assert 0", KILLED),
        ("def test_it(): 1 / 0", UNCLEAR),
        ("import pytest\n@pytest.fixture\ndef broken(): assert 0\ndef test_it(broken): pass", UNCLEAR),
        ("import nothing_of_this_name\ndef test_it(): pass", UNCLEAR),
        ("assert 0\ndef test_it(): pass", UNCLEAR),
        ("", UNCLEAR),
        ("def test_a(): pass\ndef test_b(): raise KeyboardInterrupt", UNCLEAR),
    ],
)  # fmt: skip
def test_only_an_assertion_that_fails_kills(tmp_path, code, expected):
    tmp_path.joinpath("test_it.py").write_text(code)
    report = tmp_path / "report.xml"
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}"]
    command += ["--rootdir", tmp_path, tmp_path]
    # Only what pytest brings itself: it starts in half the time.
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    assert verdict(report, done.returncode)[0] == expected


def test_a_run_without_a_report_is_unclear(tmp_path):
    assert verdict(tmp_path / "report.xml", 0) == (UNCLEAR, "no test was run")


@pytest.mark.parametrize(
    ("without", "faulty", "status", "told"),
    [
        (SURVIVED, KILLED, 0, "1 of 1 faults are noticed"),
        (SURVIVED, SURVIVED, 1, "SURVIVED: "),
        (SURVIVED, UNCLEAR, 1, "UNCLEAR: "),
        (KILLED, KILLED, 1, "without a fault, unit is red"),
    ],
)
def test_the_run_is_red_unless_every_fault_is_noticed_by_tests_that_pass_without_it(
    checkout, monkeypatch, capsys, without, faulty, status, told
):
    [fault] = [fault for fault in FAULTS if fault.name == "html-is-not-cut"]
    monkeypatch.setenv("ONLY", fault.name)
    monkeypatch.setattr(mutants, "STATE", checkout / "state")

    class Prepared(Copy):
        """A copy in which nothing runs: it only looks whether it has the fault."""

        def __init__(self, number):
            super().__init__(number)
            self.folder = checkout

        def make(self):
            for name in (fault.file, fault.tests.partition("::")[0]):
                (checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, checkout / name)

        def in_use(self):
            return nullcontext()

        def judge(self, name, tests, as_it_was=True, patience=None):
            is_faulty = fault.find not in checkout.joinpath(fault.file).read_text()
            assert is_faulty == (name == fault.name)
            return (faulty if is_faulty else without), "for a reason"

    assert mutants.main(Prepared) == status
    assert told in capsys.readouterr().out
    assert checkout.joinpath(fault.file).read_text() == (ROOT / fault.file).read_text()


def test_a_name_that_is_none_of_a_faults_is_refused(monkeypatch):
    monkeypatch.setenv("ONLY", "html-is-not-cut,html-is-cut")
    with pytest.raises(SystemExit, match="there is no fault html-is-cut;"):
        mutants.main()
