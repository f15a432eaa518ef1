"""What a signed delivery of Slack's costs Odoo, counted in a process of its own: no socket, no cron, no other request.

Usage: python -m dev.bench.delivery_by_http_process DATABASE COUNT. Prints what it does; its last line is JSON.
"""

import hashlib
import hmac
import json
import sys
import time

import psycopg2
import werkzeug.test

from odoo.http import root

from dev.bench.in_odoo import environment, measure
from dev.bench.note_process import replies, set_up
from dev.services.slack_double import slack_double

#: Deliveries until everything is warm.
WARM_UP = 20
#: A page that Odoo answers without a database.
BARE = "/web/health"


def main(database, count):
    """Deliver replies to Odoo's own application, and count."""
    with slack_double(name="bench-delivery-slack") as slack, environment(database) as env:
        team, workspace = set_up(env, slack)
        ticket = env["helpdesk.ticket"].create({"name": "Printer", "description": "<p>x</p>", "team_id": team.id})
        channel, began = team.slack_channel_id, f"{time.time():.6f}"
        env["helpdesk.slack.thread"]._begin(ticket, channel, channel.channel_ref, began)
        workspace.signing_secret = slack.signing_secret
        env.cr.commit()
        slack_side = Door(workspace.id, slack.signing_secret)
        bodies = replies(slack, began, count, WARM_UP)
        for body in replies(slack, began, WARM_UP):
            slack_side.deliver(body)
        for _number in range(WARM_UP):
            slack_side.bare()
        print("everything is warm", flush=True)
        connections = counted_connections()
        found = [measure(lambda body=body: slack_side.deliver(body)) for body in bodies]
        opened = len(connections)
        bare = [measure(slack_side.bare)["cpu_ms"] for _number in range(count)]
    costs = {name: sum(one[name] for one in found) / count for name in ("queries", "cpu_ms")}
    ratio = costs["cpu_ms"] / (sum(bare) / count)
    print(json.dumps({**costs, "connections": opened / count, "ratio": ratio}))


class Door:
    """Slack at the Request URL."""

    def __init__(self, workspace_id, secret):
        self._path, self._secret = f"/helpdesk_bridge/slack/{workspace_id}", secret.encode()
        self._client = werkzeug.test.Client(root)

    def deliver(self, body):
        """One signed delivery that has to be acknowledged."""
        raw, moment = json.dumps(body).encode(), str(int(time.time()))
        signature = hmac.new(self._secret, f"v0:{moment}:".encode() + raw, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={signature}"}
        answer = self._client.post(self._path, data=raw, headers=headers, content_type="application/json")
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status}: {answer.text[:500]}")

    def bare(self):
        """A page without a database."""
        self._client.get(BARE)


def counted_connections():
    """A list that grows by one for each new connection to PostgreSQL from now on."""
    opened, connect = [], psycopg2.connect

    def counting(*args, **kwargs):
        opened.append(1)
        return connect(*args, **kwargs)

    psycopg2.connect = counting
    return opened


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
