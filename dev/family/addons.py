"""The family's addons, downloaded once into the cache, and Odoo's configuration that finds them."""

from configparser import ConfigParser
from pathlib import Path

from dev.paths import CACHE, CONFIG, STATE, Environment
from dev.setup.step import is_complete, key, rebuilt, reported, setup_lock

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
FOLDER = CACHE / f"family-{key(REQUIREMENTS.read_text())}"
#: The folder that is on Odoo's addons path.
ADDONS = FOLDER / "odoo" / "addons"
CONFIGURATION = STATE / "family.conf"


def ready():
    """Have the addons in the cache and Odoo's configuration for them; returns the path of the configuration."""
    if not is_complete(FOLDER):
        with setup_lock() as lock, reported("family", "OCA's helpdesk addons", lock) as log, rebuilt(FOLDER):
            pip = [Environment.load().python, "-m", "pip", "--disable-pip-version-check"]
            log.run(*pip, "install", "--no-input", "--no-deps", "--no-compile", "--target", FOLDER, "-r", REQUIREMENTS)
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIG)
    parser["options"]["addons_path"] += f",{ADDONS}"
    with CONFIGURATION.open("w") as file:
        parser.write(file)
    return CONFIGURATION


def folder_of(addon):
    """Where an addon lies on Odoo's addons path."""
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIGURATION)
    folders = [Path(folder, addon) for folder in parser["options"]["addons_path"].split(",")]
    return next(folder for folder in folders if (folder / "__manifest__.py").is_file())
