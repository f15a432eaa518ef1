"""The SLA report: one row per SLA target, to be grouped by team, agent, policy and more.

Averages hide what customers feel. So the working time is there as a median and as the time within which nine of ten
were done; both are computed by PostgreSQL for each group, subtotals among them. A figure of several SLA targets
together would say nothing: a total that mixes them is empty. Totals are therefore put together from the figures of each
target, where these are asked for as well: to sort all rows once more for an empty figure is what takes longest.

Among millions of rows, what they are sorted by decides: PostgreSQL gets the memory to sort them, no row is asked
whether its group mixes targets, and teams and people are put into their order when only groups are left.
"""

from contextlib import contextmanager

from odoo import fields, models
from odoo.tools import SQL

from ..models.common.translated import choices_of
from ..tools.sla import report as sla_report

METRIC = "metric"
PERCENTILES = {"median_hours": 0.5, "p90_hours": 0.9}
#: In the context, with this value: each group has rows of one target. What RPC says is ignored.
BY_TARGET_KEY, BY_TARGET = "helpdesk_sla_by_target", object()
#: What PostgreSQL may use for each sort of the report, in kilobytes; two million rows take as much.
SORT_MEMORY = 128 * 1024


class HelpdeskSlaClockReport(models.Model):
    _name = "helpdesk.sla.clock.report"
    _description = "SLA Report"
    _auto = False
    _order = "started_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Agent", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    policy_id = fields.Many2one("helpdesk.sla.policy", readonly=True)
    priority = fields.Selection(choices_of("helpdesk.ticket", "priority"), readonly=True)
    metric = fields.Selection(
        choices_of("helpdesk.sla.clock", "metric"),
        string="SLA Target",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("met", "Met"),
            ("missed", "Breached"),
            ("canceled", "Canceled"),
        ],
        readonly=True,
    )
    started_at = fields.Datetime(readonly=True)
    due_at = fields.Datetime(string="Due", readonly=True)
    satisfied_at = fields.Datetime(string="Done At", readonly=True)
    breached_at = fields.Datetime(readonly=True)
    met_percent = fields.Float(
        string="Met %", readonly=True, aggregator="avg", help="Of the SLA targets that were met or breached."
    )
    spent_hours = fields.Float(string="Hours", readonly=True, aggregator="avg", help="Working hours until it was done.")
    median_hours = fields.Float(string="Median (Hours)", readonly=True, aggregator="avg")
    p90_hours = fields.Float(string="90th Percentile (Hours)", readonly=True, aggregator="avg")
    target_hours = fields.Float(readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        # A canceled clock has no working time.
        spent = SQL(
            """
            CASE WHEN clock.satisfied_at IS NOT NULL AND clock.state != 'canceled' THEN clock.spent_minutes / 60 END
            """
        )
        return SQL(
            """
            SELECT clock.id, clock.ticket_id, clock.policy_id, clock.metric, clock.state, clock.started_at,
                   clock.due_at, clock.satisfied_at, clock.breached_at,
                   ticket.company_id, ticket.team_id, ticket.user_id, ticket.partner_id,
                   ticket.commercial_partner_id, ticket.priority,
                   CASE WHEN clock.breached_at IS NOT NULL THEN 0
                        WHEN clock.state = 'met' THEN 100
                   END AS met_percent,
                   %(spent)s AS spent_hours,
                   %(spent)s AS median_hours,
                   %(spent)s AS p90_hours,
                   clock.target_minutes / 60.0 AS target_hours
              FROM helpdesk_sla_clock clock
              JOIN helpdesk_ticket ticket ON ticket.id = clock.ticket_id
            """,
            spent=spent,
        )

    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """Read the figures of each SLA target; a total is that of its only target, or what may be added up."""
        plan = sla_report.plan(grouping_sets, aggregates, order, METRIC)
        if not plan:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        related = [column for column in plan.order if self._fields[column.partition(":")[0]].type == "many2one"]
        by_target = self.with_context(**{BY_TARGET_KEY: BY_TARGET})
        with self._memory_to_sort():
            # Without teams and people: what orders them would be one more column to sort each row by.
            found = super(HelpdeskSlaClockReport, by_target)._read_grouping_sets(
                domain, plan.sets, aggregates, ", ".join(column for column in plan.order if column not in related)
            )
        if not any(found):
            # The total of nothing is a row, too.
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        found = [[self._without_context(row) for row in rows] for rows in found]
        ranks = {column: self._ranks(column, plan.sets, found) for column in related}
        found = [
            sla_report.in_order(rows, groupby, plan.order, ranks)
            for groupby, rows in zip(plan.sets, found, strict=True)
        ]
        mixed = [self._read_group_empty_value(aggregate) for aggregate in aggregates]
        return plan.answers(found, mixed)

    @contextmanager
    def _memory_to_sort(self):
        [[given]] = self.env.execute_query(SQL("SELECT current_setting('work_mem')"))
        enough = SQL("greatest(pg_size_bytes(%s) / 1024, %s)::text", given, SORT_MEMORY)
        self.env.execute_query(SQL("SELECT set_config('work_mem', %s, TRUE)", enough))
        yield
        self.env.execute_query(SQL("SELECT set_config('work_mem', %s, TRUE)", given))

    def _without_context(self, row):
        return tuple(value.with_env(self.env) if isinstance(value, models.BaseModel) else value for value in row)

    def _ranks(self, column, sets, found):
        """The place of each record of a column in the order of its model, as PostgreSQL would sort it."""
        records = self.env[self._fields[column].comodel_name].sudo().with_context(active_test=False)
        ids = {
            row[groupby.index(column)].id
            for groupby, rows in zip(sets, found, strict=True)
            if column in groupby
            for row in rows
        }
        ordered = records.search([("id", "in", list(ids - {False}))])
        return {record.sudo(False): place for place, record in enumerate(ordered)}

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        if name in PERCENTILES:
            # Odoo knows no percentile: the field asks for an average, and gets what its name says.
            figure = median(self._field_to_sql(self._table, name, query), PERCENTILES[name])
        else:
            figure = super()._read_group_select(aggregate_spec, query)
        if self.env.context.get(BY_TARGET_KEY) is BY_TARGET:
            return figure
        metric = self._field_to_sql(self._table, "metric", query)
        return SQL("CASE WHEN MIN(%(metric)s) = MAX(%(metric)s) THEN %(figure)s END", metric=metric, figure=figure)


def median(column, part=0.5):
    """The SQL for the value below which this part of the values lies."""
    return SQL("PERCENTILE_CONT(%s) WITHIN GROUP (ORDER BY %s)", part, column)
