"""What the guides name is there: files, folders, commands, methods, the wheel."""

import ast
import re
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2]
GUIDES = ("docs/architecture.rst", "CONTRIBUTING.rst", "docs/extending.rst")
CODE = "\n".join(path.read_text() for room in ("models", "tools") for path in (ADDON / room).rglob("*.py"))


def literals(guide):
    return re.findall(r"``([^`]+)``", (ADDON / guide).read_text())


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_a_guide_names_is_there(guide):
    names = [name for name in literals(guide) if re.fullmatch(r"[\w./]+(\.(py|csv|sql|md)|/)", name)]
    assert names
    assert not [name for name in names if not (ADDON / name).exists() and not list(ADDON.glob(f"**/{name}"))]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_that_a_guide_names_is_one_of_make(guide):
    targets = set(re.findall(r"^(\w+):.*##", (ADDON / "Makefile").read_text(), re.M))
    assert set(re.findall(r"\bmake (\w+)\b(?= *#|``)", (ADDON / guide).read_text())) <= targets


def test_the_contributors_guide_names_the_commands_of_a_day():
    named = set(re.findall(r"^    make (\w+) +#", (ADDON / "CONTRIBUTING.rst").read_text(), re.M))
    assert {"demo", "test", "lint", "pot", "bench", "chaos", "proof"} <= named


def test_every_method_that_the_architecture_names_is_there():
    names = [name for name in literals("docs/architecture.rst") if re.fullmatch(r"_\w+", name)]
    assert names
    assert not [name for name in names if f"def {name}(" not in CODE]


def test_every_room_is_in_the_picture():
    picture = (ADDON / "docs/architecture.rst").read_text()
    rooms = [path.name for path in (ADDON / "models").iterdir() if path.is_dir() and not path.name.startswith("__")]
    assert not [room for room in rooms if f"models/{room}" not in picture]


def test_an_upgrade_names_the_wheel_of_this_version():
    # Not with a `*`: pip refuses two versions at once, and the old wheel is kept beside the new one.
    version = ast.literal_eval((ADDON / "__manifest__.py").read_text())["version"]
    named = re.findall(r"pip install .*--upgrade (odoo_addon_\S+)", (ADDON / "docs/running.rst").read_text())
    assert named == [f"odoo_addon_helpdesk_bridge-{version}-py3-none-any.whl"]


@pytest.mark.parametrize("guide", ["README.rst", *(f"docs/{path.name}" for path in sorted(ADDON.glob("docs/*.rst")))])
def test_a_guide_leads_to_the_settings_that_managers_have_too(guide):
    # Only administrators have Odoo's Settings app; both have the menu in Helpdesk.
    assert "Settings → Helpdesk" not in " ".join((ADDON / guide).read_text().split())
