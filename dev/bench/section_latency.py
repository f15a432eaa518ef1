"""How soon Slack is called after a ticket was committed.

The clock starts when PostgreSQL begins to commit: a deferred constraint trigger, which exists in the benchmark's
database only, writes down that moment. It stops when the request has arrived at the Slack double, on the same machine
and so by the same clock.
"""

import random
import time

from dev.bench.figures import Figure, percentile
from dev.bench.stage import stage

ONE_BY_ONE = 100
BURSTS = 3
BURST = 20
GOAL = 500
WARM_UP = 3
PATIENCE = 30  # seconds for one ticket or one burst
COMMIT_CLOCK = """
    CREATE UNLOGGED TABLE bench_commit (entry_id integer, at timestamptz);
    CREATE FUNCTION bench_committed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO bench_commit VALUES (NEW.id, clock_timestamp());
            RETURN NULL;
        END $$;
    CREATE CONSTRAINT TRIGGER bench_committed AFTER INSERT ON helpdesk_slack_outbox
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bench_committed();
"""


def measure(installed, say):
    """Tickets one by one, then bursts of many at once."""
    with stage(installed) as play:
        play.sql(COMMIT_CLOCK)
        _one_by_one(play, WARM_UP)
        say("the server is warm")
        alone = _one_by_one(play, ONE_BY_ONE)
        say(f"{ONE_BY_ONE} tickets one by one: {percentile(alone, 50):.0f} ms at the median")
        crowded = [wait for _ in range(BURSTS) for wait in _told(play, lambda: play.create_tickets(BURST, "Burst"))]
        say(f"{BURSTS} bursts of {BURST}: {percentile(crowded, 50):.0f} ms at the median")
    burst = f"{BURST} tickets at once in one channel, database commit to Slack call"
    return [
        Figure("tickets one by one, database commit to Slack call: p50", percentile(alone, 50), "ms"),
        Figure("tickets one by one, database commit to Slack call: p95", percentile(alone, 95), "ms", goal=GOAL),
        Figure("tickets one by one, database commit to Slack call: max", max(alone), "ms"),
        Figure(f"{burst}: p50", percentile(crowded, 50), "ms"),
        Figure(f"{burst}: p95", percentile(crowded, 95), "ms"),
    ]


def _one_by_one(play, count):
    dice, waits = random.Random(count), []
    for _number in range(count):
        # Long enough for the dispatcher to have gone to sleep again, and never in step with it.
        time.sleep(dice.uniform(0.1, 0.3))
        waits += _told(play, lambda: play.create_tickets(1, "Single"))
    return waits


def _told(play, work):
    """Milliseconds from commit to call of each message that `work` brings about."""
    before = len(play.slack.calls("chat.postMessage"))
    play.sql("TRUNCATE bench_commit")
    expected = before + len(work())
    calls = play.wait_for_posts(expected, PATIENCE)[before:]
    # Messages of one channel leave in the order in which they were queued.
    commits = play.sql("SELECT extract(epoch FROM at) FROM bench_commit ORDER BY entry_id")
    return [(call["at"] - float(commit)) * 1000 for call, commit in zip(calls, commits, strict=True)]
