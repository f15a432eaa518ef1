"""Keeps what apt installs from being started.

Debian starts a server as soon as it is installed: Dovecot on all interfaces, PostgreSQL with a cluster of its own.
Nothing here uses those. Who installs asks `policy-rc.d` first, and 101 is its way to say no.
"""

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
MARK = "# Written by helpdesk_bridge's `make setup`."
DENIED = 101


def script(process):
    """The policy: no service starts as long as a process lives. Left behind, it stands in nobody's way."""
    return f"#!/bin/sh\n{MARK}\nkill -0 {process} 2>/dev/null && exit {DENIED}\nexit 0\n"


@contextmanager
def no_services_started(log, prefix=()):
    """Have the policy in force until the block ends; a machine's own policy is left as it is.

    :param log: runs the commands
    :param prefix: what makes a command run as root, nothing for root
    """
    if not _is_free():
        log.write(f"{POLICY} is there already, and decides")
        yield
        return
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch, POLICY.name)
        written.write_text(script(os.getpid()))
        try:
            log.run(*prefix, "install", "-m", "755", written, POLICY)
            yield
        finally:
            log.run(*prefix, "rm", "-f", POLICY)


def _is_free():
    """True when there is no policy but one that a killed setup left behind."""
    if not POLICY.exists():
        return True
    return MARK in POLICY.read_text(errors="replace") and subprocess.run(["sh", POLICY]).returncode != DENIED
