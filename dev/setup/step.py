"""One step of the setup: its folder, its stamp, its log and what to do when it fails.

A step's folder is named by a hash of the step's inputs and counts only once its
stamp is in it. The stamp is written last, so an interrupted step is simply redone.
"""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

from dev import locks
from dev.paths import CACHE, write_atomically
from dev.services.process import ServiceFailed, tail

STAMP = ".complete"


class StepFailed(Exception):
    """A step could not do its work; `remedy` is what the reader can do about it."""

    def __init__(self, message, remedy="run `make setup` again"):
        super().__init__(message)
        self.remedy = remedy


def key(*inputs):
    """The short hash that names what was made from these inputs."""
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:12]


class Log:
    """The log of one step; the commands of the step write into it."""

    def __init__(self, name, lock):
        folder = CACHE / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"setup-{name}.log"
        self.path.unlink(missing_ok=True)
        self._file = self.path.open("a")
        self._lock = lock

    def run(self, *command, cwd=None):
        """Run a command and return what it printed; raise StepFailed when it fails.

        The command inherits the setup lock: should setup be killed, the next one
        waits until what this one started has ended.
        """
        command = [str(part) for part in command]
        self.write(f"$ {' '.join(command)}")
        start = self.path.stat().st_size
        status = subprocess.run(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            pass_fds=[self._lock.fileno()],
        ).returncode
        if status:
            raise StepFailed(f"`{' '.join(command)[:120]}` ended with {status}")
        return self.path.read_bytes()[start:].decode(errors="replace")

    def write(self, text):
        """Add a line to the log."""
        self._file.write(text.rstrip("\n") + "\n")
        self._file.flush()


@contextmanager
def setup_lock():
    """Let one setup run at a time, whichever checkout it is for."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        if not locks.take(lock):
            print("another `make setup` is running; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


@contextmanager
def reported(name, title, lock):
    """Tell when a step starts, ends or fails; yields its log."""
    print(f"setup: {title} ...", flush=True)
    started = time.monotonic()
    log = Log(name, lock)
    try:
        yield log
    except (StepFailed, ServiceFailed, OSError) as error:
        remedy = getattr(error, "remedy", "run `make setup` again")
        raise SystemExit(
            f"setup: {title} FAILED: {error}\n{tail(log.path, 12)}\n  log:    {log.path}\n  remedy: {remedy}"
        ) from None
    except KeyboardInterrupt:
        print(f"\nsetup: {title} interrupted; `make setup` takes it up again", file=sys.stderr)
        sys.exit(130)
    print(f"setup: {title} done in {time.monotonic() - started:.1f} s", flush=True)


def is_complete(folder):
    """True when the folder was built to its end."""
    return (folder / STAMP).is_file()


def stamp_of(folder):
    """What the step that built the folder noted about it."""
    return json.loads((folder / STAMP).read_text())


@contextmanager
def rebuilt(folder):
    """An empty folder to build in; the notes added to the yielded dict become its stamp."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    notes = {}
    yield notes
    write_atomically(folder / STAMP, json.dumps(notes))
