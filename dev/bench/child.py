"""Measurements in Odoo processes of their own, so that what they cost can be counted."""

import json
import subprocess
import threading
from contextlib import contextmanager, suppress

from dev.paths import LOGS, PYTHON_PATH, Environment
from dev.services.odoo import odoo_environ
from dev.services.process import ServiceFailed, stop, tail


def measured(module, *arguments, patience, say=lambda words: None):
    """Run `python -m dev.bench.MODULE ARGUMENTS`: what it prints is progress, its last line is JSON and returned.

    :param patience: seconds after which it is killed
    """
    log = LOGS / f"bench-{module.removesuffix('_process')}.log"
    with log.open("w") as output:
        child = _start(module, arguments, output, stdin=subprocess.DEVNULL)
        alarm = threading.Timer(patience, child.kill)
        alarm.start()
        try:
            *_said, result = [_told(line, say) for line in child.stdout] or [""]
            if child.wait():
                raise ServiceFailed(f"{module} ended with {child.returncode}, log {log}:\n{tail(log)}")
        finally:
            alarm.cancel()
            child.kill()
    return json.loads(result)


def _told(line, say):
    if not line.startswith("{"):
        say(line.strip())
    return line


@contextmanager
def conversation(module, *arguments, label):
    """A process that is ready when this yields a function: it sends a line, and returns the JSON that is the answer.

    :param label: of its log
    """
    log = LOGS / f"bench-{label}.log"
    with log.open("w") as output:
        child = _start(module, arguments, output, stdin=subprocess.PIPE, start_new_session=True)

        def ask(*words):
            with suppress(BrokenPipeError):  # its answer tells why
                print(*words, file=child.stdin, flush=True)
            return json.loads(_answer(child, log))

        try:
            _answer(child, log)
            yield ask
            child.stdin.close()
            if child.wait(30):
                raise ServiceFailed(f"{module} failed, log {log}:\n{tail(log)}")
        finally:
            stop(child)


def _start(module, arguments, output, **options):
    return subprocess.Popen(
        [Environment.load().python, "-m", f"dev.bench.{module}", *map(str, arguments)],
        env=odoo_environ(PYTHONPATH=PYTHON_PATH),
        stdout=subprocess.PIPE,
        stderr=output,
        text=True,
        **options,
    )


def _answer(child, log):
    line = child.stdout.readline()
    if not line:
        raise ServiceFailed(f"a process broke off, log {log}:\n{tail(log)}")
    return line
