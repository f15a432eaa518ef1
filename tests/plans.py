"""What PostgreSQL reads for what we ask."""

import json
from collections import Counter
from unittest.mock import patch

from odoo.tools import SQL

#: What grows with every ticket.
LARGE = {"helpdesk_ticket", "helpdesk_sla_clock", "helpdesk_inbound_mail", "helpdesk_slack_outbox", "helpdesk_letter"}
LARGE |= {"mail_mail", "mail_message", "mail_notification", "helpdesk_slack_inbound", "res_partner"}


def maintain(env, *tables):
    """What PostgreSQL does by itself: indexes without the rows that other tests left, and knowledge of what is there.

    :param tables: all large ones if there are none
    """
    env.flush_all()
    for table in tables or sorted(LARGE):
        env.cr.execute(SQL("REINDEX TABLE %s", SQL.identifier(table)))
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


class RowsRead(Counter):
    """Rows by table, and the plans that read them."""

    def __init__(self):
        super().__init__()
        self.plans = []


def assert_reads_less(case, most, table, work):
    """`work` reads fewer rows of a table; if not, the failure says by which plans."""
    read = rows_read(case.env, work)
    case.assertLess(read[table], most, "\n".join(plan for plan in read.plans if table in plan))


def rows_read(env, work):
    """{large table: rows that were read of it, those included that were then left out}, while `work` is done."""
    cr, read, execute = env.cr, RowsRead(), env.cr.execute

    def explained(query, params=None, **options):
        code = query.code if hasattr(query, "code") else query
        if code.lstrip().upper().startswith(("SELECT", "WITH")):
            execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {code}", query.params if hasattr(query, "code") else params)
            [[plan]] = cr.fetchall()
            read.plans.append(json.dumps(plan) if not isinstance(plan, str) else plan)
            _count(json.loads(read.plans[-1])[0]["Plan"], read)
        return execute(query, params, **options)

    env.flush_all()
    env.invalidate_all()
    with patch.object(cr, "execute", explained):
        work()
    return read


def rows_looked_at(env, table):
    """How many rows of a table PostgreSQL has looked at in this transaction."""
    env.cr.execute(
        """
        SELECT COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = %s
        """,
        [table],
    )
    return env.cr.fetchone()[0]


def _count(node, read):
    """Add what a plan's scans have read."""
    if node.get("Relation Name") in LARGE:
        left_out = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        read[node["Relation Name"]] += (node["Actual Rows"] + left_out) * node["Actual Loops"]
    for below in node.get("Plans", ()):
        _count(below, read)
