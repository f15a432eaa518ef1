"""A pytest plugin: processes that run side by side share the test files; each takes the next that none has taken.

`--share FOLDER` names the folder of one run: in it is a file for each test file that was taken. What took longest the
last time is taken first, so that all processes come to their end together.
"""

import time
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from dev.paths import STATE, write_atomically
from dev.testrun import ALL_TAKEN

_took = Counter()


def pytest_addoption(parser):
    """What `--share` means."""
    parser.addoption("--share", type=Path, help="the folder of the processes that share the test files")
    seconds = "the folder that says how long each test file took the last time"
    parser.addoption("--seconds", type=Path, default=STATE / "seconds", help=seconds)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """pytest's own loop, but over what is taken on the way."""
    folder = session.config.getoption("share")
    if not folder or session.testsfailed or session.config.option.collectonly:
        return None
    items = _taken(session.items, folder, session.config.getoption("seconds"))
    item = next(items, None)
    while item:
        following = next(items, None)  # what both need is kept between them
        began = time.monotonic()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        _took[_file(item)] += time.monotonic() - began
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def pytest_sessionfinish(session):
    """Note how long it took."""
    folder = session.config.getoption("seconds")
    folder.mkdir(exist_ok=True)
    for file, seconds in _took.items():
        write_atomically(folder / file, f"{seconds:.1f}")


def _taken(items, folder, seconds):
    """The tests of one file after the other, as long as there is one to take."""
    files = {file: list(tests) for file, tests in groupby(items, key=_file)}
    for file in sorted(files, key=lambda file: _read(seconds / file), reverse=True):
        if _take(folder / file):
            yield from files[file]
    (folder / ALL_TAKEN).touch()


def _file(item):
    return item.nodeid.partition("::")[0].replace("/", ".")


def _take(mark):
    """Whether we are the first."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _read(seconds):
    """How long it took the last time; what is new may take long."""
    try:
        return float(seconds.read_text())
    except (FileNotFoundError, ValueError):
        return float("inf")
