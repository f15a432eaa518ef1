"""Where a guide, a screen or a message sends people, there is a menu of this name at this place."""

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dev.paths import ROOT, Environment

TOP = "helpdesk_mgmt.helpdesk_ticket_main_menu"


def files():
    """(module, file) of all XML that has menus of Helpdesk: ours, and that of the addon below."""
    site = Path(Environment.load().python).parent.parent
    [theirs] = site.glob("lib/python*/site-packages/odoo/addons/helpdesk_mgmt/views")
    ours = [path for room in ("views", "wizards", "report") for path in (ROOT / room).glob("*.xml")]
    return [("helpdesk_mgmt", path) for path in theirs.glob("*.xml")] + [("helpdesk_bridge", path) for path in ours]


def menus():
    """Menu -> name -> menu below."""
    names, found = {}, []
    for module, path in files():
        tree = ElementTree.parse(path)
        for record in tree.iter("record"):
            name = record.find("field[@name='name']")
            if name is not None:
                names[full(module, record.get("id"))] = name.text
        for item in tree.iter("menuitem"):
            found.append((full(module, item.get("id")), full(module, item.get("parent")), module, item))
    below = {}
    for menu, parent, module, item in found:
        below.setdefault(parent, {})[item.get("name") or names.get(full(module, item.get("action")))] = menu
    return below


def full(module, xmlid):
    return xmlid if not xmlid or "." in xmlid else f"{module}.{xmlid}"


BELOW = menus()


def wrong(path):
    """What of a path leads nowhere; empty if it leads to a menu. :param path: what follows on "Helpdesk → " """
    menu, rest = TOP, path
    while menu in BELOW:
        fitting = [name for name in BELOW[menu] if rest.startswith(name)]
        if not fitting:
            return rest
        name = max(fitting, key=len)
        menu, rest = BELOW[menu][name], rest[len(name) :]
        if not rest.startswith(" → "):
            return ""
        rest = rest[3:]
    return ""


def paths(text):
    plain = " ".join(text.replace("*", "").split())
    return [found[:60] for found in re.split(r"(?<!Settings → )\bHelpdesk → ", plain)[1:]]


def texts():
    """Name -> text of guides, and of everything that we show to people."""
    guides = [ROOT / "README.rst", *sorted(ROOT.glob("docs/*.rst"))]
    found = {guide.name: guide.read_text() for guide in guides}
    terms = re.findall(r'^msgid ((?:".*"\n)+)', (ROOT / "i18n/helpdesk_bridge.pot").read_text(), re.MULTILINE)
    found["screens"] = "\n\n".join("".join(map(ast.literal_eval, lines.splitlines())) for lines in terms)
    return {name: text for name, text in found.items() if paths(text)}


@pytest.mark.parametrize("name", texts())
def test_each_path_leads_to_a_menu(name):
    assert [path for path in paths(texts()[name]) if wrong(path)] == []


def test_there_are_paths():
    assert {"README.rst", "troubleshooting.rst", "reasons.rst", "slack.rst", "screens"} <= set(texts())


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("Configuration → Email → Inbound Emails. The row", ""),
        ("Configuration → Email → *Inbox*", "Inbox"),
        ("Configuration → Settings → Health", ""),
        ("Configuration → Mail → Inbound", "Mail → Inbound"),
        ("Inbound Emails", "Inbound Emails"),
    ],
)
def test_a_path_that_leads_nowhere_is_noticed(path, what):
    [found] = paths(f"See Helpdesk → {path}")
    assert wrong(found) == what
