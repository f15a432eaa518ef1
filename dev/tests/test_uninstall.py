"""Installed, used, uninstalled, installed again: helpdesk_mgmt goes on as if we had never been there."""

import time
import urllib.error

import pytest

from dev.acme import MAILBOXES
from dev.scenario import record_id, set_up
from dev.services import database, postgres
from dev.services.dovecot import dovecot
from dev.services.odoo_server import RpcError, odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.sightings import wait_for

DATABASE = database.of_this_run("test_", "uninstall")
OURS = "helpdesk_bridge"
TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relname ~ '{}'"
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE column_name ~ '{}'"


@pytest.fixture(scope="module")
def used():
    """An Odoo in which everything of ours has been used once; whatever stands in it is uninstalled in the test."""
    with (
        database.database(DATABASE),
        dovecot(MAILBOXES, name="uninstall-dovecot") as mailboxes,
        smtp_inlet(mailboxes) as inlet,
        slack_double(name="uninstall-slack") as slack,
        odoo_server(DATABASE, name="uninstall-odoo") as odoo,
    ):
        helpdesk = set_up(odoo, slack, mailboxes, inlet)
        helpdesk.customer_writes("Leaving soon")
        helpdesk.fetch()
        wait_for("the first message in Slack", lambda: slack.calls("chat.postMessage"))
        settings = odoo.rpc("res.config.settings", "create", {"helpdesk_slack_dispatchers": 3})
        odoo.rpc("res.config.settings", "execute", [settings])
        yield helpdesk


def ask(statement):
    return [row for row in postgres.sql(statement, DATABASE) if row]


def press(odoo, button):
    """Press a button of the addon in Apps; refused while a scheduled action runs, as any is."""
    module = odoo.rpc("ir.module.module", "search", [("name", "=", OURS)])
    deadline = time.monotonic() + 60
    while True:
        try:
            return odoo.rpc("ir.module.module", button, module)
        except (RpcError, urllib.error.URLError) as error:
            if time.monotonic() > deadline or "scheduled action" not in str(error):
                raise
            time.sleep(1)


def test_nothing_of_ours_stays_behind_and_all_else_works(used):
    odoo, mailbox, team = used.odoo, used.mailbox_id, used.team_id
    [ticket] = odoo.rpc("helpdesk.ticket", "search", [("name", "ilike", "Leaving soon")])
    fetch = record_id(odoo.rpc, "mail.ir_cron_mail_gateway_action")
    assert odoo.rpc("ir.cron", "read", fetch, ["interval_number"])[0]["interval_number"] == 1

    press(odoo, "button_immediate_uninstall")

    assert ask(TABLES.format("slack|helpdesk_(sla|inbound|bridge|letter|mail_filter|ticket_reply)")) == []
    assert ask(f"SELECT name FROM ir_model_data WHERE module = '{OURS}'") == []
    assert ask("SELECT code FROM ir_act_server WHERE code ~ '_cron_(deliver|tick|follow_up|after_mail|send)'") == []
    assert ask("SELECT key FROM ir_config_parameter WHERE key LIKE 'helpdesk_bridge.%'") == []
    assert ask("SELECT context FROM ir_act_window WHERE context ~ 'awake'") == []
    assert ask(COLUMNS.format("^(helpdesk_(slack|letter|address|authserv|trouble)|slack_|sla_|imap_)")) == []
    assert odoo.rpc("ir.cron", "read", fetch, ["interval_number"])[0]["interval_number"] == 5

    # The ticket is there, and can be worked on; so is the mailbox, which is an ordinary one again.
    [read] = odoo.rpc("helpdesk.ticket", "read", ticket, ["name", "stage_id"])
    assert read["name"] == "Leaving soon"
    done = record_id(odoo.rpc, "helpdesk_mgmt.helpdesk_ticket_stage_done")
    odoo.rpc("helpdesk.ticket", "write", ticket, {"stage_id": done})
    new = odoo.rpc("helpdesk.ticket", "create", {"name": "After", "description": "x", "team_id": team})
    odoo.rpc("helpdesk.ticket", "message_post", [new], body="Hello")
    odoo.rpc("fetchmail.server", "write", mailbox, {"state": "draft"})
    odoo.rpc("res.config.settings", "execute", [odoo.rpc("res.config.settings", "create", {})])

    press(odoo, "button_immediate_install")

    odoo.rpc("fetchmail.server", "write", mailbox, {"helpdesk_team_id": team})
    odoo.rpc("fetchmail.server", "button_confirm_login", [mailbox])
    workspace = odoo.rpc(
        "helpdesk.slack.workspace",
        "create",
        {"name": "Again", "api_url": used.slack.api_url, "bot_token_entry": used.slack.token},
    )
    route = {"name": "#support", "channel_ref": used.channel_ref, "workspace_id": workspace}
    channel = odoo.rpc("helpdesk.slack.channel", "create", route)
    odoo.rpc("helpdesk.ticket.team", "write", team, {"slack_channel_id": channel})
    told = len(used.slack.calls("chat.postMessage"))
    used.customer_writes("Back again")
    used.fetch()
    wait_for("a message of the second life", lambda: len(used.slack.calls("chat.postMessage")) > told)
    assert ask("SELECT count(*) FROM helpdesk_ticket WHERE name = 'Back again'") == ["1"]
