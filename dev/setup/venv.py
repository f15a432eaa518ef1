"""The venv: the pinned packages, and a .pth file through which it sees Odoo."""

from dev.paths import CACHE, DEV
from dev.setup import system
from dev.setup.step import is_complete, key, rebuilt

REQUIREMENTS = DEV / "requirements.txt"
ODOO_BIN = """#!{python}
import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
"""


def folder(odoo):
    """Where the venv for this Odoo, these requirements and this Python lies."""
    name = key(REQUIREMENTS.read_text(), str(odoo.root), *map(str, system.python()))
    return CACHE / f"venv-{name}"


def is_ready(odoo):
    """True when that venv is complete."""
    return is_complete(folder(odoo))


def site_packages(odoo):
    """The venv's packages."""
    version = system.python()[1].rpartition(".")[0]
    return folder(odoo) / "lib" / f"python{version}" / "site-packages"


def build(odoo, log):
    """Make the venv. It is built where it stays: a venv cannot be moved."""
    target = folder(odoo)
    with rebuilt(target):
        log.run(system.python()[0], "-m", "venv", target)
        site_packages(odoo).joinpath("odoo.pth").write_text(f"{odoo.root}\n")
        pip = [target / "bin/python", "-m", "pip", "--disable-pip-version-check"]
        log.run(*pip, "install", "--no-input", "--no-deps", "-r", REQUIREMENTS)
        # A script of our own: `python -m odoo` would put Odoo's folder, with its
        # http.py, first on the path of the processes that a server starts.
        script = target / "bin/odoo-bin"
        script.write_text(ODOO_BIN.format(python=target / "bin/python"))
        script.chmod(0o755)
        log.run(target / "bin/python", "-c", "import odoo.cli, odoo.addons.helpdesk_mgmt")
