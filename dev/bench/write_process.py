"""The same write where the addon is not installed, in an Odoo process of its own.

Usage: python -m dev.bench.write_process DATABASE. Prints the number of its queries.
"""

import json
import sys

from dev.bench.in_odoo import environment, measure


def main(database):
    """Make two tickets and write on them."""
    with environment(database) as env:
        team = env["helpdesk.ticket.team"].create({"name": "Support"})
        for number in range(2):
            env["helpdesk.ticket"].create({"name": f"Ticket {number}", "description": "x", "team_id": team.id})
        print(json.dumps({"queries": queries_of_a_write(env)}))


def queries_of_a_write(env):
    """Queries of a write of something that concerns nobody."""
    first, second = env["helpdesk.ticket"].search([], limit=2, order="id desc")

    def write(ticket):
        ticket.color = 7
        env.cr.commit()

    for ticket in (first, second):  # the first fills the caches, as the first in each process does
        env.cr.commit()
        env.invalidate_all()
        cost = measure(lambda ticket=ticket: write(ticket))
    return cost["queries"]


if __name__ == "__main__":
    main(sys.argv[1])
