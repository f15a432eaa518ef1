"""The dispatcher in an Odoo process of its own, so that its queries can be counted.

Usage: python -m dev.bench.delivery_process DATABASE API_URL TOKEN CHANNEL COUNT. Prints one line of JSON: what the
first messages, the lines and the edits of COUNT tickets cost, and how many queries a write costs that tells nothing.
"""

import json
import sys
from contextlib import nullcontext
from unittest.mock import patch

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

from dev.bench.import_process import measure

#: Tickets made in one transaction; more than 20 would be an import, which is told more cheaply.
BATCH = 10


def main(database, api_url, token, channel_ref, count):
    """Owe `count` messages, deliver them and say what that cost."""
    config.parse_config(["-d", database, "--no-http", "--max-cron-threads=0"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        team = set_up(env, api_url, token, channel_ref)
        for step in (owe, say, change):  # caches fill once per process, not once per message
            step(env, team, BATCH)
            env["helpdesk.slack.dispatcher"]._cron_deliver()
        result = {"write": extra_queries(env)}
        for kind, step in (("root", owe), ("reply", say), ("update", change)):
            step(env, team, count)
            result[kind] = measure(env["helpdesk.slack.dispatcher"]._cron_deliver)
            env.invalidate_all()
            check(env, kind, count)
    print(json.dumps(result))


def check(env, kind, count):
    """Messages that failed, or were none, would have been cheap."""
    asked = [("kind", "=", kind), ("state", "=", "sent"), ("attempts", ">", 0)]
    sent = env["helpdesk.slack.outbox"].search_count(asked)
    if sent != count + BATCH:
        raise SystemExit(f"{sent} of {count + BATCH} messages of the kind {kind} were sent")


def extra_queries(env):
    """Queries that a write costs because of us, when it changes nothing that is told."""
    first, second, third = env["helpdesk.ticket"].search([], limit=3)

    def write(ticket):
        ticket.email_cc = f"{ticket.id}@example.com"
        env.flush_all()

    write(first)  # caches fill once per process, not once per write
    watched = measure(lambda: write(second))["queries"]
    with patch.object(type(first), "_bridge_watching", lambda ticket, vals: nullcontext()):
        return watched - measure(lambda: write(third))["queries"]


def set_up(env, api_url, token, channel_ref):
    """A team told in one channel."""
    workspace = env["helpdesk.slack.workspace"].create({"name": "Acme", "api_url": api_url, "bot_token": token})
    channel = env["helpdesk.slack.channel"].create(
        {"name": "#support", "channel_ref": channel_ref, "workspace_id": workspace.id}
    )
    return env["helpdesk.ticket.team"].create({"name": "Support", "slack_channel_id": channel.id})


def owe(env, team, count):
    """Tickets as they come: some of customers who are partners, with nobody assigned."""
    partner = env["res.partner"].create({"name": "Customer", "email": "customer@example.com"})
    common = {"description": "<p>It burns.</p>", "team_id": team.id, "user_id": False}
    for first in range(0, count, BATCH):
        env["helpdesk.ticket"].create(
            [
                {**common, "name": f"Ticket {number}", "partner_id": number % 2 and partner.id}
                for number in range(first, first + BATCH)
            ]
        )
        env.cr.commit()


def say(env, team, count):
    """The customer of each of the latest tickets writes again."""
    for ticket in latest(env, count):
        ticket.message_post(
            body="Still burning.", message_type="email", subtype_xmlid="mail.mt_comment", email_from="x@example.com"
        )
    env.cr.commit()


def change(env, team, count):
    """Each of the latest tickets becomes urgent."""
    for ticket in latest(env, count):
        ticket.priority = "3"
    env.cr.commit()


def latest(env, count):
    return env["helpdesk.ticket"].search([], limit=count, order="id desc")


if __name__ == "__main__":
    main(*sys.argv[1:5], int(sys.argv[5]))
