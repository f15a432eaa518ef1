"""Slack's own limit is the only one: many tickets at once in one channel, and many changes while the channel waits.

The double allows what Slack does: one message a second to a channel, with bursts (`dev/slack/limits.py`). From that
alone follows how soon the last message could have come; divided by how soon it came, that is the share of what is
permitted that was used.
"""

import time

from dev.bench.figures import Figure
from dev.bench.stage import stage
from dev.sightings import NotSeen
from dev.slack.limits import BURST

TICKETS, CHANGES = 30, 10
SHARE, EDITS, PATIENCE = 0.95, 1, 180
OK = 200
#: Priorities that differ from one change to the next, and in the end from the first: only the first message shows them.
PRIORITIES = "0213"


def measure(installed, say):
    """Queue thirty messages in one channel under Slack's limits; then change a ticket ten times while Slack is held."""
    with stage(installed) as play:
        play.create_tickets(1, "Warm-up")
        play.wait_for_posts(1, PATIENCE)
        time.sleep(BURST)
        play.slack.limits()
        posts = play.slack.calls_from_now("chat.postMessage")
        play.create_tickets(TICKETS, "At once")
        say(f"{TICKETS} tickets at once; Slack permits the last one {permitted(TICKETS):.0f} s after the first")
        _wait(play, "NOT EXISTS (SELECT FROM helpdesk_slack_outbox WHERE state <> 'sent')")
        calls = posts()
        arrived = [call for call in calls if call["status"] == OK]
        refs = play.sql("SELECT slack_ts FROM helpdesk_slack_outbox WHERE kind = 'root' ORDER BY id")[1:]
        edits = _edits(play)
    took = arrived[-1]["at"] - arrived[0]["at"]
    share = permitted(len(arrived)) / took
    what = f"{TICKETS} tickets at once in one channel"
    return [
        Figure(f"{what}: share of what Slack permits", share, goal=SHARE, at_least=True),
        Figure(f"{what}: seconds to the last ({permitted(TICKETS):.0f} are permitted)", took, "s"),
        Figure(f"{what}: out of order", out_of_order(refs), goal=0),
        Figure(f"{what}: told twice", len(arrived) - TICKETS, goal=0),
        Figure(f"{what}: calls that Slack refused", len(calls) - len(arrived)),
        Figure(f"{CHANGES} changes of a ticket while its channel waits: edits", edits, goal=EDITS),
    ]


def permitted(count):
    """Seconds from the first of so many messages until Slack permits the last: a burst, and then as many each time."""
    return (count - 1) // BURST * float(BURST)


def out_of_order(timestamps):
    """How many messages came before one that is older. :param timestamps: Slack's, in the order that should be"""
    moments = [float(ts) for ts in timestamps]
    return sum(later < earlier for earlier, later in zip(moments, moments[1:], strict=False))


def _edits(play):
    """How many edits of the first message ten changes become that happen while the channel waits."""
    [ticket] = play.sql("SELECT max(ticket_id) FROM helpdesk_slack_outbox")
    edits = play.slack.calls_from_now("chat.update")
    play.odoo.rpc("helpdesk.slack.workspace", "write", [play.workspace_id], {"state": "paused"})
    for number in range(CHANGES):
        priority = PRIORITIES[number % len(PRIORITIES)]
        play.odoo.rpc("helpdesk.ticket", "write", [int(ticket)], {"priority": priority})
    play.odoo.rpc("helpdesk.slack.workspace", "write", [play.workspace_id], {"state": "ok"})
    _wait(play, "NOT EXISTS (SELECT FROM helpdesk_slack_outbox WHERE state = 'pending')")
    if not (made := len(edits())):
        raise NotSeen(f"nothing was edited\n{play.odoo.log_tail()}")
    return made


def _wait(play, condition):
    deadline = time.monotonic() + PATIENCE
    while play.sql(f"SELECT {condition}") != ["t"]:
        if time.monotonic() > deadline:
            raise NotSeen(f"not yet: {condition}\n{play.odoo.log_tail()}")
        time.sleep(0.2)
