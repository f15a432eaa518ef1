"""What a note from Slack costs in queries, in an Odoo process of its own, beside the same note written in Odoo.

Usage: python -m dev.bench.note_process DATABASE COUNT. Prints what it does; its last line is JSON.
"""

import json
import sys
import time

from dev.bench.in_odoo import environment, measure, told_team
from dev.services.slack_double import slack_double

GROUP = "helpdesk_mgmt.group_helpdesk_user_team"


def main(database, count):
    """Store replies, carry them out, and write as many notes by hand."""
    with slack_double(name="bench-note-slack") as slack, environment(database) as env:
        team, workspace = set_up(env, slack)
        ticket = env["helpdesk.ticket"].create({"name": "Printer", "description": "<p>x</p>", "team_id": team.id})
        root = slack.client().chat_postMessage(channel=slack.channels["support"], text="Printer")["ts"]
        channel = team.slack_channel_id
        env["helpdesk.slack.thread"]._begin(ticket, channel, channel.channel_ref, root)
        user = env["res.users"].search([("login", "=", "anna")])
        env.cr.commit()
        inbox = env["helpdesk.slack.inbound"]

        def by_hand():
            words = {"body": "It is the fuser.", "message_type": "comment", "subtype_xmlid": "mail.mt_note"}
            ticket.with_user(user).message_post(**words)
            env.cr.commit()

        def store(body):
            inbox._retried(inbox._receive, workspace, "http", body)

        for body in replies(slack, root, 2):
            store(body)
        inbox._cron_process()
        by_hand()
        print("everything is warm", flush=True)
        asked = len(slack.calls("users.info")) + len(slack.calls("users.lookupByEmail"))
        bodies = replies(slack, root, count, 2)
        stored = sum(measure(lambda body=body: store(body))["queries"] for body in bodies)
        # As they come: each is carried out by itself.
        carried_out = measure(inbox._cron_process)["queries"]
        if inbox.search_count([("state", "!=", "done")]):
            raise SystemExit(inbox.search_read([("state", "!=", "done")], ["state", "reason"], limit=5))
        hand = sum(measure(by_hand)["queries"] for _number in range(count))
        asked = len(slack.calls("users.info")) + len(slack.calls("users.lookupByEmail")) - asked
    found = {"stored": stored, "carried_out": carried_out, "by_hand": hand}
    print(json.dumps({**{name: queries / count for name, queries in found.items()}, "asked": asked}))


def set_up(env, slack):
    """A team told in the double, with an agent; returns (team, workspace)."""
    group, where = env.ref(GROUP), {"api_url": slack.api_url, "bot_token": slack.token}
    agent = {"name": "Anna Agent", "login": "anna", "email": "anna@acme.example", "group_ids": [(4, group.id)]}
    user = env["res.users"].with_context(no_reset_password=True).create(agent)
    team = told_team(env, channel_ref=slack.channels["support"], user_ids=[(4, user.id)], **where)
    workspace = team.slack_channel_id.workspace_id
    workspace._store_bot_identity(workspace._connection().call("auth.test").data)
    return team, workspace


def replies(slack, root, count, first=0):
    """The bodies of events: an agent replies."""
    now, bodies = int(time.time()), []
    for number in range(first, first + count):
        sent = f"{now}.{number:06d}"
        place = {"channel": slack.channels["support"], "thread_ts": root, "ts": sent, "event_ts": sent}
        event = {"type": "message", "user": slack.people["anna"], "text": f"It is the fuser. {number}", **place}
        bodies.append({"type": "event_callback", "event_id": f"Ev{number:08d}", "event": event})
    return bodies


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
