"""The wheel, not the checkout: built, installed into a folder of its own, and used by an Odoo that knows no other."""

import zipfile
from email import message_from_string
from types import SimpleNamespace

import pytest

from dev import sightings, wheel
from dev.acme import MAILBOXES
from dev.paths import ADDON, ADDONS, LINK, LOGS
from dev.scenario import set_up
from dev.services import database
from dev.services.dovecot import dovecot
from dev.services.odoo import configured_addons, run_odoo
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet

NAME = database.of_this_run("test_", "wheel")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return wheel.build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def content(built):
    """Name → text of what lies in the wheel."""
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_it_is_named_as_such_addons_are(built):
    assert built.name.startswith("odoo_addon_helpdesk_bridge-19.0.2.0.0")


def test_it_says_what_it_needs(content):
    [text] = [text for name, text in content.items() if name.endswith(".dist-info/METADATA")]
    metadata = message_from_string(text)
    needs = " ".join(metadata.get_all("Requires-Dist"))
    for need in ("odoo-addon-helpdesk_mgmt", "odoo==19.0", "slack_sdk", "html2text"):
        assert need in needs, needs
    assert "A customer's email becomes a ticket" in metadata.get_payload()


def test_everything_that_runs_is_in_it_and_nothing_else(content):
    folder = f"odoo/addons/{ADDON}/"
    inside = {name.removeprefix(folder) for name in content if name.startswith(folder)}
    needed = {path.relative_to(LINK) for path in LINK.glob("**/*.py")}
    needed = {path.as_posix() for path in needed if path.parts[0] != "dev"}
    assert "models/ticket/helpdesk_ticket.py" in needed
    assert not needed - inside
    assert {"data/neutralize.sql", "static/description/icon.png", "i18n/cs.po", "docs/grafana-dashboard.json"} <= inside
    assert not [name for name in content if name.startswith(f"{folder}dev/") or "/.ci/" in name]


def test_an_odoo_with_the_wheel_alone_takes_an_email_to_slack(built, tmp_path):
    folders = [folder for folder in configured_addons() if folder != str(ADDONS)]
    addons = f"--addons-path={','.join([*folders, str(wheel.install(built, tmp_path))])}"
    env = {"PYTHONDONTWRITEBYTECODE": "1"}  # compiled, it would outlive its folder
    with database.database(NAME, addons=()):
        log = LOGS / f"install-{NAME}.log"
        run_odoo("-d", NAME, "-i", ADDON, "--stop-after-init", "--no-http", addons, log=log, env=env)
        assert str(ADDONS) not in log.read_text()
        with (
            dovecot(MAILBOXES, name="wheel-dovecot") as mailboxes,
            smtp_inlet(mailboxes) as inlet,
            slack_double(name="wheel-slack") as slack,
            odoo_server(NAME, name="wheel-odoo", args=(addons,), env=env) as odoo,
        ):
            helpdesk = set_up(odoo, slack, mailboxes, inlet)
            helpdesk.customer_writes("From the wheel")
            helpdesk.fetch()
            sightings.told_once(helpdesk, sightings.ticket(helpdesk, "From the wheel"))


def test_a_wheel_that_cannot_be_built_says_why(tmp_path, monkeypatch):
    broken = SimpleNamespace(load=lambda: SimpleNamespace(python="/bin/false"))
    monkeypatch.setattr(wheel, "Environment", broken)
    with pytest.raises(wheel.NotBuilt, match="ended with 1"):
        wheel.build(tmp_path / "dist")
