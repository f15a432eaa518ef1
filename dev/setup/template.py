"""The template database: Odoo with everything the addon depends on, made once."""

import ast
from dataclasses import replace

from dev.paths import ADDON, ROOT, Environment
from dev.services import database, postgres
from dev.setup import venv
from dev.setup.step import key


def depends():
    """What the addon's manifest asks for."""
    return sorted(ast.literal_eval((ROOT / "__manifest__.py").read_text())["depends"])


def name(odoo):
    """The template's name: another Odoo, other packages or other depends, another template."""
    return f"template_{key(odoo.version, venv.REQUIREMENTS.read_text(), depends())}"


def build(environment, log):
    """Initialise a database under another name; it becomes the template when it is whole.

    Nobody can connect to it then: a connection would keep it from being copied.
    """
    template, part = environment.template, f"building_{ADDON}"
    replace(environment, template="").save()  # enough to run Odoo, not to count as set up
    with postgres.postgres():
        if not database.exists(template):
            database.drop(part)
            log.write(database.install(part, depends()).read_text())
            database.rename(part, template)
        postgres.sql(f'ALTER DATABASE "{template}" ALLOW_CONNECTIONS false IS_TEMPLATE true')
    environment.save()


def environment(odoo, node_modules):
    """What the services read; written once everything is there."""
    folder = venv.folder(odoo)
    return Environment(
        python=str(folder / "bin/python"),
        odoo_bin=str(folder / "bin/odoo-bin"),
        odoo_version=odoo.version,
        node_modules=str(node_modules / "node_modules"),
        template=name(odoo),
    )
