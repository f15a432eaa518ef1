"""What waiting for Slack costs, and how soon catch-up alone finds a reply, on a large desk.

A real Odoo asks the Slack double, which keeps to Slack's limits, for replies to thousands of open tickets in twenty
channels. First nothing is said, and a listener keeps a socket on which nothing happens. Then it is gone, people reply
in any of the threads, and nothing delivers it.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from dev.bench import counting_odoo
from dev.bench.figures import Figure, percentile
from dev.bench.sizes import sizes
from dev.bench.stage import stage
from dev.bench.way_back import Desk, waited
from dev.paths import LOGS, PYTHON_PATH
from dev.services.listener import listener

CHANNELS = 20
CATCH_UP = "Helpdesk Bridge: ask Slack for replies"
GOAL, QUERIES_GOAL = 75, 30
#: Slack's Tier 3, of which `conversations.history` and `conversations.replies` are, allows so many calls a minute.
TIER_3 = 50
#: Within so many seconds replies are said, at even distances: each comes at another moment of the cron's minute.
SAID_WITHIN = 60
PATIENCE = 300
#: How each open ticket looks in the database: as the model, but for its numbers; Odoo draws that of the reference.
TICKETS = """
    WITH made AS (
        INSERT INTO helpdesk_ticket ({columns}, number)
        SELECT {columns}, 'IDLE' || place.number FROM helpdesk_ticket, bench_place place WHERE id = {model}
     RETURNING id, substr(number, 5)::int AS number)
    INSERT INTO helpdesk_slack_thread (ticket_id, channel_id, channel_ref, ts, is_current)
    SELECT made.id, channel.id, place.channel_ref, place.ts, true
      FROM made JOIN bench_place place ON place.number = made.number
      JOIN helpdesk_slack_channel channel ON channel.channel_ref = place.channel_ref
"""
COLUMNS = (
    "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
    "WHERE table_name = 'helpdesk_ticket' AND column_name NOT IN ('id', 'number', 'bridge_number')"
)


def measure(installed, say):
    """A quiet minute, then replies that only catch-up finds."""
    asked, log = sizes(), LOGS / "bench-counts.json"
    with ExitStack() as services:
        play = services.enter_context(stage(installed, env=_counting(log), boot=counting_odoo.BOOT))
        scene = Desk(play)
        place = LargeDesk(scene, asked.tickets)
        say(f"{asked.tickets:,} open tickets in {CHANNELS} channels")
        play.slack.limits()
        place.wait_for_run(log)
        calls = len(play.slack.calls())
        with Socket(scene) as socket:
            runs = [place.wait_for_run(log) for _run in range(2)]
            queries = socket.spoken()
        idle = play.slack.calls()[calls:]
        say(f"two quiet runs: {' and '.join(map(str, runs))} queries")
        waits = place.talk(asked.caught)
        say(f"{asked.caught} replies that only catch-up finds: {percentile(waits, 50):.0f} s at the median")
        refused = sum(call.get("status") == 429 for call in play.slack.calls())
    found = f"catch-up, {asked.tickets:,} open tickets in {CHANNELS} channels"
    return [
        Figure("reply in Slack to note in Odoo, by catch-up alone: p50", percentile(waits, 50), "s"),
        Figure("reply in Slack to note in Odoo, by catch-up alone: p95", percentile(waits, 95), "s", goal=GOAL),
        Figure(f"{found}: queries a minute", max(runs), goal=QUERIES_GOAL),
        Figure(f"{found}: calls a minute of the method that is called most", busiest(idle), goal=TIER_3),
        Figure(f"{found}: calls that Slack refused", refused, goal=0),
        Figure("a socket on which nothing happens: queries a minute", queries["socket"], goal=0),
        Figure("the listener's look at the database: queries a minute", queries["look"]),
    ]


def busiest(calls):
    """The most calls of one method within any minute. :param calls: of the Slack double, oldest first"""
    most = 0
    for method in {call["method"] for call in calls}:
        moments = [call["at"] for call in calls if call["method"] == method]
        most = max(most, *(sum(0 <= later - moment < 60 for later in moments) for moment in moments))
    return most


class LargeDesk:
    """Thousands of open tickets whose first messages stand in Slack."""

    def __init__(self, scene, count):
        self._scene, self._slack = scene, scene.play.slack
        refs = [self._slack.add_channel(f"idle-{number}") for number in range(CHANNELS)]
        values = [{"name": ref, "channel_ref": ref, "workspace_id": scene.play.workspace_id} for ref in refs]
        scene.play.odoo.rpc("helpdesk.slack.channel", "create", values)
        [model] = scene.replies.open("Model")
        client = self._slack.client()
        with ThreadPoolExecutor(4) as pool:
            places = [refs[number % CHANNELS] for number in range(count)]
            post = lambda ref: client.chat_postMessage(channel=ref, text="[#1] Printer on fire")["ts"]  # noqa: E731
            self.roots = list(zip(places, pool.map(post, places), strict=True))
        self._fill(model)

    def _fill(self, model):
        play = self._scene.play
        play.sql("CREATE UNLOGGED TABLE bench_place (number integer, channel_ref text, ts text)")
        rows = [f"({number}, '{ref}', '{ts}')" for number, (ref, ts) in enumerate(self.roots)]
        for start in range(0, len(rows), 1000):
            play.sql(f"INSERT INTO bench_place VALUES {', '.join(rows[start : start + 1000])}")
        [columns] = play.sql(COLUMNS)
        play.sql(TICKETS.format(columns=columns, model=model))
        play.sql("ANALYZE")

    def wait_for_run(self, log):
        """Wait until catch-up has run once more; returns its queries."""
        runs = lambda: counting_odoo.counts(log)["runs"].get(CATCH_UP, [])  # noqa: E731
        before = len(runs())
        return waited(runs, lambda there: len(there) > before, PATIENCE, self._scene.play.odoo.log_tail)[-1]["queries"]

    def talk(self, count):
        """Seconds from reply to note of each."""
        anna, sent = self._slack.person("anna"), {}
        for ref in {ref for ref, _ts in self.roots}:
            anna.act("join", channel=ref)
        places = random.Random(count).sample(self.roots, count)
        for ref, ts in places:
            time.sleep(SAID_WITHIN / count)
            sent[anna.post(ref, "Only asking finds this", ts)["ts"]] = time.time()
        return [wait / 1000 for wait in self._scene.wait_for_notes(sent, PATIENCE)]


class Socket:
    """A listener whose socket is open, and on which nothing happens, for a block."""

    def __init__(self, scene):
        self._scene, self._log = scene, LOGS / "bench-socket-counts.json"

    def __enter__(self):
        self._services = ExitStack()
        self._scene.replies.change(app_token_entry=self._scene.play.slack.app_token)
        self._scene.play.slack.app(socket_mode=True, events=[])
        more = {"env": _counting(self._log), "boot": counting_odoo.BOOT, "name": "bench-listener"}
        self._services.enter_context(listener(self._scene.play.database, **more))
        self._scene.replies.wait_for_state("connected")
        time.sleep(1)
        self._began, self._before = time.monotonic(), self._count()
        return self

    def _count(self):
        return counting_odoo.counts(self._log)["threads"]

    def spoken(self):
        """Queries a minute since then: of the socket's threads, and of the one that looks at the database."""
        return spoken(self._before, self._count(), (time.monotonic() - self._began) / 60)

    def __exit__(self, *error):
        self._services.close()
        self._scene.replies.change(app_token_entry=False)


def spoken(before, now, minutes):
    """Queries a minute of the socket's threads, and of the one that looks at the database. :param now: by thread"""
    found = {"socket": 0, "look": 0}
    for thread, queries in now.items():
        found["look" if thread.startswith("listener ") else "socket"] += queries - before.get(thread, 0)
    return {who: queries / minutes for who, queries in found.items()}


def _counting(log):
    return {counting_odoo.COUNTS: str(log), "PYTHONPATH": PYTHON_PATH}
