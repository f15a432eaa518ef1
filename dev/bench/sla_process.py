"""SLA clocks in an Odoo process of their own, so that what they cost can be counted.

Usage: python -m dev.bench.sla_process DATABASE COUNT. Prints what it does; its last line is JSON.
"""

import json
import statistics
import sys

from dev.bench.in_odoo import environment, measure, spread, told_team

IDLE_TICKS, NEW_TICKETS, FEW = 30, 60, 2000


def main(database, count):
    """Measure on few clocks, add the rest, measure again."""
    with environment(database) as env:
        # With a leader, so that each breach is a tag, a note, an activity and whatever else.
        leader = env.ref("base.user_admin").id
        team = told_team(env, user_id=leader, user_ids=[leader])
        few = creating(env, team)
        fill(env, team, FEW)
        few.update(ticking(env))
        print(f"{FEW} clocks done, adding {count:,}", flush=True)
        fill(env, team, count)
        many = ticking(env)
    print(json.dumps({"few": few, "many": many}))


def creating(env, team):
    """What a new ticket costs with and without SLA, taking turns."""
    policy = env["helpdesk.sla.policy"]._ensure_default(env.company)
    calendar = env["resource.calendar"].search([("company_id", "=", env.company.id)], limit=1)
    sides = {
        "create_off": {"active": False},
        "create_on": {"active": True, "calendar_id": False},
        "create_calendar": {"active": True, "calendar_id": calendar.id},
    }
    found = {}
    costs = {side: [] for side in sides}
    for _turn in range(5):
        for side, values in sides.items():
            policy.write(values)
            env.cr.commit()
            create(env, team, "Warm-up")
            costs[side] += [measure(lambda: create(env, team, "Ticket")) for _number in range(NEW_TICKETS // 5)]
    policy.write(sides["create_on"])
    for side, cost in costs.items():
        found[side] = spread([one["ms"] for one in cost])
        found[f"{side}_queries"] = statistics.median_low([one["queries"] for one in cost])
    return found


def create(env, team, name):
    """A ticket as an email makes it: of nobody yet, in a transaction of its own."""
    env["helpdesk.ticket"].create(
        {"name": name, "description": "<p>It burns.</p>", "team_id": team.id, "user_id": False}
    )
    env.cr.commit()


def fill(env, team, count):
    """Running clocks that fall due in the next year, two on each ticket."""
    stage = team._get_applicable_stages()[:1]
    policy = env["helpdesk.sla.policy"]._default_of(env.company)
    env.cr.execute(
        """
        WITH added AS (
            INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, stage_id, active, priority,
                                         sequence, sla_policy_id, sla_since, create_date, last_stage_update,
                                         bridge_number)
            SELECT 'Old ' || n, 'OLD' || n, '<p>x</p>', %(company)s, %(team)s, %(stage)s, TRUE, '1', 10, %(policy)s,
                   now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                   nextval('helpdesk_bridge_reference')
              FROM generate_series(1, %(tickets)s) n
         RETURNING id
        )
        INSERT INTO helpdesk_sla_clock (ticket_id, policy_id, metric, started_at, target_minutes, warn_percent, due_at,
                                        warn_at, state)
        SELECT id, %(policy)s, metric, now() AT TIME ZONE 'UTC', 240, 75,
               now() AT TIME ZONE 'UTC' + (1 + id %% 8000) * interval '1 hour' + interval '1 day',
               now() AT TIME ZONE 'UTC' + (1 + id %% 8000) * interval '1 hour' + interval '12 hours', 'running'
          FROM added, (VALUES ('start'), ('resolution')) metrics (metric)
        """,
        {
            "company": env.company.id,
            "team": team.id,
            "stage": stage.id,
            "policy": policy.id,
            "tickets": count // 2,
        },
    )
    env.cr.commit()
    env.cr.execute("ANALYZE helpdesk_ticket")
    env.cr.execute("ANALYZE helpdesk_sla_clock")
    env.cr.commit()
    env.invalidate_all()


def ticking(env):
    """Ticks that find nothing, a hundred and a thousand due clocks."""
    clocks = env["helpdesk.sla.clock"]
    clocks._cron_tick()
    env.cr.commit()
    idle = [measure(lambda: (clocks._cron_tick(), env.cr.commit())) for _tick in range(IDLE_TICKS)]
    found = {"idle": spread([one["ms"] for one in idle]), "idle_queries": max(one["queries"] for one in idle)}
    for due in (100, 1000):
        env.cr.execute(
            """
            UPDATE helpdesk_sla_clock SET due_at = now() AT TIME ZONE 'UTC' - interval '1 minute'
             WHERE id IN (SELECT id FROM helpdesk_sla_clock WHERE state = 'running' AND metric = 'resolution'
                           ORDER BY due_at LIMIT %s)
            """,
            [due],
        )
        env.cr.commit()
        env.invalidate_all()
        found[f"due_{due}"] = measure(lambda: clocks._cron_tick())["ms"] / due
        env.cr.commit()
        print(f"{due} due: {found[f'due_{due}']:.1f} ms each", flush=True)
    env.cr.execute(
        "SELECT count(*) FROM helpdesk_sla_clock WHERE state = 'running' AND due_at < now() AT TIME ZONE 'UTC'"
    )
    if env.cr.fetchone() != (0,):
        raise SystemExit("not all due clocks were found")
    return found


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
