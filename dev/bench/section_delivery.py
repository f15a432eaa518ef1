"""What one delivered message costs the database, and us beside Slack's own time."""

import json
import subprocess

from dev.bench.figures import Figure
from dev.bench.stage import copy_of
from dev.paths import LOGS, PYTHON_PATH, Environment
from dev.services.odoo import odoo_environ
from dev.services.process import ServiceFailed, tail
from dev.services.slack_double import slack_double

MESSAGES = 100
GOAL = 10
PATIENCE = 120


def measure(installed, say):
    """Deliver to a Slack that answers at once."""
    with copy_of(installed, "delivery") as name, slack_double(name="bench-slack") as slack:
        cost = _deliver(name, slack)
        answering = sum(call["ms"] for call in slack.calls("chat.postMessage")[-MESSAGES:])
    say(f"{MESSAGES} messages delivered")
    return [
        Figure("SQL queries of a message", cost["queries"] / MESSAGES, goal=GOAL),
        Figure("a message, without Slack's own time", (cost["ms"] - answering) / MESSAGES, "ms"),
        Figure("of it in Python", cost["cpu_ms"] / MESSAGES, "ms of CPU"),
    ]


def _deliver(database, slack):
    log = LOGS / "bench-delivery.log"
    route = [slack.api_url, slack.token, slack.channels["support"]]
    with log.open("w") as output:
        done = subprocess.run(
            [Environment.load().python, "-B", "-m", "dev.bench.delivery_process", database, *route, str(MESSAGES)],
            env=odoo_environ(PYTHONPATH=PYTHON_PATH),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            timeout=PATIENCE,
        )
    if done.returncode:
        raise ServiceFailed(f"the delivery ended with {done.returncode}, log {log}:\n{tail(log)}")
    return json.loads(done.stdout)
