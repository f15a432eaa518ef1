"""How many messages a second several dispatchers deliver, compared with one.

Each group of workers works off a backlog of its own, on a copy of the database of its own, with as many cron threads as
there are dispatchers; what is counted lies between the first call's arrival at Slack and the last one's.
"""

import time

from dev.bench.figures import Figure
from dev.bench.stage import stage
from dev.sightings import NotSeen

SLACK_TAKES = 150  # ms for each answer
CHANNELS = 50
#: Dispatchers and the messages that wait for them: enough for more than a minute.
CREWS = ((1, 1000), (2, 1000), (4, 1600))
BATCH = 100
#: Less than a fifth may be lost on the way to twice as many messages in the same time.
GOAL = 0.8
REPORT_EVERY = 20


def measure(installed, say):
    """Let each group work."""
    results = [_work(installed, crew, owed, say) for crew, owed in CREWS]
    alone = results[0]["rate"]
    figures = []
    for (crew, owed), found in zip(CREWS, results, strict=True):
        label = f"{crew} dispatcher{'s' if crew > 1 else ''}"
        figures += [
            Figure(f"{label}: {owed:,} messages, {CHANNELS} channels", found["seconds"], "s"),
            Figure(f"{label}: messages a second", found["rate"]),
        ]
        if crew > 1:
            share = found["rate"] / (alone * crew)
            figures.append(
                Figure(f"{label}: messages a second ÷ ({crew} × those of one)", share, goal=GOAL, at_least=True)
            )
    figures.append(Figure("several dispatchers: messages told twice", sum(found["twice"] for found in results), goal=0))
    return figures


def _work(installed, crew, owed, say):
    with stage(installed, f"--max-cron-threads={crew}") as play:
        teams = _teams(play)
        play.odoo.rpc("helpdesk.slack.workspace", "write", [play.workspace_id], {"state": "paused"})
        for number in range(owed // BATCH):
            play.create_tickets(BATCH, f"Crew {number}", teams)
        settings = play.odoo.rpc("res.config.settings", "create", {"helpdesk_slack_dispatchers": crew})
        play.odoo.rpc("res.config.settings", "execute", [settings])
        play.slack.delay(SLACK_TAKES)
        say(f"{crew} at work on {owed} messages")
        play.odoo.rpc("helpdesk.slack.workspace", "write", [play.workspace_id], {"state": "ok"})
        _wait_until_paid(play, owed, say)
        arrivals = sorted(call["at"] for call in play.slack.calls("chat.postMessage"))
    seconds = arrivals[-1] - arrivals[0]
    return {"seconds": seconds, "rate": (len(arrivals) - 1) / seconds, "twice": len(arrivals) - owed}


def _teams(play):
    """One team for each channel."""
    teams = []
    for number in range(CHANNELS):
        ref = play.slack.add_channel(f"bench-{number}")
        route = {"name": f"#bench-{number}", "channel_ref": ref, "workspace_id": play.workspace_id}
        channel = play.odoo.rpc("helpdesk.slack.channel", "create", route)
        team = {"name": f"Bench {number}", "slack_channel_id": channel}
        teams.append(play.odoo.rpc("helpdesk.ticket.team", "create", team))
    return teams


def _wait_until_paid(play, owed, say):
    """Asks the database, not Slack: its list of calls is long, and it is busy."""
    started = told = time.monotonic()
    while (sent := int(play.sql("SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'sent'")[0])) < owed:
        now = time.monotonic()
        if now - started > owed:  # more than a second for each
            raise NotSeen(f"{sent} of {owed} messages after {owed} s\n{play.odoo.log_tail()}")
        if now - told > REPORT_EVERY:
            told = now
            say(f"{sent} of {owed}")
        time.sleep(1)
