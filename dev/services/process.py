"""Programs that we start: waited for, stopped by their id, explained when they fail."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from dev.paths import BYTECODE, LOGS


class ServiceFailed(Exception):
    """A service did not start, or died; the message carries the end of its log."""


@contextmanager
def failures_told():
    """End the program with the words of a failed service, not with where it was noticed."""
    try:
        yield
    except ServiceFailed as error:
        sys.exit(str(error))


def clean_environ(**extra):
    """This environment without what would silently redirect Odoo, PostgreSQL or loopback.

    A proxy goes too: slack_sdk would take even 127.0.0.1 through it. Python compiles a source once, into the cache:
    Odoo starts in half the time, and nothing is left in the checkout.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "ODOO_", "OPENERP_"))
        and not name.lower().endswith("_proxy")
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    extra = {"PYTHONPYCACHEPREFIX": BYTECODE, **extra}
    return {**kept, **{name: str(value) for name, value in extra.items()}}


def tail(path, lines=25):
    """The last lines of a log, indented."""
    text = Path(path).read_text(errors="replace") if Path(path).exists() else "(no log)"
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def run_foreground(command, env=None):
    """Run a program in our place: its terminal, its exit status, signals passed on."""
    child = subprocess.Popen(_mortal(command), env=env)
    # Ctrl-C reaches the child directly; we only have to outlive it.
    previous = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    for number in (signal.SIGTERM, signal.SIGHUP):
        previous[number] = signal.signal(number, lambda got, _: child.send_signal(got))
    try:
        status = child.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status


@contextmanager
def background(name, command, env=None, cwd=None, stdout=None, user=None):
    """Run a program in its own process group until the block ends; yields (process, log).

    With `user`, somebody else than root runs it.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("w") as output:
        child = subprocess.Popen(
            _mortal(command, user),
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout or output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield child, log
    finally:
        stop(child)


def _mortal(command, user=None):
    """The command line of a program that ends when we do, even if we are killed."""
    other = [f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    return ["setpriv", *other, "--pdeathsig=TERM", *map(str, command)]


def stop(child, patience=10):
    """End a program and what it started: politely, then not."""
    for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            break
        try:
            child.wait(wait)
        except subprocess.TimeoutExpired:
            continue
    child.wait(5)


def wait_until(ready, child, log, what, timeout=60):
    """Wait until `ready()` is true; ServiceFailed when the program dies or is too slow."""
    deadline = time.monotonic() + timeout
    while not ready():
        if child.poll() is not None:
            raise ServiceFailed(f"{what} ended with {child.returncode}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise ServiceFailed(f"{what} not ready after {timeout} s:\n{tail(log)}")
        time.sleep(0.05)
