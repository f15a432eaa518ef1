"""A pytest plugin: how much of the pure code the unit tests run, line by line and branch by branch.

Loaded before any test is, so that what runs at import counts; told in one line above pytest's own last one. Too little
fails the run. Nothing is written to disk.
"""

import io
from pathlib import Path

import coverage
import pytest

GOAL = 95  # percent of lines and branches together
_root = Path.cwd()
#: Pure are `tools/` and, in `legacy/`, what reads the former service's files; the rest there works in Odoo.
_sources = [str(_root / room) for room in ("tools", "legacy") if (_root / room).is_dir()]
_impure = [
    f"*/legacy/{name}.py" for name in ("__init__", "export_tasks", "mailbox", "move", "report", "settings", "tickets")
]
_measure = coverage.Coverage(data_file=None, config_file=False, branch=True, source=_sources, omit=_impure)
_measure.start()
_told = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Let a test that reads the clock run unmeasured: measuring would slow down what it times.

    The same goes for the tests of a file with `UNMEASURED = True`: many shapes that run the same lines again and again.
    """
    if "time" not in item.obj.__code__.co_names and not getattr(item.module, "UNMEASURED", False):
        return (yield)
    _measure.stop()
    try:
        return (yield)
    finally:
        _measure.start()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """Stop measuring, and turn an otherwise good status into a failure if too little was run."""
    _measure.stop()
    report = io.StringIO()
    percent = _measure.report(file=report, show_missing=True, skip_covered=True)
    _told.append(f"pure code: the unit tests run {percent:.1f} % of its lines and branches (goal {GOAL} %)")
    if percent < GOAL:
        _told.append(report.getvalue().replace(f"{_root}/", ""))
        if exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """Say the figure; where it is too low, also what is never run."""
    for line in _told:
        terminalreporter.line(line)
