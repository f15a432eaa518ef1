"""Starts what the demo shows, on ports that stay the same from day to day where nobody else has them."""

import os

from dev import locks
from dev.acme import CHANNEL, MAILBOXES, SUPPORT
from dev.paths import CACHE
from dev.scenario import set_up
from dev.services import database, ports
from dev.services.dovecot import dovecot
from dev.services.listener import listener
from dev.services.maildev import maildev
from dev.services.odoo_server import odoo_server
from dev.services.postgres import postgres
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.sightings import wait_for

#: A test plays the demo beside one that somebody looks at.
NAME = "demo-test" if os.environ.get("RUN") else "demo"
DATABASE = NAME.replace("-", "_")
PORTS = {"Odoo": 8069, "Slack": 4003, "SMTP": 2525, "maildev": 1080, "maildev's SMTP": 1025}


def start(services, screen):
    """Start everything and set up Acme Support; returns its Helpdesk. :param services: an ExitStack that ends them"""
    port = _choose_ports(services, screen)
    services.enter_context(postgres())
    screen.seen("PostgreSQL", "runs, on a socket of its own")
    mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{NAME}-dovecot"))
    inlet = services.enter_context(smtp_inlet(mailboxes, port["SMTP"]))
    screen.seen("Dovecot", f"has the mailbox {SUPPORT}, with SMTP in front of it")
    slack = services.enter_context(slack_double(port["Slack"], name=f"{NAME}-slack"))
    screen.seen("Slack", f"is a double with the channel #{CHANNEL}")
    outgoing = services.enter_context(maildev(port["maildev's SMTP"], port["maildev"], name=f"{NAME}-maildev"))
    screen.seen("maildev", "takes what Odoo sends by mail")
    odoo = _start_odoo(services, screen, port["Odoo"])
    helpdesk = set_up(odoo, slack, mailboxes, inlet, outgoing)
    screen.seen("Odoo", "knows team, agents, mailbox, outgoing mail, Slack workspace and channel")
    slack.install()
    odoo.rpc("helpdesk.slack.workspace", "write", helpdesk.workspace_id, {"app_token_entry": slack.app_token})
    odoo.rpc("helpdesk.ticket.team", "write", helpdesk.team_id, {"slack_replies": "note_and_send"})
    screen.seen("Odoo", "takes what people do in Slack, by Socket Mode; agents may answer customers there")
    screen.doing("Listener", "starting")
    services.enter_context(listener(DATABASE, name=f"{NAME}-listener"))
    wait_for("that clicks reach Odoo", lambda: _has_buttons(helpdesk))
    screen.seen("Listener", "waits at the mailbox and at Slack, to wake Odoo the moment something comes")
    return helpdesk


def _has_buttons(helpdesk):
    """Whether first messages have buttons, as they do when a socket is there."""
    [found] = helpdesk.odoo.rpc("helpdesk.slack.workspace", "read", [helpdesk.workspace_id], ["has_buttons"])
    return found["has_buttons"]


def _start_odoo(services, screen, port):
    screen.doing("Odoo", "installing the addon in a fresh database")
    services.enter_context(database.database(DATABASE))
    screen.doing("Odoo", "starting the server")
    odoo = services.enter_context(odoo_server(DATABASE, port=port, name=f"{NAME}-odoo"))
    screen.seen("Odoo", f"answers at {odoo.url}")
    return odoo


def _choose_ports(services, screen):
    """The usual ports, and a note about each that somebody else has."""
    if not _may_have_the_usual(services):
        screen.note("another checkout's demo has the usual ports: this one listens on others")
        return {name: ports.free() for name in PORTS}
    chosen = {name: ports.prefer(port) for name, port in PORTS.items()}
    for name, port in chosen.items():
        if port != PORTS[name]:
            screen.note(f"port {PORTS[name]} is taken: {name} listens on {port} today")
    return chosen


def _may_have_the_usual(services):
    """Whether no other checkout's demo has, or is about to take, the usual ports; ours from now on."""
    return locks.take(services.enter_context((CACHE / "demo.ports").open("w")))
