"""Which room may import from which.

tools ← models ← everything that people and programs come in by. Within models: common ← ticket ← sla, slack, outbound,
inbound ← monitoring, settings; slack ← slack_inbound ← slack_acts; outbound ← answering; slack_acts, answering ←
slack_answering; sla, slack and outbound do not know each other.
"""

import ast
import re
import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2]
#: What every room of models may import from.
BASE = {"tools", "models/common"}
#: The rooms of models that extend the ticket, without knowing each other; a rule, an email, a clock each has its own.
CONCERNS = {
    *("models/sla", "models/slack", "models/slack_inbound", "models/slack_acts", "models/outbound", "models/inbound"),
    *("models/answering", "models/slack_answering", "models/digest"),
}
#: Room → the rooms that its files may import from, beside itself.
MAY_KNOW = {
    "tools": set(),
    "models": {"models/common", "models/ticket", *CONCERNS, "models/monitoring", "models/settings"},
    "models/common": {"tools"},
    "models/ticket": BASE,
    "models/sla": {*BASE, "models/ticket"},
    "models/slack": {*BASE, "models/ticket"},
    "models/slack_inbound": {*BASE, "models/ticket", "models/slack"},
    "models/slack_acts": {*BASE, "models/ticket", "models/slack", "models/slack_inbound"},
    "models/outbound": {*BASE, "models/ticket"},
    "models/inbound": {*BASE, "models/ticket"},
    "models/answering": {*BASE, "models/ticket", "models/outbound"},
    "models/slack_answering": {
        *BASE,
        *("models/ticket", "models/slack", "models/slack_inbound", "models/slack_acts", "models/answering"),
    },
    "models/digest": {*BASE, "models/ticket", "models/slack"},
    "models/monitoring": {*BASE, "models/ticket", *CONCERNS},
    "models/settings": {*BASE, "models/ticket", *CONCERNS, "models/monitoring", "demo"},
    "report": {*BASE, *CONCERNS},
    "wizards": {*BASE, *CONCERNS},
    "controllers": {*BASE, *CONCERNS, "models/ticket", "models/monitoring"},
    "listener": {"tools"},
    "demo": {*BASE, *CONCERNS},
    "legacy": {*BASE, *CONCERNS},
    "cli": {"tools", "listener", "legacy"},
    "hooks": {*BASE},
    "migrations": set(),
}
#: What of the standard library reaches beyond the process; a tool may know the errors of some, to judge them.
NETWORK = {
    *("asyncio", "ftplib", "http", "imaplib", "multiprocessing", "nntplib", "poplib", "select", "selectors", "smtplib"),
    *("socket", "socketserver", "sqlite3", "ssl", "subprocess", "telnetlib", "urllib.error", "urllib.request"),
    *("webbrowser", "xmlrpc"),
}


def rooms_of(path):
    """The first part of whatever a file imports; of this addon's own, the room."""
    return set(rooms_in(path.read_text(), path.relative_to(ADDON).parts))


def room_of(name):
    """The room of a module of the addon, given as the parts of its name."""
    return "/".join(name[:2]) if name[0] == "models" and len(name) > 1 else name[0]


def rooms_in(text, here):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [name.name.split(".") for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = list(here[: len(here) - node.level])
            names = [base + [*(node.module or "").split("."), name.name] for name in node.names]
            names = [[part for part in name if part] for name in names]
        elif isinstance(node, ast.ImportFrom):
            names = [[*node.module.split("."), name.name] for name in node.names]
        else:
            continue
        for name in names:
            if name[:3] == ["odoo", "addons", "helpdesk_bridge"]:
                name = name[3:]
            yield room_of(name)


def files(room):
    if not (ADDON / room).is_dir():
        return [ADDON / f"{room}.py"]
    inside = [path for path in (ADDON / room).rglob("*.py") if room_of(path.relative_to(ADDON).parts[:-1]) == room]
    assert inside
    return sorted(inside)


@pytest.mark.parametrize("room", MAY_KNOW)
def test_a_room_knows_only_what_lies_below_it(room):
    assert files(room)
    ours = {*MAY_KNOW, "dev", "tests"}
    known = {(path.name, known) for path in files(room) for known in rooms_of(path) if known in ours}
    assert not {(name, known) for name, known in known if known not in {room, *MAY_KNOW[room]}}


def modules_of(path):
    """The modules that a file imports from outside of the addon, in full."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def test_tools_know_neither_odoo_nor_a_database_nor_a_server():
    known = {(path.name, module) for path in files("tools") for module in modules_of(path)}
    pure = sys.stdlib_module_names | {"asn1crypto", "cryptography", "dateutil", "html2text", "idna", "lxml", "yaml"}
    assert not {(name, module) for name, module in known if module.partition(".")[0] not in pure}
    assert {name for name, module in known if {module, module.partition(".")[0]} & NETWORK} == {"response.py"}


def test_what_lets_a_file_reach_others_is_part_of_the_standard_library():
    assert {module.partition(".")[0] for module in NETWORK} < sys.stdlib_module_names


def test_nothing_that_is_shipped_imports_the_developers_things():
    shipped = [path for path in ADDON.rglob("*.py") if path.relative_to(ADDON).parts[0] != "dev"]
    assert len(shipped) > 100
    assert not [path.name for path in shipped if "dev" in rooms_of(path)]


def modules_of_tests():
    return sorted((ADDON / "tests").glob("test_*.py"))


def is_tagged(node):
    """Whether a class runs after installation, and only then."""
    tags = [ast.unparse(decorator) for decorator in node.decorator_list]
    return "tagged('post_install', '-at_install')" in tags


def test_odoos_own_loader_sees_every_test():
    [imported] = ast.parse((ADDON / "tests" / "__init__.py").read_text()).body
    assert [name.name for name in imported.names] == [path.stem for path in modules_of_tests()]


@pytest.mark.parametrize("path", modules_of_tests(), ids=lambda path: path.stem)
def test_every_test_in_odoo_runs_when_all_is_installed(path):
    classes = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    tested = [node for node in classes if any(getattr(item, "name", "").startswith("test_") for item in node.body)]
    assert tested
    assert not [node.name for node in tested if not is_tagged(node)]


def test_every_room_is_listed_here():
    rooms = {room_of(path.relative_to(ADDON).parts[:-1]) for path in [*ADDON.glob("*/*.py"), *ADDON.glob("*/*/*.py")]}
    assert rooms - {"dev", "tests"} == set(MAY_KNOW) - {"hooks"}


def test_sla_slack_and_outbound_do_not_know_each_other():
    apart = {"models/sla", "models/slack", "models/outbound"}
    assert not {*apart, "models/slack_inbound", "models/slack_acts"} & (
        MAY_KNOW["models/sla"] | MAY_KNOW["models/slack"]
    )
    known = {
        (path.name, known) for room in apart for path in files(room) for known in rooms_of(path) & (apart - {room})
    }
    assert not known


def test_the_ticket_names_neither_slack_nor_emails_nor_sla():
    named = re.compile(r"helpdesk\.(slack|sla|letter|inbound)\b|_sla_\w+\(|_slack_\w+\(")
    names = {
        (path.name, *found.group().split()) for path in files("models/ticket") for found in named.finditer(code(path))
    }
    assert not names


def code(path):
    """The code of a file without its docstrings and comments."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("import dev.acme", "dev"),
        ("from dev import acme", "dev"),
        ("from ..controllers import portal", "controllers"),
        ("from .. import wizards", "wizards"),
        ("from .slack import helpdesk_slack_outbox", "models/slack"),
        ("from . import slack", "models/slack"),
        ("from odoo.addons.helpdesk_bridge.models.sla.helpdesk_sla_clock import CLOCKS", "models/sla"),
        ("from odoo.addons.helpdesk_bridge.listener import idle", "listener"),
        ("def later():\n    from odoo import api", "odoo"),
    ],
)
def test_however_it_is_written_it_is_seen(text, room):
    assert list(rooms_in(text, ("models", "some_model.py"))) == [room]
