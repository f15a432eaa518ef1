"""The setup leaves the machine as it was, but for what it installed."""

import os
import platform
import subprocess
import sys

import pytest

from dev.setup import service_policy, step, system
from dev.setup.service_policy import no_services_started


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(step, "CACHE", tmp_path / "cache")
    with step.setup_lock() as lock:
        yield step.Log("test", lock)


@pytest.fixture
def policy(tmp_path, monkeypatch):
    path = tmp_path / "policy-rc.d"
    monkeypatch.setattr(service_policy, "POLICY", path)
    return path


def answer(policy):
    """What a Debian package that was just installed is told about the start of its service."""
    return subprocess.run([policy, "dovecot", "start"]).returncode


def a_dead_process():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_services_may_not_start_while_the_setup_lives_and_may_afterwards(policy):
    for process, expected in ((os.getpid(), 101), (a_dead_process(), 0)):
        policy.write_text(service_policy.script(process))
        policy.chmod(0o755)
        assert answer(policy) == expected


def test_the_policy_is_in_force_during_the_installation_only(policy, log):
    with no_services_started(log):
        assert answer(policy) == 101
    assert not policy.exists()


def test_it_goes_when_the_installation_fails(policy, log):
    with pytest.raises(step.StepFailed), no_services_started(log):
        log.run("false")
    assert not policy.exists()


def test_a_step_that_fails_shows_the_end_of_its_log_and_what_to_do(log, monkeypatch):
    monkeypatch.setattr(step, "Log", lambda *_arguments: log)
    with pytest.raises(SystemExit) as ended, step.reported("test", "a test", None):
        log.run("sh", "-c", "echo out of paper; exit 3")
    assert "    out of paper" in str(ended.value)
    assert "remedy: run `make setup` again" in str(ended.value)


def test_it_is_written_and_removed_by_way_of_sudo(policy, log):
    with no_services_started(log, ["env", "SUDO=1"]):
        assert answer(policy) == 101
    assert log.path.read_text().count("$ env SUDO=1 ") == 2


def test_a_policy_of_the_machine_s_own_is_left_alone(policy, log):
    policy.write_text("#!/bin/sh\nexit 0\n")
    policy.chmod(0o755)
    with no_services_started(log):
        assert answer(policy) == 0
    assert policy.read_text() == "#!/bin/sh\nexit 0\n"


def test_one_that_a_killed_setup_left_behind_is_replaced(policy, log):
    policy.write_text(service_policy.script(a_dead_process()))
    with no_services_started(log):
        assert answer(policy) == 101
    assert not policy.exists()


@pytest.mark.parametrize(
    ("its_version", "chosen"),
    [("3.11.2", "its own"), ("3.13.0", "its own"), ("3.9.2", "ours"), ("3.14.0", "ours"), ("", "ours"), (None, "ours")],
)
def test_the_venv_is_made_of_debian_s_python_where_odoo_allows_it(its_version, chosen, tmp_path, monkeypatch):
    debian_s = tmp_path / "python3"
    if its_version is not None:
        debian_s.write_text(f"#!/bin/sh\necho {its_version}\n")
        debian_s.chmod(0o755)
    monkeypatch.setattr(system, "DEBIAN_PYTHON", debian_s)
    system.python.cache_clear()
    try:
        path, version = system.python()
    finally:
        system.python.cache_clear()
    assert (path == debian_s) == (chosen == "its own")
    assert version == (its_version if chosen == "its own" else platform.python_version())
    asked = [path, "-c", "import platform; print(platform.python_version())"]
    assert subprocess.run(asked, capture_output=True, text=True).stdout.strip() == version
