"""Where the developer environment keeps what it makes: never inside the checkout.

Downloads, Odoo, the venv and the node modules are shared between checkouts;
a database, a port or a log belongs to exactly one of them.
"""

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

ADDON = "helpdesk_bridge"
ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / "dev"


def cache_root():
    """The folder of all checkouts; a relative XDG_CACHE_HOME counts as unset (XDG)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / ADDON


def checkout_name(root):
    """A readable name that two checkouts of the same folder name do not share."""
    root = Path(root).resolve()
    readable = re.sub(r"[^\w.-]+", "-", root.name)
    return f"{readable}-{hashlib.sha1(str(root).encode()).hexdigest()[:8]}"


def mutants_folder(number):
    """A copy of this checkout; a number of its own is the name that it is known by."""
    return MUTANTS / f"{checkout_name(ROOT)}-mutants-{number}"


CACHE = cache_root()
#: What Python compiled: never beside the sources, and once for all checkouts.
BYTECODE = CACHE / "bytecode"
STATE = CACHE / "checkouts" / checkout_name(ROOT)
ADDONS = STATE / "addons"
LINK = ADDONS / ADDON
PYTHON_PATH = STATE / "python"  # holds `dev` and nothing else of the checkout
DATA = STATE / "data"
LOGS = STATE / "logs"
SCREENSHOTS = STATE / "screenshots"
CONFIG = STATE / "odoo.conf"
#: The copies that `make mutants` puts faults into; what belongs to them is where that of any checkout is.
MUTANTS = STATE / "mutants"


@dataclass(frozen=True)
class Environment:
    """What setup made ready; read back by everything that runs later."""

    python: str  # the venv's interpreter
    odoo_bin: str  # Odoo's command line, to be run with it
    odoo_version: str
    node_modules: str
    template: str  # the database every test database is copied from

    def save(self):
        """Write it where `load` finds it."""
        write_atomically(STATE / "environment.json", json.dumps(asdict(self), indent=1))

    @classmethod
    def saved(cls):
        """What setup wrote; None before it did, or when an older one did."""
        try:
            return cls(**json.loads((STATE / "environment.json").read_text()))
        except (FileNotFoundError, TypeError, ValueError):
            return None

    @classmethod
    def load(cls):
        """What setup wrote; whoever runs before `make setup` hears so."""
        environment = cls.saved()
        if environment is None:
            raise SystemExit("The environment is not set up: run `make setup`.")
        return environment


def write_atomically(path, text):
    """Write a file so that a reader, or an interruption, sees the old one or the new."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text)
    part.replace(path)
