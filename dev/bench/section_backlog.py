"""How a backlog drains: what was queued while the workspace was paused, through the server's own cron."""

import itertools
import time

from dev.bench.figures import Figure
from dev.bench.stage import stage
from dev.sightings import NotSeen

OWED = 400
BATCH = 100
SLACK_TAKES = 150  # ms for each answer
GOAL = 2
PATIENCE = 240  # seconds for all of them
REPORT_EVERY = 100


def measure(installed, say):
    """Queue, resume, watch."""
    with stage(installed) as play:
        _pause(play)
        for number in range(OWED // BATCH):
            play.create_tickets(BATCH, f"Backlog {number}")
        play.slack.delay(SLACK_TAKES)
        say(f"{OWED} messages are owed, the workspace resumes")
        resumed = time.time()
        play.odoo.rpc("helpdesk.slack.workspace", "write", [play.workspace_id], {"state": "ok"})
        play.wait_for_posts(OWED, PATIENCE, pause=0.5, progress=_teller(say))
        calls = _all_calls(play)
    return _figures(resumed, calls)


def _pause(play):
    play.odoo.rpc("helpdesk.slack.workspace", "write", [play.workspace_id], {"state": "paused"})


def _teller(say):
    """Says every hundredth message."""
    told = [0]

    def tell(count):
        if count // REPORT_EVERY > told[0]:
            told[0] = count // REPORT_EVERY
            say(f"{count} of {OWED}")

    return tell


def _all_calls(play):
    """Every call once all rows are paid; more calls than rows would be messages told twice."""
    deadline = time.monotonic() + 10
    while play.sql("SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'sent'") != [str(OWED)]:
        if time.monotonic() > deadline:
            raise NotSeen(f"not all of {OWED} rows are recorded as sent\n{play.odoo.log_tail()}")
        time.sleep(0.1)
    return play.slack.calls("chat.postMessage")


def _figures(resumed, calls):
    arrivals = [call["at"] for call in calls]
    total = arrivals[-1] + calls[-1]["ms"] / 1000 - resumed
    holes = [later - earlier for earlier, later in itertools.pairwise([resumed, *arrivals])]
    answered = sum(call["ms"] for call in calls) / 1000
    return [
        Figure(f"{OWED} messages owed, Slack takes {SLACK_TAKES} ms for each", total, "s"),
        Figure("calls per second", len(calls) / total),
        Figure("our share of a message", (total - answered) * 1000 / len(calls), "ms"),
        Figure("a backlog after a pause: longest hole between two Slack calls", max(holes[1:]), "s", goal=GOAL),
        Figure("resumed to first call", holes[0], "s"),
        Figure("a backlog after a pause: messages told twice", len(calls) - OWED, goal=0),
    ]
