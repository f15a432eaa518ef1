"""An addon of somebody else's on top of ours: its own tests pass, and its event is posted to Slack."""

import re
import textwrap
import urllib.error

import pytest

from dev import sightings
from dev.acme import CHANNEL, TEAM
from dev.paths import ADDON, DEV, LOGS, ROOT
from dev.scenario import record_id
from dev.services import database
from dev.services.odoo import configured_addons, run_odoo
from dev.services.odoo_server import RpcError, odoo_server
from dev.services.slack_double import slack_double

EXAMPLE, FOLDER = "helpdesk_bridge_example", DEV / "example"
DATABASE = database.of_this_run("test_", "example")
GUIDE = (ROOT / "docs" / "extending.rst").read_text()
#: Named in its text, or extended in its code.
HOOKS = {*re.findall(r"``(_\w+)(?:\([^`]*\))?``", GUIDE), *re.findall(r"super\(\)\.(_\w+)\(", GUIDE)}
CODE = "\n".join(path.read_text() for path in (ROOT / "models").rglob("*.py"))


def blocks():
    """The code in the guide, each block as it would stand in a file's first column."""
    found = re.findall(r"^\.\. code-block:: python\n\n((?:    .*\n|\n)+)", GUIDE, re.MULTILINE)
    return [textwrap.dedent(block).strip() for block in found]


def parts(block):
    """A block's statements and methods, one by one: they need not stand in the example in the guide's order."""
    return [part.strip("\n") for part in re.split(r"\n\n(?=\S)", block)]


def stands_in(part, text):
    """Whether this code is part of a file: a statement, a method of a class, or some lines of one."""
    return any(f"\n{textwrap.indent(part, ' ' * depth)}\n" in f"\n{text}" for depth in (0, 4, 8))


def test_the_guide_imports_what_its_code_uses():
    code = "\n".join(blocks())
    used = set(re.findall(r"(?<![\w.])([A-Z]\w+|trap_\w+)\(", code))
    assert used and used <= set(re.findall(r"import (\w+)", code))


def test_the_code_in_the_guide_is_that_of_the_example():
    files = [path.read_text() for path in (FOLDER / EXAMPLE).rglob("*.py")]
    wanted = [part for block in blocks() for part in parts(block)]
    assert len(wanted) > 8
    assert [part for part in wanted if not any(stands_in(part, text) for text in files)] == []


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_in_the_guide_is_one_of_ours(name):
    assert name == "_by" or f"def {name}(" in CODE


@pytest.mark.parametrize(("name", "arguments"), re.findall(r"``(_\w+)\(([^`]*)\)``", GUIDE))
def test_a_hook_has_the_arguments_that_the_guide_names(name, arguments):
    assert f"def {name}({', '.join(filter(None, ['self', arguments]))}):" in CODE


@pytest.fixture(scope="module")
def installed():
    """A database with the example, whose tests have passed; and how Odoo finds it."""
    addons = f"--addons-path={','.join([*configured_addons(), str(FOLDER)])}"
    with database.database(DATABASE):
        log = LOGS / "example.log"
        tests = ("--test-tags", f"/{EXAMPLE}", "--stop-after-init", "--no-http")
        run_odoo("-d", DATABASE, "-i", EXAMPLE, addons, *tests, log=log, env={"PYTHONDONTWRITEBYTECODE": "1"})
        yield addons, log.read_text()


def test_its_own_tests_pass(installed):
    _addons, log = installed
    ran = re.search(r"0 failed, 0 error\(s\) of (\d+) tests", log)
    tests = "\n".join(path.read_text() for path in (FOLDER / EXAMPLE / "tests").glob("test_*.py"))
    assert ran and int(ran[1]) == len(re.findall(r"    def test_", tests)), log[-3000:]


def test_its_event_is_posted_and_its_sentence_shown(installed):
    addons, _log = installed
    with slack_double(name="example-slack") as slack, odoo_server(DATABASE, name="example", args=(addons,)) as odoo:
        workspace = {"name": "Slack", "api_url": slack.api_url, "bot_token_entry": slack.token}
        workspace = odoo.rpc("helpdesk.slack.workspace", "create", workspace)
        channel = {"name": f"#{CHANNEL}", "channel_ref": slack.channels[CHANNEL], "workspace_id": workspace}
        channel = odoo.rpc("helpdesk.slack.channel", "create", channel)
        team = odoo.rpc("helpdesk.ticket.team", "create", {"name": TEAM, "slack_channel_id": channel})
        values = {"name": "No toner", "description": "<p>Empty</p>", "team_id": team}
        ticket = odoo.rpc("helpdesk.ticket", "create", values)
        odoo.rpc("helpdesk.ticket", "write", [ticket], {"parcel_number": "AB<123>"})

        def said():
            return [message["text"] for message in slack.messages(CHANNEL)]

        def begins():
            return [str(message["blocks"]) for message in slack.messages(CHANNEL) if "No toner" in message["text"]]

        sightings.wait_for(
            "the first message with the parcel", begins, lambda there: "Parcel: AB&lt;123&gt;" in str(there)
        )
        [thread] = odoo.rpc("helpdesk.slack.thread", "search_read", [("ticket_id", "=", ticket)], ["ts"])

        def lines():
            return [one["text"] for one in slack.messages(CHANNEL, thread_ts=thread["ts"]) if one["ts"] != thread["ts"]]

        [line] = sightings.wait_for("the event in the thread", lines)
        assert line.endswith("sent parcel AB&lt;123&gt;")
        assert len(said()) == len(set(said()))
        # Gone again, it leaves nothing that is in the way of the others.
        module = odoo.rpc("ir.module.module", "search", [("name", "=", EXAMPLE)])
        assert record_id(odoo.rpc, f"{ADDON}.helpdesk_slack_rule_action")
        odoo.rpc("helpdesk.ticket.team", "action_list_slack_events", [team])
        sightings.wait_for("an idle Odoo", lambda: uninstalled(odoo, module))
        odoo.rpc("helpdesk.ticket.team", "action_list_slack_events", [team])
        odoo.rpc("helpdesk.ticket", "write", [ticket], {"priority": "3"})
        rules = odoo.rpc("helpdesk.slack.rule", "search_read", [("team_id", "=", team)], ["event"])
        assert rules and "parcel_sent" not in {rule["event"] for rule in rules}


def uninstalled(odoo, module):
    """Press Uninstall in Apps; False while a scheduled action runs, for as long as it is refused."""
    try:
        odoo.rpc("ir.module.module", "button_immediate_uninstall", module)
    except (RpcError, urllib.error.URLError) as error:
        if "scheduled action" not in str(error):
            raise
        return False
    return True
