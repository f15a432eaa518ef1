"""What a scenario is played on: a database of its own, Dovecot, a Slack double, and Odoo servers that are restarted.

Everything is looked at from the outside: SQL of our own, IMAP, the Slack double's messages.
"""

import json
import os
import shutil
import tempfile
import urllib.error
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count

from dev import scenario
from dev.chaos.faults import Plan
from dev.paths import PYTHON_PATH
from dev.services import database, ports, postgres
from dev.services.dovecot import Dovecot, dovecot
from dev.services.odoo_server import RpcError, odoo_server
from dev.services.process import ServiceFailed

PREFIX = "chaos_"
KEYWORD = "X-HELPDESK"
#: What a call to a server that is being killed may end with.
AWAY = (RpcError, urllib.error.URLError, HTTPException, OSError)


class Server:
    """One Odoo host: the same address and the same plan, however often it dies."""

    def __init__(self, name, database_name, plan, workers, args=()):
        self._name, self._database, self._plan, self._workers, self._args = name, database_name, plan, workers, args
        self._port, self._starts, self._running = ports.free(), count(1), ExitStack()
        self.odoo = None

    def start(self):
        """Start it; what is left of the last one is taken away first. It may die at once: that is no failure."""
        self.stop()
        before = self._plan.deaths
        name = f"{self._name}-{next(self._starts)}"
        running = odoo_server(
            self._database,
            workers=self._workers,
            port=self._port,
            args=self._args,
            env={**self._plan.environ(), "PYTHONPATH": PYTHON_PATH},
            name=name,
            boot=("-m", "dev.chaos.faulty_odoo"),
        )
        try:
            self.odoo = self._running.enter_context(running)
        except ServiceFailed:
            if self._plan.deaths == before:
                raise

    def stop(self):
        """End it, dead or alive."""
        self._running.close()
        self.odoo = None

    def rearm(self, plan):
        """Something else goes wrong in it from its next start on."""
        self._plan = plan

    def keep_alive(self):
        """What systemd does."""
        if not (self.odoo and self.odoo.is_running()):
            self.start()

    def restart(self):
        """Kill it and start it again; if it has just killed itself, it is started first."""
        while not (self.odoo and self.odoo.is_running()):
            self.keep_alive()
        self.odoo.kill()
        self.start()


@dataclass
class Stage:
    """A helpdesk and everything around it."""

    database: str
    mailboxes: Dovecot
    slack: object
    servers: list
    plan: Plan
    helpdesk: scenario.Helpdesk | None = None
    fetch_cron: int = 0
    slack_cron: int = 0
    mailbox_ids: dict = field(default_factory=dict)

    def ask(self, statement):
        """The rows of a SELECT as lists."""
        [answer] = self.sql(f"SELECT coalesce(json_agg(to_json(rows)), '[]') FROM ({statement}) rows")
        return [list(row.values()) for row in json.loads(answer)]

    def sql(self, statement):
        """Run SQL in Odoo's database."""
        return postgres.sql(statement, self.database)

    def wake(self):
        """Have emails fetched and messages sent now: what a `_trigger()` would leave, and its NOTIFY."""
        self.sql(
            "INSERT INTO helpdesk_fetch_request (mailbox_id, taken_by) SELECT id, 0 FROM fetchmail_server mailbox "
            "WHERE active AND state = 'done' AND NOT EXISTS "
            "(SELECT FROM helpdesk_fetch_request WHERE mailbox_id = mailbox.id AND taken_by = 0)"
        )
        for cron in (self.fetch_cron, self.slack_cron):
            self.start_cron(cron)

    def start_cron(self, cron):
        """Have a cron run now, unless that has been asked for already."""
        self.sql(
            f"INSERT INTO ir_cron_trigger (cron_id, call_at) SELECT {cron}, now() AT TIME ZONE 'UTC' "
            f"WHERE NOT EXISTS (SELECT FROM ir_cron_trigger WHERE cron_id = {cron})"
        )
        postgres.sql(f"NOTIFY cron_trigger, '{self.database}'")

    def release(self):
        """Let the leases of dead workers run out: nobody alive needs ten seconds for a message here."""
        self.sql(
            "UPDATE helpdesk_slack_outbox SET leased_until = NULL, next_attempt_at = now() AT TIME ZONE 'UTC' "
            "WHERE state = 'pending' AND leased_until < now() AT TIME ZONE 'UTC' + interval '80 s'"
        )

    def handled(self):
        """How many emails have an outcome in the log."""
        [[number]] = self.ask("SELECT count(*) FROM helpdesk_inbound_mail WHERE verdict IS NOT NULL")
        return number

    def lying(self, *criteria):
        """How many emails lie in the mailboxes; IMAP's criteria choose."""
        total = 0
        for user in self.mailbox_ids:
            with self.mailboxes.imap(user) as imap:
                _status, [numbers] = imap.search(None, *(criteria or ["ALL"]))
                total += len(numbers.split())
        return total

    def unflagged(self):
        """How many of them are without the keyword."""
        return self.lying("UNKEYWORD", KEYWORD)

    def fetch_now(self, server, user):
        """Press *Fetch Now* on a mailbox; a server that dies of it, or another at work there, is no failure."""
        odoo = server.odoo
        with suppress(*AWAY):
            if odoo:
                odoo.rpc("fetchmail.server", "fetch_mail", self.mailbox_ids[user])


@contextmanager
def stage(source, name, slack, mailboxes, *, servers=1, workers=0, args=(), **plan):
    """Set up a scenario on a copy of the database `source`.

    :param mailboxes: addresses; the first is the team's own
    :param args: for Odoo's command line
    :param plan: what goes wrong in the servers, see `Plan`
    """
    copy, folder = database.of_this_run(PREFIX, name), tempfile.mkdtemp(prefix="helpdesk-chaos-")
    slack.reset()
    with ExitStack() as everything:
        everything.callback(shutil.rmtree, folder, ignore_errors=True)
        if not os.environ.get("KEEP"):
            everything.callback(database.drop, copy)
        database.copy(source, copy)
        # The cluster is tuned for speed. A commit that a crash may take back is none to build a guarantee on.
        postgres.sql(f'ALTER DATABASE "{copy}" SET synchronous_commit = on')
        dovecot_server = everything.enter_context(dovecot(mailboxes, name=f"chaos-{name}-dovecot"))
        plan = Plan(folder, **plan)
        hosts = [Server(f"chaos-{name}-odoo{number or ''}", copy, plan, workers, args) for number in range(servers)]
        play = Stage(copy, dovecot_server, slack, hosts, plan)
        for host in hosts:
            everything.callback(host.stop)
        _set_up(play, mailboxes)
        for host in hosts[1:]:
            host.start()
        yield play


def _set_up(play, mailboxes):
    """One team with all the mailboxes, told in Slack."""
    play.servers[0].start()
    odoo = play.servers[0].odoo
    play.helpdesk = scenario.set_up(odoo, play.slack, play.mailboxes, None)
    play.mailbox_ids[mailboxes[0]] = play.helpdesk.mailbox_id
    for user in mailboxes[1:]:
        play.mailbox_ids[user] = scenario.open_mailbox(odoo, play.mailboxes, play.helpdesk.team_id, user)
    play.fetch_cron = scenario.record_id(odoo.rpc, scenario.FETCH_CRON)
    play.slack_cron = scenario.record_id(odoo.rpc, "helpdesk_bridge.ir_cron_slack_outbox")
