"""A pytest plugin: a skipped test fails the run, and so does a run of no test.

Odoo skips its browser tests without a word when Chromium is missing; a green run
that tested nothing is worse than a red one.
"""

import pytest

_skipped = []


def pytest_runtest_logreport(report):
    """Note a test that was skipped (an expected failure counts as run)."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append((report.nodeid, _reason(report)))


def pytest_collectreport(report):
    """Note a whole file that was skipped."""
    if report.skipped:
        _skipped.append((report.nodeid, _reason(report)))


def _reason(report):
    """Why pytest skipped it."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """Turn an otherwise good status into a failure."""
    if _skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, exitstatus):
    """Say which tests were skipped."""
    if _skipped:
        terminalreporter.section("skipped tests fail this run")
        for test, reason in _skipped:
            terminalreporter.line(f"{test}: {reason}")
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        terminalreporter.section("no test was run: that is a failure")
