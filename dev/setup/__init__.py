"""`make setup`: brings everything the other verbs need into the cache, once.

Runs on the system's Python, before there is a venv: standard library only.
"""

from dev.paths import Environment
from dev.services import postgres
from dev.setup import checkout, debian_odoo, node, odoo_source, system, template, venv
from dev.setup.step import StepFailed, reported, setup_lock


def ready():
    """Have everything in place; returns the environment. Quick when nothing is to do."""
    environment = _current()
    if environment is None:
        with setup_lock() as lock:
            environment = _build(lock)
    return environment


def _find_odoo():
    """The Odoo to use, None while there is none yet."""
    return odoo_source.already_here() or debian_odoo.unpacked()


def _current():
    """The environment when nothing is missing or outdated, else None."""
    try:
        odoo = _find_odoo()
    except StepFailed:
        return None  # told by the step that fails on it again
    if not odoo or system.missing() or not venv.is_ready(odoo) or not node.is_ready():
        return None
    if not checkout.is_ready(odoo) or not postgres.CLUSTER.exists():
        return None
    expected = template.environment(odoo, node.folder())
    return expected if Environment.saved() == expected else None


def _build(lock):
    """Do the steps that are not done."""
    if system.missing():
        with reported("system", f"system packages {' '.join(system.missing())}", lock) as log:
            system.install(log)
    odoo = _odoo(lock)
    if not venv.is_ready(odoo):
        with reported("venv", "Python packages", lock) as log:
            venv.build(odoo, log)
    if not node.is_ready():
        with reported("node", "Node packages", lock) as log:
            node.build(log)
    if not checkout.is_ready(odoo):
        with reported("checkout", "this checkout", lock) as log:
            checkout.build(odoo, log)
    environment = template.environment(odoo, node.folder())
    with reported("template", "template database", lock) as log:
        template.build(environment, log)
    return environment


def _odoo(lock):
    """The Odoo of this environment, fetched if there is none."""
    try:
        odoo = _find_odoo()
    except StepFailed as error:
        raise SystemExit(f"setup: Odoo FAILED: {error}\n  remedy: {error.remedy}") from None
    if odoo:
        return odoo
    with reported("odoo", "Odoo 19 from Debian (120 MB)", lock) as log:
        debian_odoo.unpack(log)
    return debian_odoo.unpacked()
