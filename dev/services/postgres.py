"""The checkout's own PostgreSQL: a private socket, no TCP, running while it is used.

Users share a lock. Who leaves last stops the server, so nothing stays behind and
nobody's server is stopped under him; after a crash the next user takes care of it.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from dev import locks
from dev.paths import STATE
from dev.services.process import ServiceFailed, clean_environ, tail
from dev.setup.system import postgresql_bin

HOME = STATE / "postgres"
CLUSTER = HOME / "data"
LOG = HOME / "postgres.log"
PORT = 5432  # names the socket's file only
ROLE = "odoo"  # Odoo refuses to connect as `postgres`
LONGEST_SOCKET = 100  # the system's limit is 107 bytes
# Fast because the data are worthless: a power cut may cost the cluster (`make clean`).
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "jit": "off",
    "listen_addresses": "",
    "log_min_messages": "warning",
}


def socket_folder(home=None):
    """Where the socket is: beside the cluster, or in /tmp when that path is too long."""
    home = home or HOME
    if len(str(home / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
        return home
    name = hashlib.sha1(str(home).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir(), f"helpdesk_bridge-{os.getuid()}-{name}")


@contextmanager
def postgres():
    """Have PostgreSQL running until the block ends; yields the socket's folder."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "postgres.users").open("w") as users:
        with _alone():
            fcntl.flock(users, fcntl.LOCK_SH)
            _start()
        try:
            yield socket_folder()
        finally:
            _leave(users)


def _leave(users):
    """Give up our share of the lock and, when nobody else has one, stop the server."""
    with _alone():
        if locks.take(users):
            _control("stop", "-m", "fast")
        else:
            fcntl.flock(users, fcntl.LOCK_UN)


@contextmanager
def _alone():
    """One process at a time starts or stops the server."""
    with (STATE / "postgres.control").open("w") as control:
        fcntl.flock(control, fcntl.LOCK_EX)
        yield


def interrupt(mode, pause=0):
    """Stop the server under everybody who uses it, and start it again: `fast`, or `immediate`, which is a crash."""
    with _alone():
        _control("stop", "-m", mode)
        time.sleep(pause)
        _start()


def stop_leftover(state):
    """Stop the server that a crash left running in a checkout's state, before that goes."""
    home = state / "postgres"
    if (home / "data").exists():
        _as_owner("pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop", check=False)
        shutil.rmtree(socket_folder(home), ignore_errors=True)


def version():
    """The number of PostgreSQL's release, as 15."""
    return int((CLUSTER / "PG_VERSION").read_text())


def is_running():
    """True while the server runs."""
    return _as_owner("pg_ctl", "-D", CLUSTER, "status", check=False).returncode == 0


def _start():
    """Make the cluster if there is none, and start it if it does not run."""
    if not CLUSTER.exists():
        _create_cluster()
    if is_running():
        return
    _own(socket_folder())
    settings = {**SETTINGS, "unix_socket_directories": socket_folder(), "port": PORT}
    options = " ".join(f'-c {name}="{value}"' for name, value in settings.items())
    _control("start", "-l", LOG, "-o", options)


def _control(*arguments):
    """pg_ctl, with the server's log in the error message."""
    done = _as_owner("pg_ctl", "-D", CLUSTER, "-w", "-t", "60", *arguments, check=False)
    if done.returncode:
        raise ServiceFailed(
            f"PostgreSQL: {arguments[0]} failed: {done.stdout}\n{tail(LOG)}\n"
            f"    remedy: `make clean` removes this checkout's cluster"
        )


def _create_cluster():
    """initdb beside the final place, so that half a cluster is never taken for one."""
    _own(HOME)
    part = HOME / "data.part"
    shutil.rmtree(part, ignore_errors=True)
    access = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
    _as_owner("initdb", "-D", part, "--no-sync", *access)
    roles = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n"
    _as_owner("postgres", "--single", "-D", part, "postgres", stdin=roles)
    part.rename(CLUSTER)


def _own(folder):
    """A folder that only the server's user can enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # refused if somebody else made it
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)


def _as_owner(program, *arguments, stdin="", check=True):
    """Run one of PostgreSQL's programs as a user it accepts: anybody but root.

    As root that is `postgres`, which may not enter root's home folder, where the
    cluster is. One capability lets it pass, without a change to any permission.
    """
    command = [str(postgresql_bin() / program), *map(str, arguments)]
    if os.geteuid() == 0:
        capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        command = ["setpriv", *user, *capability, *command]
    done = subprocess.run(
        command,
        input=stdin,
        text=True,
        cwd="/",
        env=clean_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if check and done.returncode:
        raise ServiceFailed(f"PostgreSQL: {program} failed:\n{done.stdout}")
    return done


def sql(statement, database="postgres", user="postgres"):
    """Run SQL as the cluster's superuser; returns the rows as lines of `|`-separated text."""
    command = [postgresql_bin() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]
    where = ["-h", socket_folder(), "-p", PORT, "-U", user, "-d", database]
    done = subprocess.run(
        [str(part) for part in command + where],
        capture_output=True,
        text=True,
        env=clean_environ(),
    )
    if done.returncode:
        raise ServiceFailed(f"SQL failed: {statement}\n{done.stderr}")
    return done.stdout.splitlines()
