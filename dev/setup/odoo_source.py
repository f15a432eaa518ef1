"""Which Odoo 19 is used: one that is already here, else Debian's."""

import importlib.util
import os
import runpy
from dataclasses import dataclass
from pathlib import Path

from dev.paths import CACHE
from dev.setup.step import StepFailed

SERIES = "19.0"


@dataclass(frozen=True)
class Odoo:
    """A folder that holds the package `odoo`, and what is known about it."""

    root: Path
    version: str

    @property
    def addons_folders(self):
        """Odoo's own addons; a source checkout keeps most of them beside the package."""
        beside = self.root / "addons"
        return [self.root / "odoo" / "addons"] + ([beside] if beside.is_dir() else [])


def already_here():
    """The Odoo that ODOO_HOME names, or that this Python can import; None without one."""
    named = os.environ.get("ODOO_HOME")
    if named:
        root = Path(named).expanduser().resolve()
        series = series_of(root)
        if series != SERIES:
            raise StepFailed(
                f"ODOO_HOME={named} holds {'Odoo ' + series if series else 'no package `odoo`'}",
                f"let ODOO_HOME name a folder with the package `odoo` {SERIES}, or unset it",
            )
        return Odoo(root, SERIES)
    spec = importlib.util.find_spec("odoo")
    for folder in spec.submodule_search_locations or () if spec else ():
        root = Path(folder).resolve().parent
        if CACHE not in root.parents and series_of(root) == SERIES:
            return Odoo(root, SERIES)
    return None


def series_of(root):
    """The series of the Odoo in a folder, read without importing it."""
    release = root / "odoo" / "release.py"
    return runpy.run_path(str(release))["series"] if release.is_file() else None
