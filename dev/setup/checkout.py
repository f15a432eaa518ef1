"""What belongs to this checkout alone: the links it is known by, and Odoo's config."""

from dev.paths import (
    ADDONS,
    CONFIG,
    DATA,
    DEV,
    LINK,
    LOGS,
    PYTHON_PATH,
    ROOT,
    write_atomically,
)
from dev.services import postgres
from dev.setup import venv

CONFIG_TEXT = """\
; Written by `make setup`.
[options]
addons_path = {addons_path}
data_dir = {data}
db_host = {socket}
db_port = {port}
db_user = {role}
http_interface = 127.0.0.1
list_db = False
publisher_warranty_url = http://127.0.0.1:9/
screenshots = {logs}/browser
"""


def config_text(odoo):
    """Odoo's configuration for this checkout."""
    helpdesk = venv.site_packages(odoo) / "odoo" / "addons"
    folders = [*odoo.addons_folders, helpdesk, ADDONS]
    return CONFIG_TEXT.format(
        addons_path=",".join(map(str, folders)),
        data=DATA,
        logs=LOGS,
        socket=postgres.socket_folder(),
        port=postgres.PORT,
        role=postgres.ROLE,
    )


# Odoo knows the addon by its folder's name, a checkout may have any. The second link
# lets a process import `dev` without everything else that lies beside it.
LINKS = {LINK: ROOT, PYTHON_PATH / "dev": DEV}


def is_ready(odoo):
    """True when links and config are as they should be."""
    linked = all(link.is_symlink() and link.resolve() == to for link, to in LINKS.items())
    return linked and CONFIG.is_file() and CONFIG.read_text() == config_text(odoo)


def build(odoo, log):
    """Make the folders, the links and the config."""
    for folder in (ADDONS, DATA, LOGS, PYTHON_PATH):
        folder.mkdir(parents=True, exist_ok=True)
    for link, to in LINKS.items():
        link.unlink(missing_ok=True)
        link.symlink_to(to)
        log.write(f"{link} -> {to}")
    write_atomically(CONFIG, config_text(odoo))
