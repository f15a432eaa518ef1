"""The test runner cannot be green for the wrong reason."""

import itertools
import os
import re
import subprocess
import sys
import threading

import pytest

from dev import testrun
from dev.paths import DEV, ROOT

#: A pytest that loads what it is told to and no other plugin that is installed: it starts in half the time.
BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
#: What is compiled from a folder that goes is of no use to anybody.
BARE |= {"PYTHONDONTWRITEBYTECODE": "1"}


def run(folder, code, plugin="dev.no_skips"):
    folder.joinpath("test_it.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", plugin, "--rootdir", folder, folder]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ, **BARE})


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


def test_a_test_that_reads_the_clock_or_asks_for_it_is_not_slowed_down_by_measuring(tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    tools.joinpath("__init__.py").write_text("def work():\n    return 1\n")
    timed = (
        "import time, sys, tools\ndef test_it():\n    time.time()\n    tools.work()\n    assert not sys.gettrace()\n"
    )
    assert "1 passed" in run(tmp_path, timed, plugin="dev.pure_coverage").stdout
    measured = timed.replace("time.time()", "")
    assert "1 failed" in run(tmp_path, measured, plugin="dev.pure_coverage").stdout
    assert "1 passed" in run(tmp_path, f"UNMEASURED = True\n{measured}", plugin="dev.pure_coverage").stdout


def test_a_run_leaves_nothing_in_the_checkout(tmp_path, monkeypatch):
    def files():
        return {path for path in ROOT.rglob("*") if ".git" not in path.relative_to(ROOT).parts}

    before = files()
    monkeypatch.delenv("ARGS", raising=False)
    monkeypatch.setenv("K", "sla_adds_up")  # hypothesis likes to remember
    with tmp_path.joinpath("output").open("w") as output:
        tests = testrun.Run("unit", testrun.unit)
        tests.output = output
        assert tests().status == 0
    assert not files() - before


def test_a_warning_of_an_installation_fails(tmp_path):
    log = tmp_path / "install.log"
    log.write_text("2026-01-01 10:00:00,000 12 INFO db odoo.registry: loaded\n")
    testrun._check_install_log(log)
    log.write_text("2026-01-01 10:00:00,000 12 WARNING db odoo.registry: no access rules\n")
    with pytest.raises(testrun.PhaseFailed, match="no access rules"):
        testrun._check_install_log(log)


# What is run


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """A function: what is run when somebody asks for that, as lists of (name, paths from the checkout on, flags)."""
    for name in ("K", "ARGS"):
        monkeypatch.delenv(name, raising=False)
    folders = map(str, itertools.count())

    def ask(only=None, **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        shares = tmp_path / next(folders)
        shares.mkdir()
        return [
            [(run.name, [str(path.relative_to(ROOT)) for path in run.paths or []], run.flags) for run in stage]
            for stage in testrun._stages(only, shares)
        ]

    return ask


def names(stages):
    return [[name for name, _paths, _flags in stage] for stage in stages]


def test_everything_is_run_and_what_takes_postgresql_away_runs_beside_pure_code(asked):
    assert names(asked()) == [["e2e alone", "unit", "browser", "odoo", "e2e", "e2e-2", "odoo-2"]]
    assert names(asked("unit")) == [["unit"]]
    assert names(asked("odoo")) == [["odoo", "odoo-2"]]
    assert names(asked("e2e")) == [["browser", "e2e", "e2e-2"], ["e2e alone"]]


def test_what_needs_postgresql_begins_when_nobody_takes_it_away(tmp_path):
    alone, *others = testrun._stages(None, tmp_path)[0]
    assert alone.name == "e2e alone" and not alone.after
    assert {run.name for run in others if run.after is not alone} == {"unit"}
    told = []
    first = testrun.Run("first", lambda _python, _run: told.append("first") or 0)
    second = testrun.Run("second", lambda _python, _run: told.append("second") or 0)
    second.after = first
    begun = threading.Thread(target=second)
    begun.start()
    begun.join(0.2)
    first()
    begun.join()
    assert told == ["first", "second"]


def test_a_selection_is_one_process_for_each_phase(asked):
    assert names(asked(K="sla")) == [["e2e alone", "unit", "browser", "odoo", "e2e"]]
    assert names(asked("odoo", K="sla")) == [["odoo"]]
    assert asked("e2e", ARGS="--pdb") == [[("e2e", [], ())]]


@pytest.mark.parametrize(
    ("only", "phase"),
    [
        ("tests/unit/test_quotes.py", "unit"),
        ("tests/unit/test_quotes.py::test_it", "unit"),
        ("tests/unit", "unit"),
        ("tests/test_access.py", "odoo"),
        ("tests/test_access.py::TestAccess::test_it", "odoo"),
        ("tests", "odoo"),
        ("dev/tests/test_runner.py", "e2e"),
        ("dev/tests/browser", "e2e"),
        ("./dev/tests/browser/test_ticket.py", "e2e"),
    ],
)
def test_a_path_is_run_in_its_phase_and_nothing_else_is(asked, only, phase):
    assert asked(only) == [[(phase, [os.path.normpath(only)], ())]]


def test_several_paths_are_run_together_phase_by_phase(asked):
    files = ["tests/unit/test_quotes.py", "tests/test_access.py", "tests/unit/test_words.py"]
    assert asked(" ".join(files)) == [[("unit", [files[0], files[2]], ())], [("odoo", [files[1]], ())]]


@pytest.mark.parametrize(
    ("only", "why"),
    [
        ("tests/unit/test_nothing.py", "there is no tests/unit/test_nothing.py"),
        ("untit", "there is no untit; unit, odoo and e2e are phases"),
        ("models/ticket", "there are no tests in models/ticket"),
        ("tests/unit/../../models", "there are no tests in"),
        ("/etc/passwd", "there are no tests in"),
        ("tests/test_access.py tests/test_axes.py::test_it", "there is no tests/test_axes.py"),
    ],
)
def test_a_path_without_tests_is_said_before_anything_runs(asked, only, why):
    with pytest.raises(SystemExit, match=why):
        asked(only)


def test_a_path_of_pure_code_runs_at_once_and_needs_no_coverage(tmp_path):
    path = "tests/unit/test_quotes.py"
    environ = {name: value for name, value in os.environ.items() if name not in ("K", "ARGS")}
    command = [sys.executable, DEV / "test"]
    done = subprocess.run(command, env={**environ, "ONLY": path}, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{path} ." in done.stdout and "goal" not in done.stdout
    [cpu] = re.findall(r"unit passed \([\d.]+ s, CPU ([\d.]+) s\)", done.stdout)
    assert float(cpu) > 0
    done = subprocess.run(command, env={**environ, "ONLY": f"{path}::test_no_such"}, cwd=tmp_path, capture_output=True)
    assert done.returncode == 1
    assert b"unit FAILED" in done.stdout


def test_only_tests_that_open_pages_wait_for_pages():
    tests = ROOT / "tests"
    assert testrun._open_pages([tests])
    assert testrun._open_pages([f"{tests}/test_settings_browser.py::TestSettingsBrowser"])
    assert not testrun._open_pages([tests / "test_access.py"])


# Side by side

ONE_OF_SEVERAL = """
import os, time, pathlib
def test_a():
    time.sleep({seconds})
    pathlib.Path({told!r}).open("a").write("{name}\\n")
def test_b(): pass
"""


@pytest.fixture
def several(tmp_path):
    """Six test files, of which the last takes longest; each writes its number when it is run."""
    tmp_path.joinpath("tests").mkdir()
    for number in range(6):
        seconds = 1 if number == 5 else 0.05
        code = ONE_OF_SEVERAL.format(seconds=seconds, told=str(tmp_path / "told"), name=number)
        tmp_path.joinpath("tests", f"test_{number}.py").write_text(code)
    return tmp_path


def share(folder, name):
    """Two processes that share the test files of a folder; returns what they said."""
    folder.joinpath(name).mkdir()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "dev.share"]
    command += ["-p", "dev.no_skips", "--share", folder / name, "--seconds", folder / "seconds"]
    command += ["--rootdir", folder / "tests", folder / "tests"]
    how = {"cwd": folder, "stdout": subprocess.PIPE, "text": True, "env": {**os.environ, **BARE}}
    both = [subprocess.Popen(command, **how) for _number in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], "\n".join(said)
    return said


def test_what_two_processes_share_is_run_once(several):
    said = share(several, "share")
    assert sorted(several.joinpath("told").read_text().split()) == list("012345")
    passed = [int(number) for words in said for number in re.findall(r"(\d+) passed", words)]
    assert sum(passed) == 12
    assert (several / "share" / testrun.ALL_TAKEN).exists()


def test_what_took_longest_is_taken_first_the_next_time(several):
    share(several, "once")
    assert max(several.joinpath("seconds").iterdir(), key=lambda file: float(file.read_text())).name == "test_5.py"
    share(several, "again")
    taken = sorted(several.joinpath("again").glob("test_*"), key=lambda mark: mark.stat().st_mtime_ns)
    assert taken[0].name == "test_5.py"


def test_a_failure_in_one_of_two_processes_fails_the_run(several):
    several.joinpath("tests", "test_5.py").write_text("def test_it(): assert False")
    with pytest.raises(AssertionError, match="1 failed"):
        share(several, "share")


def test_a_run_that_finds_all_files_taken_does_not_even_start(tmp_path):
    tmp_path.joinpath(testrun.ALL_TAKEN).touch()
    never = testrun.Run("never", lambda *_given: pytest.fail("it started"), share=tmp_path)
    assert never() is None


def test_runs_side_by_side_are_shown_one_after_the_other(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(testrun, "LOGS", tmp_path)
    together = threading.Barrier(2)

    def phase(_python, run):
        for number in range(3):
            together.wait(10)
            print(f"{run.name} {number}", file=run.output, flush=True)
        return {"good": 0, "bad": 1}[run.name]

    done = testrun._side_by_side([testrun.Run("good", phase), testrun.Run("bad", phase)])
    assert sorted(map(str, done)) == ["bad FAILED (0.0 s, CPU 0.0 s)", "good passed (0.0 s, CPU 0.0 s)"]
    shown = capsys.readouterr().out
    assert "good 0\ngood 1\ngood 2\n" in shown and "bad 0\nbad 1\nbad 2\n" in shown
