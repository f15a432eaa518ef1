"""What sections are played on: databases nobody used before, and an Odoo that tells Slack."""

import itertools
import time
from contextlib import contextmanager
from dataclasses import dataclass

from dev.services import database, postgres
from dev.services.odoo_server import OdooServer, odoo_server
from dev.services.slack_double import SlackDouble, slack_double
from dev.sightings import NotSeen

PREFIX = "bench_"


@contextmanager
def copy_of(source, purpose):
    """A copy of a database for one measurement, dropped after it."""
    name = database.of_this_run(PREFIX, purpose)
    database.copy(source, name)
    try:
        yield name
    finally:
        database.drop(name)


@dataclass(frozen=True)
class Stage:
    """An Odoo server with one team whose tickets are told in one channel of a Slack double."""

    database: str
    odoo: OdooServer
    slack: SlackDouble
    workspace_id: int
    team_id: int

    def create_tickets(self, count, title, teams=()):
        """Create tickets in one transaction. :param teams: the ids of theirs, in turn; else the one team"""
        teams = itertools.cycle(teams or [self.team_id])
        values = [{"name": f"{title} {number}", "description": "<p>It burns.</p>"} for number in range(count)]
        return self.odoo.rpc("helpdesk.ticket", "create", [{**vals, "team_id": next(teams)} for vals in values])

    def wait_for_posts(self, count, patience, pause=0.02, progress=None):
        """Wait until Slack was asked `count` times to post; returns those calls, oldest first."""
        deadline = time.monotonic() + patience
        while len(posts := self.slack.calls("chat.postMessage")) < count:
            if time.monotonic() > deadline:
                raise NotSeen(f"{len(posts)} of {count} calls after {patience} s\n{self.odoo.log_tail()}")
            if progress:
                progress(len(posts))
            time.sleep(pause)
        return posts

    def sql(self, statement):
        """Run SQL as Odoo's own role."""
        return postgres.sql(statement, self.database, postgres.ROLE)


@contextmanager
def stage(source, *args, **options):
    """Play on a copy of the database `source`.

    :param args: for Odoo's command line
    :param options: for `odoo_server`
    """
    with copy_of(source, "stage") as name, slack_double(name="bench-slack") as slack:
        with odoo_server(name, name="bench-odoo", args=args, **options) as odoo:
            workspace, team = _connect(odoo, slack)
            yield Stage(name, odoo, slack, workspace, team)


def _connect(odoo, slack):
    """A workspace, a channel and a team; returns the ids of workspace and team."""
    credentials = {"name": "Acme", "api_url": slack.api_url, "bot_token_entry": slack.token}
    workspace = odoo.rpc("helpdesk.slack.workspace", "create", credentials)
    route = {"name": "#support", "channel_ref": slack.channels["support"], "workspace_id": workspace}
    channel = odoo.rpc("helpdesk.slack.channel", "create", route)
    return workspace, odoo.rpc("helpdesk.ticket.team", "create", {"name": "Support", "slack_channel_id": channel})
