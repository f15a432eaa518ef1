"""What one delivered message costs the database, and us beside Slack's own time."""

from dev.bench.child import measured
from dev.bench.figures import Figure
from dev.bench.stage import copy_of
from dev.paths import Environment
from dev.services.slack_double import slack_double

MESSAGES = 100
GOAL = 10
#: A write asks who looks at the ticket, as their screens show the change at once. Slack costs it nothing.
WHO_LOOKS = 1
PATIENCE = 120

#: The kinds of messages in the words of a reader, and the call that carries them.
KINDS = {
    "root": ("a ticket's first message", "chat.postMessage"),
    "reply": ("a line of its thread", "chat.postMessage"),
    "update": ("an edit of the first message", "chat.update"),
}


def measure(installed, say):
    """Deliver to a Slack that answers at once."""
    with copy_of(installed, "delivery") as name, slack_double(name="bench-slack") as slack:
        route = (slack.api_url, slack.token, slack.channels["support"])
        cost = measured("delivery_process", name, *route, MESSAGES, patience=PATIENCE)
        answering = {kind: _slack_time(slack, kind) for kind in KINDS}
    say(f"3 × {MESSAGES} messages delivered")
    with copy_of(Environment.load().template, "plain") as name:
        plain = measured("write_process", name, patience=PATIENCE)["queries"]
    figures = [
        Figure("SQL queries of a ticket's write that tells Slack nothing", cost["write"], plain=plain),
        Figure("extra SQL queries of a write that tells Slack nothing", cost["write"] - plain, goal=WHO_LOOKS),
    ]
    for kind, (name, _method) in KINDS.items():
        own = (cost[kind]["ms"] - answering[kind]) / MESSAGES
        figures += [
            Figure(f"SQL queries to deliver {name}", cost[kind]["queries"] / MESSAGES, goal=GOAL),
            Figure(f"{name}, without Slack's own time", own, "ms"),
            Figure("of it in Python", cost[kind]["cpu_ms"] / MESSAGES, "ms of CPU"),
        ]
    return figures


def _slack_time(slack, kind):
    """Milliseconds in which Slack was busy with the latest messages of a kind."""
    calls = slack.calls(KINDS[kind][1])
    if kind == "root":
        calls = calls[: -2 * MESSAGES]  # after them, lines came twice
    return sum(call["ms"] for call in calls[-MESSAGES:])
