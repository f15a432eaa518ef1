"""How soon Slack gets its acknowledgement by HTTP while it delivers fifty events a second.

Each is a reply in a ticket's thread, signed as Slack signs it. Two Odoo workers take them; the crons of the same server
write the notes meanwhile, on the same processors. The clock of an event starts when it is due, whether or not earlier
ones were answered.

What one delivery costs is counted in a process of its own: it says the same on a machine on which others work, and how
many events a second the processors are enough for.
"""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections import Counter

from dev.bench.child import measured
from dev.bench.figures import Figure, percentile
from dev.bench.sizes import sizes
from dev.bench.stage import copy_of
from dev.bench.way_back import desk, fire

RATE, TICKETS, WORKERS = 50, 20, 2
WARM_UP = 50
GOAL = 300
#: Seconds until the last note is written, for each event.
PATIENCE = 0.5
#: Deliveries whose cost is counted, and the queries that one may take at the mean.
COUNTED, QUERIES = 200, 6


def measure(installed, say):
    """Deliver at a steady rate, then wait until each event is a note."""
    events = sizes().events
    # One database, named by -d alone: with a filter, Odoo asks PostgreSQL for the list of databases at each request, by
    # a new connection.
    with desk(installed, f"--workers={WORKERS}", "--db-filter=") as scene:
        scene.hear()
        door = Door(scene, scene.replies.open(*[f"Ticket {number}" for number in range(TICKETS)]))
        fire(door.deliver, door.bodies(WARM_UP), RATE)
        say("the workers are warm")
        found = fire(door.deliver, door.bodies(events), RATE)
        waits, statuses = [wait for wait, _status in found], Counter(status for _wait, status in found)
        refused = events - statuses[200]
        say(f"{events} events: {percentile(waits, 50):.0f} ms at the median; {dict(statuses)}")
        last = time.monotonic()
        # What was not acknowledged in time may be stored all the same: in real life, Slack delivers it again.
        acknowledged = [ts for ts, (_wait, status) in zip(door.sent[WARM_UP:], found, strict=True) if status == 200]
        scene.wait_for_notes(dict.fromkeys(acknowledged, 0), 60 + PATIENCE * events)
        behind = time.monotonic() - last
    with copy_of(installed, "deliveries") as name:
        cost = measured("delivery_by_http_process", name, COUNTED, patience=120, say=say)
    what = f"acknowledged by HTTP, {RATE} events a second, {WORKERS} workers"
    return [
        Figure(f"{what}: p50", percentile(waits, 50), "ms"),
        Figure(f"{what}: p95", percentile(waits, 95), "ms", goal=GOAL),
        Figure(f"{what}: max", max(waits), "ms"),
        Figure(f"{what}: not acknowledged", refused, goal=0),
        Figure(f"{what}: seconds until the last note was written", behind, "s"),
        Figure("a delivery by HTTP: queries", cost["queries"], goal=QUERIES),
        Figure("a delivery by HTTP: new connections to PostgreSQL", cost["connections"]),
        Figure("a delivery by HTTP: processor time of Odoo", cost["cpu_ms"], "ms"),
        Figure("a delivery by HTTP: processor time of Odoo ÷ that of a page without a database", cost["ratio"]),
    ]


class Door:
    """The Request URL, and what is delivered to it. :ivar sent: timestamps of the replies"""

    def __init__(self, scene, tickets):
        self._scene, self._tickets, self.sent = scene, tickets, []
        self._url = f"{scene.play.odoo.url}/helpdesk_bridge/slack/{scene.play.workspace_id}"
        self._secret = scene.play.slack.signing_secret.encode()
        [self._team] = scene.play.sql("SELECT team_ref FROM helpdesk_slack_workspace WHERE team_ref IS NOT NULL")

    def bodies(self, count):
        """So many events: replies of an agent, by turns in the threads."""
        return [self._body() for _number in range(count)]

    def _body(self):
        number, slack = len(self.sent), self._scene.play.slack
        sent = f"{time.time():.0f}.{number:06d}"
        self.sent.append(sent)
        event = {
            "type": "message",
            "user": slack.people["anna"],
            "text": f"Reply {number}",
            "channel": slack.channels[self._scene.replies.channel],
            "thread_ts": self._scene.replies.root(self._tickets[number % len(self._tickets)]),
            **{"ts": sent, "event_ts": sent},
        }
        told = {"type": "event_callback", "team_id": self._team, "event_id": f"Ev{number:08d}", "event": event}
        return json.dumps(told).encode()

    def deliver(self, body):
        """One delivery, on a connection of its own. :return: the status; 0 for no answer"""
        moment = str(int(time.time()))
        signature = hmac.new(self._secret, f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={signature}"}
        request = urllib.request.Request(self._url, body, {**headers, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0
