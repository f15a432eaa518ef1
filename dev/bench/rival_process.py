"""Two SLA targets on each ticket, as one of two addons handles them.

Usage: python -m dev.bench.rival_process DATABASE ours|theirs. Says "ready", then answers each line "COUNT" with a line
of JSON: what COUNT new tickets cost, and their moves to a stage in between and to a closed one.
"""

import json
import sys

from dev.bench.in_odoo import environment, measure

WARM_UP = 5


def main(database, side):
    """Set up, warm up, measure what is asked for."""
    with environment(database) as env:
        team = env["helpdesk.ticket.team"].create({"name": "Support"})
        if side == "theirs":
            set_policy(env, team)
        env.cr.commit()
        live(env, team, side, WARM_UP)
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps(live(env, team, side, int(line))), flush=True)


def stage(env, name):
    return env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")


def set_policy(env, team):
    """The targets of our default policy, in the other addon's records."""
    team.use_sla = True
    for name, hours, until in (("Start", 4, "in_progress"), ("Resolution", 24, "done")):
        env["helpdesk.sla"].create(
            {
                "name": name,
                "team_ids": [(4, team.id)],
                "hours": hours,
                "stage_id": stage(env, until).id,
                "ignore_stage_ids": [(4, stage(env, "awaiting").id)],
            }
        )


def live(env, team, side, count):
    """A ticket comes, is begun and is closed, each in a transaction of its own, `count` times."""
    tickets = []

    def create(number):
        values = {"name": f"Ticket {number}", "description": "<p>x</p>", "team_id": team.id, "user_id": False}
        tickets.append(env["helpdesk.ticket"].create(values))
        env.cr.commit()

    def move(ticket, name):
        ticket.stage_id = stage(env, name)
        env.cr.commit()

    created = [measure(lambda number=number: create(number))["ms"] for number in range(count)]
    targets = tickets[-1].ticket_sla_ids if side == "theirs" else tickets[-1].sla_clock_ids
    if len(targets) != 2:
        raise SystemExit(f"{len(targets)} targets, not 2")
    moved = [
        measure(lambda ticket=ticket, name=name: move(ticket, name))["ms"]
        for ticket in tickets
        for name in ("in_progress", "done")
    ]
    return {"new": sum(created) / count, "move": sum(moved) / count / 2}


if __name__ == "__main__":
    main(*sys.argv[1:])
