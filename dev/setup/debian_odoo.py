"""Odoo 19 out of Debian's package: downloaded and unpacked, never installed.

Odoo is on no Python index. Debian's suite sid carries it, with dependencies that a
stable Debian cannot satisfy; but it is plain Python, and the venv has those. apt
fetches it with lists of its own (signatures are checked as always), so the machine
itself never hears of sid.
"""

import os
import platform
import re
import subprocess
import tarfile
from pathlib import Path

from dev.paths import CACHE
from dev.setup.odoo_source import SERIES, Odoo, series_of
from dev.setup.step import StepFailed, is_complete, key, rebuilt, stamp_of

PACKAGE = "odoo-19"
SUITE = "sid"
# Debian replaces fonts and libraries by links into /usr/share. The stable suite's
# packages, where it has them, hold the files that Odoo links to; sid's Font Awesome 7
# no longer does.
LINKED_SUITE = "bookworm"
LINKED_PACKAGES = (
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# Debian strips this file, and every page of the web client asks for it.
SEGMENTATION = "@mediapipe/selfie_segmentation@0.1.1675465747"
SEGMENTATION_FILE = "selfie_segmentation.js"
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")
FOLDER = CACHE / f"odoo-{key(PACKAGE, SUITE, LINKED_SUITE, LINKED_PACKAGES, SEGMENTATION)}"


def unpacked():
    """Debian's Odoo, once it is in the cache; None before."""
    if not is_complete(FOLDER):
        return None
    return Odoo(FOLDER / DIST_PACKAGES, stamp_of(FOLDER)["version"])


def unpack(log):
    """Download, unpack, repair and check; returns the version."""
    if platform.freedesktop_os_release().get("ID") != "debian":
        raise StepFailed(
            "no Odoo 19 is here, and only a Debian can fetch Debian's",
            "get Odoo 19 and let ODOO_HOME name the folder that contains the package `odoo`",
        )
    downloads = CACHE / "downloads"
    version = _download(log, downloads)
    with rebuilt(FOLDER) as notes:
        for package in downloads.glob("*.deb"):
            log.run("dpkg", "-x", package, FOLDER)
        _add_segmentation(log, downloads)
        _check()
        notes["version"] = version
    log.write(f"Odoo {version}")
    return version


def _download(log, downloads):
    """Fetch the packages with apt's own client; returns Odoo's version."""
    apt = _private_apt(downloads)
    log.run(*apt, "update")
    policy = log.run("apt-cache", *apt[1:], "policy", PACKAGE)
    version = re.search(r"Candidate: (\S+)", policy)
    if not version or version[1] == "(none)":
        raise StepFailed(
            f"Debian's suite {SUITE} has no {PACKAGE} any more",
            f"get Odoo {SERIES} elsewhere, let ODOO_HOME name the folder of the package `odoo`",
        )
    for stale in downloads.glob("*.deb"):
        stale.unlink()
    log.run(*apt, "download", f"{PACKAGE}={version[1]}", *LINKED_PACKAGES, cwd=downloads)
    return version[1]


def _private_apt(downloads):
    """apt-get with a sources list, package lists and cache that are nobody else's."""
    state = downloads / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    mirror = _mirror()
    sources = state / "sources.list"
    sources.write_text("".join(f"deb {mirror} {suite} main\n" for suite in (LINKED_SUITE, SUITE)))
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": state / "lists",
        "Dir::Cache": state / "cache",
        "APT::Default-Release": LINKED_SUITE,
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    if os.geteuid() == 0:  # apt's own user cannot enter root's home folder
        options["APT::Sandbox::User"] = "root"
    flags = [flag for name, value in options.items() for flag in ("-o", f"{name}={value}")]
    return ["apt-get", *flags]


def _mirror():
    """The mirror this machine uses already, asked from apt."""
    listed = subprocess.run(
        # --no-release-info: also before the machine's first `apt-get update`
        ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)"],
        capture_output=True,
        text=True,
    ).stdout
    for line in listed.splitlines():
        uri, release, component = line.rsplit(" ", 2)
        if component == "main" and not re.search("-(security|updates|backports)", release):
            return uri
    raise StepFailed(
        "apt knows no Debian mirror",
        "add one to apt's sources, or let ODOO_HOME name a folder with the package `odoo`",
    )


def _add_segmentation(log, downloads):
    """Put back the file that Debian strips, from npm."""
    log.run("npm", "pack", "--silent", SEGMENTATION, cwd=downloads)
    packed = next(downloads.glob("mediapipe-selfie_segmentation-*.tgz"))
    target = FOLDER / DIST_PACKAGES / "odoo/addons/mail/static/lib/selfie_segmentation"
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(packed) as archive:
        content = archive.extractfile(f"package/{SEGMENTATION_FILE}").read()
    (target / SEGMENTATION_FILE).write_bytes(content)


def _check():
    """Refuse a tree that is no Odoo 19 or whose links lead nowhere."""
    root = FOLDER / DIST_PACKAGES
    if series_of(root) != SERIES:
        raise StepFailed(f"the package {PACKAGE} holds no Odoo {SERIES}")
    dangling = [
        path
        for path in root.rglob("*")
        if path.is_symlink() and not path.exists() and "point_of_sale" not in path.parts
    ]
    if dangling:
        raise StepFailed(f"{len(dangling)} links of Odoo lead nowhere, such as {dangling[0]}")
