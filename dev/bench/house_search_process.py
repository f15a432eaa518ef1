"""What the search reads of a house's tickets and messages, written by the search itself, in an Odoo process.

Usage: python -m dev.bench.house_search_process DATABASE. The rows of a house are put in while no trigger fires; here
all of them are read at once. Its last line is JSON: how many rows there are.
"""

import json
import sys

from dev.bench.in_odoo import environment


def main(database):
    """Fill the table of the search anew."""
    with environment(database) as env:
        # It can be imported once the registry is loaded.
        from odoo.addons.helpdesk_bridge.models.ticket import search_table

        env.cr.execute(f"TRUNCATE {search_table.TABLE}")
        search_table.fill(env.cr)
        env.cr.execute(f"SELECT count(*) FROM {search_table.TABLE}")
        [rows] = env.cr.fetchone()
        env.cr.commit()
    print(json.dumps({"rows": rows}))


if __name__ == "__main__":
    main(sys.argv[1])
