"""Rows that are over are counted once: a monitor then reads their number, not the rows."""

from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from . import retention
from .helpdesk_bridge_counter import own_counter
from .transactions import CONFLICTS


class HelpdeskBridgeCounted(models.AbstractModel):
    """A model whose rows a monitor counts by what became of them.

    How data flows: the daily vacuum adds the rows that are over to `helpdesk.bridge.count`, and marks them. A total is
    those numbers and the rows without a mark, which a partial index holds. A row that changes again or is deleted is
    taken from the numbers and loses its mark, in the same transaction.
    """

    _name = "helpdesk.bridge.counted"
    _description = "Counted Once It Is Over"
    #: What rows are counted as, see `helpdesk_bridge_counter`.
    _counted_names = ()
    #: SQL expressions by which they are counted, the condition under which one is over, and the fields in both.
    _counted_by, _counted_over, _counted_fields = (), "FALSE", frozenset()

    # With a default, a new row has it in the cache: to ask whether it was counted costs no query.
    is_counted = fields.Boolean(string="Counted", default=False, readonly=True, copy=False)

    def write(self, vals):
        if vals.keys() & self._counted_fields:
            self._uncount()
        return super().write(vals)

    def unlink(self):
        self._uncount()
        return super().unlink()

    def _count_keys(self, *values):
        """What a row counts for: (name, labels) as `helpdesk.bridge.count` has them. :param values: of `_counted_by`"""
        raise NotImplementedError

    @api.model
    def _totals(self):
        """:return: {name: {labels: number}} of all rows, and of those that retention has deleted"""
        self.flush_model()
        by = self._count_sql()
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, COUNT(*) FROM %s WHERE is_counted IS NOT TRUE GROUP BY %s",
                by,
                SQL.identifier(self._table),
                by,
            )
        )
        totals = defaultdict(Counter)
        for (name, labels), number in self._counts(rows).items():
            totals[name][labels] = number
        for name in self._counted_names:
            totals[name].update(self.env["helpdesk.bridge.count"]._sums(name))
        return totals

    @api.model
    def _count_over(self):
        """Count rows that are over, and mark them. :return: how many, and how many more there are at least

        They are found first and locked then: however long it takes to find them, nobody waits for it.
        """
        self.flush_model()
        table, over = SQL.identifier(self._table), SQL("is_counted IS NOT TRUE AND %s", SQL(self._counted_over))
        found = self.env.execute_query(SQL("SELECT id FROM %s WHERE %s LIMIT %s", table, over, retention.BATCH_SIZE))
        ids = [row_id for [row_id] in found]
        if not ids:
            return 0, 0
        over = SQL("SELECT id FROM %s WHERE id = ANY(%s) AND %s FOR NO KEY UPDATE SKIP LOCKED", table, ids, over)
        try:
            with self.env.cr.savepoint():
                rows = self._mark(over, True)
                self.env["helpdesk.bridge.count"]._add(self._counts(rows))
        except CONFLICTS:
            # Another transaction has changed a row meanwhile. Odoo's vacuum calls again, in another transaction.
            return 0, 1
        count = sum(row[-1] for row in rows)
        # Where all are locked there is nothing to do before the next day.
        return count, int(count > 0 and len(ids) >= retention.BATCH_SIZE)

    def _uncount(self):
        """Take these rows from the numbers, because they change or are deleted."""
        counted = self.sudo().filtered("is_counted")
        if not counted:
            return
        rows = self._mark(SQL("SELECT unnest(%s) AS id", counted.ids), False)
        taken = {key: -number for key, number in self._counts(rows).items()}
        self.env["helpdesk.bridge.count"]._add(taken, counter=own_counter(counted))

    @api.model
    def _mark(self, which, mark):
        """Set the mark of rows. :param which: a query :return: their `_counted_by` and how many there are of each"""
        by = self._count_sql()
        rows = self.env.execute_query(
            SQL(
                """
                WITH chosen AS (%(which)s), changed AS (
                    UPDATE %(table)s entry SET is_counted = %(mark)s FROM chosen WHERE entry.id = chosen.id
                    RETURNING entry.*
                )
                SELECT %(by)s, COUNT(*) FROM changed GROUP BY %(by)s
                """,
                which=which,
                table=SQL.identifier(self._table),
                mark=mark,
                by=by,
            )
        )
        self.invalidate_model(["is_counted"], flush=False)
        return rows

    @api.model
    def _count_sql(self):
        return SQL(", ").join(map(SQL, self._counted_by))

    @api.model
    def _counts(self, rows):
        """:return: {(name, labels): number} of rows as `_mark` returns them"""
        counts = Counter()
        for *values, number in rows:
            for key in self._count_keys(*values):
                counts[key] += number
        return counts
