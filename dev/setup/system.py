"""The system's own packages: PostgreSQL, Dovecot, Chromium, Node.

Detected by what they bring, so that another way to have them is as good.
Debian's own services are not started: nothing here uses them.
"""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from dev.setup.service_policy import no_services_started
from dev.setup.step import StepFailed

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOVECOT_PROGRAMS = ("imap", "lmtp")
OLDEST_NODE = 18
DEBIAN_PYTHON = Path("/usr/bin/python3")
#: The oldest and the newest Python that Odoo 19 allows.
PYTHONS = ((3, 10), (3, 13))


def has_postgresql():
    """A server's programs (Debian keeps them off the PATH)."""
    return postgresql_bin() is not None


def postgresql_bin():
    """The folder with initdb, pg_ctl and psql: the newest of Debian's, else the PATH's."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path).resolve()]
    return found[-1].parent if found else None


def has_dovecot():
    """The master and the two services used."""
    return dovecot_binary() and all(Path("/usr/lib/dovecot", program).exists() for program in DOVECOT_PROGRAMS)


def dovecot_binary():
    """Dovecot's master program; /usr/sbin is not on every user's PATH."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def chromium_binary():
    """The browser Odoo's own test suite would find."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def has_node():
    """A Node the doubles run on, and npm to install them."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return int(version.strip().lstrip("v").split(".")[0] or 0) >= OLDEST_NODE


@cache
def python():
    """The Python to make the venv of and its version, as (path, "3.11.2").

    Debian's own is what Odoo's package runs on, and it is built with profile-guided optimisation: one that was built
    without takes nearly twice as long for the same tests. Without a Debian's that Odoo allows, the one that runs this.
    """
    if DEBIAN_PYTHON.exists():
        version = _ask(DEBIAN_PYTHON, "import platform; print(platform.python_version())").stdout.strip()
        numbers = re.match(r"(\d+)\.(\d+)\.", version)
        if numbers and PYTHONS[0] <= tuple(map(int, numbers.groups())) <= PYTHONS[1]:
            return DEBIAN_PYTHON, version
    return Path(sys.base_prefix, "bin", "python3"), sys.version.split()[0]


def has_venv():
    """Debian splits what a venv needs from Python itself."""
    return _ask(python()[0], "import ensurepip").returncode == 0


def _ask(interpreter, code):
    return subprocess.run([interpreter, "-I", "-c", code], capture_output=True, text=True)


NEEDS = (
    (has_postgresql, ["postgresql"]),
    (has_dovecot, ["dovecot-imapd", "dovecot-lmtpd"]),
    (chromium_binary, ["chromium", "chromium-sandbox", "fonts-liberation", "fonts-noto-color-emoji"]),
    (has_node, ["nodejs", "npm"]),
    (has_venv, ["python3-venv"]),
)


def missing():
    """The Debian packages that would bring what is not here yet."""
    return [package for is_here, packages in NEEDS if not is_here() for package in packages]


def install(log):
    """Install what is missing, as root or through sudo that asks nothing."""
    packages = missing()
    manual = f"as root: apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise StepFailed(
            f"missing {' '.join(packages)} (names of Debian's packages)",
            "install what they are called on this system",
        )
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and (not shutil.which("sudo") or subprocess.run([*prefix, "true"]).returncode):
        raise StepFailed(f"missing {' '.join(packages)}", manual)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    options = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    with no_services_started(log, prefix):
        try:
            log.run(*apt, "install", *options, *packages)
        except StepFailed:  # no package lists yet, or older than the mirror
            log.run(*apt, "update")
            log.run(*apt, "install", *options, *packages)
    if missing():
        raise StepFailed(f"installed, yet not found: {' '.join(missing())}", manual)
