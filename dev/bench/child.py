"""A measurement in an Odoo process of its own: what it prints is progress, its last line is JSON."""

import json
import subprocess
import threading

from dev.paths import LOGS, PYTHON_PATH, Environment
from dev.services.odoo import odoo_environ
from dev.services.process import ServiceFailed, tail


def measured(module, *arguments, patience, say=lambda words: None):
    """Run `python -m dev.bench.MODULE ARGUMENTS` and return what its last line says.

    :param patience: seconds after which it is killed
    """
    log = LOGS / f"bench-{module.removesuffix('_process')}.log"
    with log.open("w") as output:
        child = subprocess.Popen(
            [Environment.load().python, "-B", "-m", f"dev.bench.{module}", *map(str, arguments)],
            env=odoo_environ(PYTHONPATH=PYTHON_PATH),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
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
