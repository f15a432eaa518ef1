"""How the next row of a queue is found when PostgreSQL's statistics do not know of those that wait.

They are a handful among millions of rows that are over, and an outage is over before autovacuum looks. PostgreSQL then
takes it for cheap to sort, and to compare with each other, all rows that wait: seconds for each claim. So a claim asks
for the rows that come first by a sub-select with ``OFFSET 0``, which is not turned into a comparison of all of them,
and begins its statement with `IN_ORDER`.
"""

from odoo.tools import SQL

#: The first row comes from the index that has the rows in their order: until `AS_BEFORE`, or the transaction's end.
IN_ORDER = SQL("SET LOCAL enable_sort TO off")
#: As it is configured.
AS_BEFORE = SQL("SET LOCAL enable_sort TO DEFAULT")


def in_order(env, query):
    """The rows of a query by `IN_ORDER`, in a transaction that goes on with something else."""
    env.cr.execute(SQL("%s; %s", IN_ORDER, query))
    rows = env.cr.fetchall()
    env.cr.execute(AS_BEFORE)
    return rows
