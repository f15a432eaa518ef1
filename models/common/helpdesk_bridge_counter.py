"""Counts of what is not kept or need not be counted again: calls to Slack, rows that are over or were deleted.

Dispatchers and users' transactions have rows of their own, so that they never block each other; readers sum them. Row 0
is the vacuum's, which also moves there what transactions have counted.
"""

from odoo import api, fields, models
from odoo.tools import SQL

#: What is counted: calls to Slack and the seconds they took; emails, breaches and SLA clocks that are over (see
#: `helpdesk.bridge.counted`), deleted ones included for the first two.
CALLS, SECONDS, MAILS, BREACHES = "slack_calls", "slack_seconds", "mails_forgotten", "breaches_forgotten"
CLOCKS = "clocks_over"


def own_counter(records):
    """Where a user's transaction counts, so that it waits for no other. :param records: those it changes or deletes"""
    return -min(records.ids, default=0)


class HelpdeskBridgeCount(models.Model):
    _name = "helpdesk.bridge.count"
    _description = "Helpdesk Bridge Count"
    _rec_name = "name"
    _log_access = False

    name = fields.Char(required=True, readonly=True)
    labels = fields.Json(required=True, readonly=True)
    counter = fields.Integer(
        required=True,
        default=0,
        readonly=True,
        help="Who has counted: the ID of a scheduled action; 0 for the vacuum; a negative number for a transaction.",
    )
    value = fields.Float(required=True, default=0, readonly=True)

    _count_unique = models.UniqueIndex("(name, labels, counter)", "Each is counted in one place.")

    @api.model
    def _add(self, counts, counter=0):
        """Add to counts that only ever grow.

        :param counts: (name, labels as a list of texts) -> what comes on top
        """
        if not counts:
            return
        rows = [
            SQL("(%s, %s::jsonb, %s, %s)", name, fields.Json().convert_to_column(list(labels), self), counter, value)
            for (name, labels), value in sorted(counts.items())
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_bridge_count AS counted (name, labels, counter, value) VALUES %s
                ON CONFLICT (name, labels, counter) DO UPDATE SET value = counted.value + EXCLUDED.value
                """,
                SQL(", ").join(rows),
            )
        )
        self.invalidate_model(flush=False)

    @api.autovacuum
    def _gc_merge(self):
        """Move what was counted in many places, one for each transaction, to where the others are."""
        self.env.cr.execute(
            """
            WITH gone AS (DELETE FROM helpdesk_bridge_count WHERE counter < 0 RETURNING name, labels, value)
            INSERT INTO helpdesk_bridge_count AS counted (name, labels, counter, value)
            SELECT name, labels, 0, SUM(value) FROM gone GROUP BY name, labels ORDER BY name, labels
                ON CONFLICT (name, labels, counter) DO UPDATE SET value = counted.value + EXCLUDED.value
            """
        )
        self.invalidate_model(flush=False)

    @api.model
    def _sums(self, name):
        """:return: labels (a tuple of texts) -> the sum of all who have counted"""
        self.env.cr.execute(
            SQL("SELECT labels, SUM(value) FROM helpdesk_bridge_count WHERE name = %s GROUP BY labels", name)
        )
        return {tuple(labels): value for labels, value in self.env.cr.fetchall()}
