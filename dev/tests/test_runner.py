"""The test runner cannot be green for the wrong reason."""

import subprocess
import sys

import pytest

from dev import testrun


def run(folder, code):
    folder.joinpath("test_it.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p", "no:cacheprovider", "-p", "dev.no_skips"]
    return subprocess.run([*command, "--rootdir", folder, folder], capture_output=True, text=True)


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


def test_a_warning_of_an_installation_fails(tmp_path):
    log = tmp_path / "install.log"
    log.write_text("2026-01-01 10:00:00,000 12 INFO db odoo.registry: loaded\n")
    testrun._check_install_log(log)
    log.write_text("2026-01-01 10:00:00,000 12 WARNING db odoo.registry: no access rules\n")
    with pytest.raises(testrun.PhaseFailed, match="no access rules"):
        testrun._check_install_log(log)
