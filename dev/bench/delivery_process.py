"""The dispatcher in an Odoo process of its own, so that its queries can be counted.

Usage: python -m dev.bench.delivery_process DATABASE API_URL TOKEN CHANNEL COUNT. Prints one line of JSON.
"""

import json
import sys

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
        owe(env, team, BATCH)
        env["helpdesk.slack.dispatcher"]._cron_deliver()  # caches fill once per process, not once per message
        owe(env, team, count)
        result = measure(env["helpdesk.slack.dispatcher"]._cron_deliver)
        env.invalidate_all()
        sent = env["helpdesk.slack.outbox"].search_count([("state", "=", "sent")])
    if sent != count + BATCH:
        raise SystemExit(f"{sent} of {count + BATCH} messages were sent")
    print(json.dumps(result))


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


if __name__ == "__main__":
    main(*sys.argv[1:5], int(sys.argv[5]))
