"""The test runner cannot be green for the wrong reason."""

import os
import re
import subprocess
import sys

import pytest

from dev import testrun
from dev.paths import ROOT, Environment


def run(folder, code, plugin="dev.no_skips"):
    folder.joinpath("test_it.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p", "no:cacheprovider", "-p", plugin]
    command += ["--rootdir", folder, folder]
    # What is compiled from a folder that goes is of no use to anybody.
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environ)


def test_a_skipped_test_fails_the_run_and_is_named(tmp_path):
    done = run(tmp_path, "import pytest\ndef test_it(): pytest.skip('no browser')\ndef test_b(): pass\n")
    assert done.returncode == 1
    assert "test_it.py::test_it: Skipped: no browser" in done.stdout


def test_a_skipped_file_fails_the_run(tmp_path):
    done = run(tmp_path, "import pytest\npytest.skip('not today', allow_module_level=True)\n")
    assert done.returncode != 0
    assert "not today" in done.stdout


def test_a_run_of_no_test_fails(tmp_path):
    done = run(tmp_path, "")
    assert done.returncode == testrun.NO_TESTS
    assert "no test was run" in done.stdout


def test_an_expected_failure_is_no_skip(tmp_path):
    done = run(tmp_path, "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\n")
    assert done.returncode == 0


def test_pure_code_that_no_test_runs_fails_the_run_and_is_named(tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    tools.joinpath("__init__.py").touch()
    tools.joinpath("sign.py").write_text("def sign(x):\n    if x < 0:\n        return -1\n    return 1\n")
    tools.joinpath("unseen.py").write_text("x = 1\n")
    half = "from tools import sign\ndef test_it(): assert sign.sign(1) == 1\n"
    done = run(tmp_path, half, plugin="dev.pure_coverage")
    assert done.returncode == 1
    assert re.search(r"tools/sign\.py .* 3\n", done.stdout)
    assert re.search(r"tools/unseen\.py .* 0%", done.stdout)
    assert "1 passed" in done.stdout.splitlines()[-1]
    tools.joinpath("unseen.py").unlink()
    done = run(tmp_path, half + "def test_negative(): assert sign.sign(-1) == -1\n", plugin="dev.pure_coverage")
    assert done.returncode == 0
    assert "100.0 %" in done.stdout
    assert not list(tmp_path.glob(".coverage*"))


def test_a_test_that_reads_the_clock_is_not_slowed_down_by_measuring(tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    tools.joinpath("__init__.py").write_text("def work():\n    return 1\n")
    timed = (
        "import time, sys, tools\ndef test_it():\n    time.time()\n    tools.work()\n    assert not sys.gettrace()\n"
    )
    assert "1 passed" in run(tmp_path, timed, plugin="dev.pure_coverage").stdout
    assert "1 failed" in run(tmp_path, timed.replace("time.time()", ""), plugin="dev.pure_coverage").stdout


def test_a_run_leaves_nothing_in_the_checkout(tmp_path, monkeypatch):
    def files():
        return {path for path in ROOT.rglob("*") if ".git" not in path.relative_to(ROOT).parts}

    before = files()
    monkeypatch.delenv("ARGS", raising=False)
    monkeypatch.setenv("K", "sla_adds_up")  # hypothesis likes to remember
    with tmp_path.joinpath("output").open("w") as output:
        assert testrun.unit(Environment.load().python, output) == 0
    assert not files() - before


def test_a_warning_of_an_installation_fails(tmp_path):
    log = tmp_path / "install.log"
    log.write_text("2026-01-01 10:00:00,000 12 INFO db odoo.registry: loaded\n")
    testrun._check_install_log(log)
    log.write_text("2026-01-01 10:00:00,000 12 WARNING db odoo.registry: no access rules\n")
    with pytest.raises(testrun.PhaseFailed, match="no access rules"):
        testrun._check_install_log(log)
