"""What the listener reads from a database and writes into it, in short transactions and few of them at a time."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect

from ..tools.common import crons
from .login import Login

#: Concurrent transactions. When hundreds of mailboxes reconnect at once, they wait here and not at PostgreSQL.
TRANSACTIONS = 4


class NotListening(Exception):
    """There is nothing to listen to in this database; the message says why."""


@dataclass(frozen=True)
class Place:
    """A workspace whose socket is to be open. After a change of token, address or name it is another one.

    :ivar connection: a `SlackConnection` with the app-level token
    """

    id: int
    name: str
    connection: object

    def __str__(self):
        return f"Slack workspace {self.id} ({self.name})"


@dataclass(frozen=True)
class Mailbox:
    """A mailbox to listen to. After a change of any value it is another mailbox.

    :ivar password: only to detect a change; the login itself comes from `Database.login`
    """

    id: int
    name: str
    host: str
    port: int
    is_ssl: bool
    folder: str
    user: str
    password: str = field(repr=False)

    def __str__(self):
        return f"mailbox {self.id} ({self.name})"


class Database:
    """A database by its name."""

    def __init__(self, name):
        self.name = name
        self._slots = threading.BoundedSemaphore(TRANSACTIONS)

    def is_missing(self):
        """Whether PostgreSQL has no database of this name. False while PostgreSQL does not answer."""
        try:
            with db_connect("postgres").cursor() as cr:
                cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
                return not cr.fetchone()
        except psycopg2.Error:
            return False

    def mailboxes(self):
        """The mailboxes to listen to, by id; raises NotListening if this database must not be listened to."""
        # Modules may have been installed or removed, and with them columns and login methods.
        Registry(self.name).check_signaling()
        with self._environment() as env:
            if "helpdesk_team_id" not in getattr(env.get("fetchmail.server"), "_fields", ()):
                raise NotListening("Helpdesk Bridge is not installed here")
            # Not get_param, which is cached: the database may be neutralized meanwhile.
            if env["ir.config_parameter"].search([("key", "=", "database.is_neutralized")]).value:
                raise NotListening("this database is neutralized, so its mailboxes are left alone")
            if env["helpdesk.bridge.database"]._is_copy():
                raise NotListening("this database was copied or renamed; confirm it in its Settings")
            return {server.id: _mailbox(server) for server in env["fetchmail.server"]._listened()}

    def sockets(self):
        """The workspaces whose socket is to be open, with the number of its renewals; after `mailboxes`."""
        with self._environment() as env:
            found = env["helpdesk.slack.workspace"]._listened()
            return {Place(one.id, one.name, connection): one.socket_renewals for one, connection in found}

    def receive(self, workspace_id, body):
        """Store what Slack has sent to a workspace, and commit; raises NotListening in a copy, which takes nothing."""
        with self._environment() as env:
            if env["helpdesk.bridge.database"]._is_silent():
                raise NotListening("this database was copied or neutralized")
            workspace = env["helpdesk.slack.workspace"].browse(workspace_id)
            inbox = env["helpdesk.slack.inbound"]
            return inbox._retried(inbox._receive, workspace, "socket", body)

    def report(self, owner, said):
        """Write how the sockets are. :param said: {workspace id: (state, code, detail, seconds since it was heard)}"""
        with self._environment() as env:
            workspaces = env["helpdesk.slack.workspace"]
            env["helpdesk.slack.inbound"]._retried(workspaces._report_sockets, owner, said)

    def login(self, mailbox):
        """How to log in now, with a fresh token if there are tokens; commits before the login is performed."""
        login = Login()
        with self._environment() as env:
            env["fetchmail.server"].browse(mailbox.id)._imap_login__(login)
        return login

    def wake(self, mailbox_ids):
        """Let these mailboxes be fetched as soon as possible, and once more if that happens already."""
        with self._environment() as env:
            env["helpdesk.fetch.request"]._request(env["fetchmail.server"].browse(mailbox_ids).exists())
            env["ir.cron"]._bridge_wake(crons.FETCH)

    @contextmanager
    def _environment(self):
        with self._slots, Registry(self.name).cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})


def _mailbox(server):
    return Mailbox(
        id=server.id,
        name=server.name,
        host=server.server or "",
        port=server.port,
        is_ssl=server.is_ssl,
        folder=server.imap_folder or "INBOX",
        user=server.user or "",
        password=server._helpdesk_password(),
    )
