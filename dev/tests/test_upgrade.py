"""A filled database of the first release, from its wheel, is upgraded, compared row by row, and used."""

import zipfile

import pytest

from dev.services import database, postgres
from dev.upgrade import rows, steps

DATABASE = database.of_this_run("test_", "upgrade")


@pytest.fixture(scope="module")
def released():
    """A database of the first release with rows of every kind."""
    with postgres.postgres():
        try:
            steps.begin(DATABASE)
            yield DATABASE
        finally:
            database.drop(DATABASE)


def test_an_upgrade_keeps_every_row_and_what_was_begun_goes_on(released):
    assert postgres.sql("SELECT latest_version FROM ir_module_module WHERE name = 'helpdesk_bridge'", released) == [
        "19.0.1.0.0"
    ]
    assert list(steps.upgrade(released)) == []
    assert list(steps.use(released)) == []


def test_the_release_is_the_wheel_of_its_version(tmp_path):
    wheel = steps.release_wheel(tmp_path / "dist")
    assert wheel.name.startswith("odoo_addon_helpdesk_bridge-19.0.1.0.0")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "odoo/addons/helpdesk_bridge/__manifest__.py" in names
    assert not [name for name in names if "/dev/" in name or "/migrations/" in name]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({"id": 1, "name": "A", "write_date": "later"}, []),
        ({"id": 1, "name": "B"}, ['helpdesk_ticket 1: name was "A", is "B"']),
        ({"id": 1}, ['helpdesk_ticket 1: name was "A", is "gone"']),
        (None, ['helpdesk_ticket 1 is gone: {"id": 1, "name": "A", "write_date": "then"}']),
    ],
)
def test_a_difference_is_told(now, found):
    before = {"helpdesk_ticket": {1: {"id": 1, "name": "A", "write_date": "then"}}}
    assert rows.differences(before, {"helpdesk_ticket": {1: now} if now else {}}) == found
