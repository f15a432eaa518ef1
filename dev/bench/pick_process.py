"""One pick of the dispatcher, in an Odoo process of its own.

Usage: python -m dev.bench.pick_process DATABASE SENT PAUSED STUCK. Prints what it does; its last line is JSON.
"""

import json
import sys

from dev.bench.in_odoo import environment, measure, spread

RUNS = 30

ROWS = """
WITH added AS (
    INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, stage_id, active, priority, sequence,
                                 create_date, last_stage_update, bridge_number)
    SELECT 'Old ' || n, %(label)s || n, '<p>x</p>', team.company_id, team.id, %(stage)s, TRUE, '1', 10, now, now,
           nextval('helpdesk_bridge_reference')
      FROM generate_series(1, %(tickets)s) n, (SELECT now() AT TIME ZONE 'UTC' AS now) moment,
           helpdesk_ticket_team team
     WHERE team.id = %(team)s
 RETURNING id
)
INSERT INTO helpdesk_slack_outbox (ticket_id, channel_id, event, kind, key, payload, state, attempts, next_attempt_at,
                                   create_date, write_date)
SELECT id, %(channel)s, 'assigned', CASE WHEN line = 1 THEN 'root' ELSE 'reply' END, gen_random_uuid()::text,
       '{"text": "x"}', CASE WHEN line = 1 THEN %(first)s ELSE %(state)s END, 0,
       now() AT TIME ZONE 'UTC' - interval '1 hour', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
  FROM added, generate_series(1, %(lines)s) line
 ORDER BY id, line
"""
LINES = 10


def main(database, sent, paused, stuck):
    """Fill the outbox and pick."""
    with environment(database) as env:
        cr = env.cr
        channels = set_up(env)
        team = env["helpdesk.ticket.team"].create({"name": "Support"})
        stage = team._get_applicable_stages()[:1]
        env.flush_all()

        def fill(label, channel, count, state, first):
            values = {"label": label, "channel": channels[channel].id, "state": state, "first": first}
            values |= {"team": team.id, "stage": stage.id, "lines": LINES, "tickets": count // LINES}
            cr.execute(ROWS, values)
            print(f"{count:,} {label}", flush=True)

        found = {"empty": picking(env, team, channels["open"])}
        fill("sent", "open", sent, "sent", "sent")
        fill("paused", "paused", paused, "pending", "pending")
        fill("stuck", "open", stuck, "pending", "failed")
        # A first message that failed holds up nobody; a line does.
        cr.execute("UPDATE helpdesk_slack_outbox SET kind = 'reply' WHERE state = 'failed'")
        cr.commit()
        cr.execute("ANALYZE")
        cr.commit()
        found["full"] = picking(env, team, channels["open"])
    print(json.dumps(found))


def set_up(env):
    """An open channel and a paused one, of a Slack that nobody reaches."""
    workspace = env["helpdesk.slack.workspace"].create(
        {"name": "Acme", "api_url": "http://127.0.0.1:9/api/", "bot_token": "xoxb-bench"}
    )
    channels = {
        name: env["helpdesk.slack.channel"].create(
            {"name": f"#{name}", "channel_ref": f"C0BENCH000{number}", "workspace_id": workspace.id}
        )
        for number, name in enumerate(("open", "paused"))
    }
    channels["paused"].write({"state": "paused", "pause_reason": "archived"})
    return channels


def picking(env, team, channel):
    """Milliseconds of a run that finds nothing, and of one pick."""
    dispatcher = env["helpdesk.slack.dispatcher"]
    # A run of the cron itself sleeps when something falls due very soon; nothing does here.
    idle = [measure(dispatcher._cron_deliver) for _run in range(RUNS)]
    team.slack_channel_id = channel
    picks = []
    for number in range(RUNS):
        env["helpdesk.ticket"].create({"name": f"Pick {number}", "description": "x", "team_id": team.id})
        env.cr.commit()
        claims = []
        picks.append(measure(lambda claims=claims: claims.append(dispatcher._retried(dispatcher._claim))))
        if not claims[0]:
            raise SystemExit("nothing was picked")
    env.cr.execute("UPDATE helpdesk_slack_outbox SET state = 'sent' WHERE leased_until IS NOT NULL")
    env.cr.commit()
    return {
        "idle": spread([one["ms"] for one in idle]),
        "idle_queries": max(one["queries"] for one in idle),
        "pick": spread([one["ms"] for one in picks]),
    }


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
