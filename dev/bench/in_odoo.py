"""What every measurement inside an Odoo process needs: an environment without HTTP and cron, and a way to count."""

import statistics
import time
from contextlib import contextmanager

from odoo import api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config


@contextmanager
def environment(database):
    """The superuser's environment in a database, on one cursor."""
    config.parse_config(["-d", database, "--no-http", "--max-cron-threads=0"], setup_logging=True)
    with Registry(database).cursor() as cr:
        yield api.Environment(cr, api.SUPERUSER_ID, {})


def measure(work):
    """What `work` costs: milliseconds, those of them that Python computed, and queries."""
    queries, cpu, clock = sql_db.sql_counter, time.process_time(), time.perf_counter()
    work()
    return {
        "ms": (time.perf_counter() - clock) * 1000,
        "cpu_ms": (time.process_time() - cpu) * 1000,
        "queries": sql_db.sql_counter - queries,
    }


def spread(samples):
    """What a `Measured` is made of."""
    return statistics.median(samples), min(samples), max(samples)


def told_team(env, **values):
    """A team told in one channel of a Slack that nobody reaches, unless its address is given.

    :param values: `api_url`, `bot_token` and `channel_ref`; whatever else is the team's
    """
    credentials = {"name": "Acme", "bot_token": values.pop("bot_token", "xoxb-bench")}
    if "api_url" in values:
        credentials["api_url"] = values.pop("api_url")
    channel = env["helpdesk.slack.channel"].create(
        {
            "name": "#support",
            "channel_ref": values.pop("channel_ref", "C0BENCH0001"),
            "workspace_id": env["helpdesk.slack.workspace"].create(credentials).id,
        }
    )
    return env["helpdesk.ticket.team"].create({"name": "Support", "slack_channel_id": channel.id, **values})
