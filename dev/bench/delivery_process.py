"""The dispatcher in an Odoo process of its own, so that its queries can be counted.

Usage: python -m dev.bench.delivery_process DATABASE API_URL TOKEN CHANNEL COUNT. Prints one line of JSON: what the
first messages, the lines and the edits of COUNT tickets cost, and how many queries a write makes that tells nothing.
"""

import json
import sys
from collections import Counter

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
        result["root"] = delivered(env, "root", owe, team, count)
        # A customer's first email edits the first message as well: it says then that the customer has replied.
        say(env, team, count)
        env["helpdesk.slack.dispatcher"]._cron_deliver()
        result["reply"] = delivered(env, "reply", say, team, count)
        result["update"] = delivered(env, "update", change, team, count)
    print(json.dumps(result))


def delivered(env, kind, step, team, count):
    """Queue messages by a step, deliver them and say what that cost.

    :raise SystemExit: if they are not so many of this kind; messages that failed, or were none, would be cheap
    """
    before = sent(env)
    step(env, team, count)
    cost = measure(env["helpdesk.slack.dispatcher"]._cron_deliver)
    env.invalidate_all()
    found = sent(env) - before
    if found != Counter({kind: count}):
        raise SystemExit(f"not {count} messages of the kind {kind} were sent, but {dict(found)}")
    return cost


def sent(env):
    """How many messages of each kind have been sent."""
    asked = [("state", "=", "sent"), ("attempts", ">", 0)]
    return Counter(dict(env["helpdesk.slack.outbox"]._read_group(asked, ["kind"], ["__count"])))


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
