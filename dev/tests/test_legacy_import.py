"""`odoo-bin helpdesk_import_legacy` as people run it, in the database in which the former bridge kept its tasks."""

import gzip
import json
import subprocess
import sys
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from dev.acme import CUSTOMER, CUSTOMER_NAME, SUPPORT, customer_mail
from dev.paths import ROOT
from dev.scenario import Helpdesk
from dev.services import database, ports, postgres
from dev.services.certificate import certificate, tls_settings
from dev.services.dovecot import dovecot
from dev.services.odoo import odoo_command, odoo_environ
from dev.services.odoo_server import odoo_server
from dev.services.process import clean_environ
from dev.sightings import ticket, wait_for

LOG = "legacy"
DATABASE = database.of_this_run("test_", LOG)
PASSWORD = "Xq7-never-to-be-seen"
FIXTURES = ROOT / "tests" / "fixtures" / "legacy"
CONFIG = """\
app:
  poll_seconds: 20
  ticket_prefix: OLD
  done_stage_ids: [{done}]
odoo:
  url: {url}
  db: {db}
  username: admin
  password: admin
  project_id: {project}
  stages: {{new: {new}, in_progress: {working}}}
slack:
  bot_token: xoxb-{password}
  channel_id: C0OLDSUPP01
imap:
  host: {host}
  port: {port}
  username: {user}
  password: {password}
  folder: INBOX
smtp:
  host: smtp.acme.example
  port: 587
  from_name: Acme Support
  from_email: {user}
"""


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """What the former bridge leaves behind: tasks in Odoo, handled email in a mailbox, its two files."""
    with ExitStack() as services:
        services.enter_context(database.database(DATABASE, database.BESIDE_APPS))
        port, authority = ports.free(), services.enter_context(certificate())
        settings = tls_settings(authority, port)
        mailboxes = services.enter_context(dovecot({SUPPORT: PASSWORD}, f"dovecot-{LOG}", settings))
        env = {"SSL_CERT_FILE": authority}
        # Odoo's own scheduled jobs would write beside what is compared here: its digest, for one.
        args = ("--max-cron-threads=0",)
        odoo = services.enter_context(odoo_server(DATABASE, name=f"odoo-{LOG}", env=env, args=args))
        folder = tmp_path_factory.mktemp(LOG)
        found = SimpleNamespace(env=env, folder=folder, helpdesk=Helpdesk(odoo, None, mailboxes, None))
        found.rpc = odoo.rpc
        for subject in ("Handled and flagged", "Handled, not flagged"):
            mailboxes.deliver(customer_mail(subject).as_bytes(), [SUPPORT])
        fill(found)
        values = {**found.stages, "url": odoo.url, "db": DATABASE, "project": found.project, "password": PASSWORD}
        values |= {"host": mailboxes.host, "port": port, "user": SUPPORT}
        found.config = folder / "config.yaml"
        found.config.write_text(CONFIG.format(**values))
        found.state = folder / "state.json"
        found.state.write_text(json.dumps(state(found.burning)))
        yield found


def fill(old):
    """A project with a task that was worked on, one that nobody has seen, and one that is done."""
    names = {"new": "New", "working": "In Progress", "done": "Done"}
    old.stages = {key: old.rpc("project.task.type", "create", {"name": name}) for key, name in names.items()}
    stages = [(6, 0, list(old.stages.values()))]
    old.project = old.rpc("project.project", "create", {"name": "Support", "type_ids": stages})
    customer = old.rpc("res.partner", "create", {"name": CUSTOMER_NAME, "email": CUSTOMER})
    common = {"project_id": old.project, "partner_id": customer}
    create = lambda name, stage: old.rpc(  # noqa: E731
        "project.task",
        "create",
        {**common, "name": name, "stage_id": old.stages[stage], "description": "<p>Smoke</p>", "user_ids": []},
    )
    old.burning, old.unseen, old.solved = create("Fire", "working"), create("Lights", "new"), create("Solved", "done")
    said = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
    old.rpc("project.task", "message_post", [old.burning], body="[public] Which printer?", **said)
    old.rpc("project.task", "message_post", [old.burning], body="The big one.", author_id=customer, **said)
    file = {"name": "a.txt", "datas": "YQ==", "res_model": "project.task", "res_id": old.burning}
    old.rpc("ir.attachment", "create", file)


def state(task):
    return {
        "processed_emails": ["INBOX-1", "INBOX-2"],
        "slack_messages": {task: {"timestamp": "1767258000.000100", "channel": ""}},
        "sla_states": {task: {"created_at": "2026-01-01T08:00:00Z"}},
    }


def run(old, *options, config=None):
    """The command; returns its exit status, and everything it said."""
    command = odoo_command("helpdesk_import_legacy", "-d", DATABASE, config or old.config, *options)
    done = subprocess.run(command, env=odoo_environ(**old.env), capture_output=True, text=True, timeout=300)
    assert PASSWORD not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def everything():
    """How much there is of whatever an import could make or change."""
    tables = ("helpdesk_ticket", "mail_message", "helpdesk_slack_workspace", "helpdesk_slack_channel", "mail_mail")
    tables += ("helpdesk_slack_thread", "helpdesk_inbound_mail", "fetchmail_server", "ir_mail_server", "ir_attachment")
    tables += ("helpdesk_ticket_team", "helpdesk_sla_clock", "helpdesk_slack_outbox", "res_partner", "mail_activity")
    counted = [f"SELECT '{table}', count(*), max(write_date) FROM {table}" for table in tables]
    return postgres.sql(" UNION ALL ".join(counted), DATABASE)


def test_a_file_with_a_mistake_changes_nothing_and_names_it(old):
    before, broken = everything(), old.folder / "broken.yaml"
    broken.write_text(old.config.read_text().replace("poll_seconds: 20", "poll_seconds: often"))
    status, said = run(old, config=broken)
    assert status == 1
    assert "line 2: app.poll_seconds must be a whole number" in said
    status, said = run(old, "--state", broken)
    assert (status, "neither a state.db of the former bridge nor JSON" in said) == (1, True)
    status, said = run(old, config=old.folder / "missing.yaml")
    assert (status, "Nothing was changed" in said) == (1, True)
    assert everything() == before


def test_a_dry_run_says_everything_and_changes_nothing(old):
    before = everything()
    status, said = run(old, "--state", old.state, "--dry-run")
    assert (status, everything()) == (0, before), said
    for words in (
        "Team Support: prefix OLD",
        f"[OLD-#{old.burning}] Fire (messages: 2, files: 1, nobody, overdue)",
        f"[OLD-#{old.unseen}] Lights",
        f"[OLD-#{old.burning}] goes on in its thread",
        "new emails begin after UID 2",
        "Inbound Emails: 2 that were handled",
        "app.poll_seconds has no counterpart",
        "Dry run: nothing was changed",
    ):
        assert words in said
    assert "Solved" not in said


def test_the_file_of_the_former_bridge_is_read_as_it_is(old):
    file = old.folder / "state.db"
    file.write_bytes(gzip.decompress((FIXTURES / "state.db.gz").read_bytes()))
    status, said = run(old, "--state", file, "--dry-run")
    assert (status, "new emails begin after UID 417" in said) == (0, True), said


def test_it_is_carried_over_once(old):
    status, said = run(old, "--state", old.state)
    assert status == 0, said
    found = old.rpc("helpdesk.ticket", "search_read", [("legacy_reference", "!=", False)], ["name", "legacy_reference"])
    assert {(row["name"], row["legacy_reference"]) for row in found} == {
        ("Fire", f"[OLD-#{old.burning}]"),
        ("Lights", f"[OLD-#{old.unseen}]"),
    }
    after = everything()
    status, said = run(old, "--state", old.state)
    assert (status, "Done. Changes: 0," in said) == (0, True), said
    assert [line.split("|")[:2] for line in everything()] == [line.split("|")[:2] for line in after]


def test_an_odoo_somewhere_else_is_asked_over_the_network(old):
    script = [sys.executable, ROOT / "legacy" / "export_tasks.py", "--url", old.helpdesk.odoo.url, "--db", DATABASE]
    script += ["--user", "admin", "--project", str(old.project), "--done", str(old.stages["done"])]
    done = subprocess.run(script, env=clean_environ(ODOO_PASSWORD="admin"), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    tasks = json.loads(done.stdout)["tasks"]
    assert [task["name"] for task in tasks] == ["Fire", "Lights"]
    assert [(said["by_agent"], said["public"]) for said in tasks[0]["messages"]] == [(True, True), (False, True)]
    assert tasks[0]["customer"]["email"] == CUSTOMER
    assert tasks[0]["attachments"] == [{"name": "a.txt", "data": "YQ=="}]
    exported = old.folder / "tasks.json"
    exported.write_text(done.stdout)
    # The same tasks: they are tickets already.
    status, said = run(old, "--state", old.state, "--tasks", exported)
    assert (status, "Done. Changes: 0," in said) == (0, True), said


def test_what_comes_afterwards_goes_on_where_it_was(old):
    helpdesk = old.helpdesk
    for subject in ("New since", f"Re: [OLD-#{old.burning}] Fire"):
        helpdesk.mailboxes.deliver(customer_mail(subject).as_bytes(), [SUPPORT])
    [server] = old.rpc("fetchmail.server", "search", [("user", "=", SUPPORT)])
    old.rpc("fetchmail.server", "button_confirm_login", server)
    helpdesk.fetch()
    ticket(helpdesk, "New since")
    replies = [("legacy_reference", "=", f"[OLD-#{old.burning}]"), ("inbound_mail_ids.verdict", "=", "replied")]
    wait_for("the reply on its ticket", lambda: old.rpc("helpdesk.ticket", "search", replies))
    assert not helpdesk.tickets("Handled and flagged") + helpdesk.tickets("Handled, not flagged")
