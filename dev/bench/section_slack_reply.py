"""How soon a reply in Slack is a note in Odoo, by socket and by HTTP in turn, and what a note costs in queries."""

import time

from dev.bench.child import measured
from dev.bench.figures import Figure, percentile
from dev.bench.sizes import sizes
from dev.bench.stage import copy_of
from dev.bench.way_back import desk, lull
from dev.services.listener import listener

TICKETS, WARM_UP = 10, 3
WAYS = {"socket": "by socket", "http": "by HTTP"}
GOAL = 1000
PATIENCE = 90  # seconds for one reply: longer than Odoo takes when nobody wakes it
COUNTED = 50


def measure(installed, say):
    """Replies one after the other, each transport in turn; then the queries, in a process of their own."""
    replies = sizes().replies
    with desk(installed) as scene:
        scene.hear(socket=True)
        with listener(scene.play.database, name="bench-listener"):
            scene.replies.wait_for_state("connected")
            tickets = scene.replies.open(*[f"Ticket {number}" for number in range(TICKETS)])
            _waits(scene, tickets, WARM_UP)
            say("server and listener are warm")
            found = _waits(scene, tickets, replies)
    for way, waits in found.items():
        say(f"{replies} replies {WAYS[way]}: {percentile(waits, 50):.0f} ms at the median")
    with copy_of(installed, "notes") as name:
        queries = measured("note_process", name, COUNTED, patience=120, say=say)
    return [*_figures(found), *_query_figures(queries)]


def _figures(found):
    figures = []
    for way, words in WAYS.items():
        waits = found[way]
        figures += [
            Figure(f"reply in Slack to note in Odoo, {words}: p50", percentile(waits, 50), "ms"),
            Figure(f"reply in Slack to note in Odoo, {words}: p95", percentile(waits, 95), "ms", goal=GOAL),
            Figure(f"reply in Slack to note in Odoo, {words}: max", max(waits), "ms"),
        ]
    ratio = percentile(found["http"], 50) / percentile(found["socket"], 50)
    return [*figures, Figure("reply in Slack to note in Odoo, p50: by HTTP ÷ by socket", ratio)]


def _query_figures(queries):
    by_hand, note = queries["by_hand"], queries["stored"] + queries["carried_out"]
    return [
        Figure("a reply from Slack: queries until it is stored", queries["stored"]),
        Figure("a reply from Slack: queries until its note is written", note),
        Figure("a note from Slack ÷ the same note written in Odoo, queries", note / by_hand),
        Figure("questions to Slack about its author, for a hundred replies", queries["asked"] * 100 / COUNTED),
    ]


def _waits(scene, tickets, count):
    """{way: milliseconds from reply to note of each}"""
    waits = {way: [] for way in WAYS}
    for number in range(count):
        for way in sorted(WAYS, reverse=number % 2):
            scene.by(way)
            lull()
            began = time.time()
            ticket = tickets[number % len(tickets)]
            said = scene.replies.say(ticket, f"Reply {number} {way}", who=("anna", "ben")[number % 2])
            waits[way] += scene.wait_for_notes({said["ts"]: began}, PATIENCE)
    return waits
