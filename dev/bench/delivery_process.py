"""The dispatcher in an Odoo process of its own, so that its queries can be counted.

Usage: python -m dev.bench.delivery_process DATABASE API_URL TOKEN CHANNEL COUNT. Prints one line of JSON: what the
first messages, the lines and the edits of COUNT tickets cost, and how many queries a write makes that tells nothing.
"""

import json
import sys

from dev.bench.in_odoo import environment, measure, told_team
from dev.bench.write_process import queries_of_a_write

#: Tickets made in one transaction; more than 20 would be an import, which is told more cheaply.
BATCH = 10


def main(database, api_url, token, channel_ref, count):
    """Queue `count` messages, deliver them and say what that cost."""
    with environment(database) as env:
        team = told_team(env, api_url=api_url, bot_token=token, channel_ref=channel_ref)
        for step in (owe, say, change):  # caches fill once per process, not once per message
            step(env, team, BATCH)
            env["helpdesk.slack.dispatcher"]._cron_deliver()
        result = {"write": queries_of_a_write(env)}
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
