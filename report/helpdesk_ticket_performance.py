"""The managers' dashboard: one row per ticket, with a measure for each SLA target.

First response and resolution are columns of their own, so that no total mixes them. A target that is neither kept nor
breached yet has no value, so that a week without a finished ticket stays empty.
"""

from odoo import fields, models
from odoo.tools import SQL

from ..models.common.translated import choices_of
from ..tools.sla import clock as sla_clock
from .helpdesk_sla_clock_report import median

MEDIANS = ("start_hours", "resolution_hours")


class HelpdeskTicketPerformance(models.Model):
    _name = "helpdesk.ticket.performance"
    _description = "Team Performance"
    _auto = False
    _order = "created_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Agent", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    priority = fields.Selection(choices_of("helpdesk.ticket", "priority"), readonly=True)
    created_at = fields.Datetime(string="Created", readonly=True)
    closed_at = fields.Datetime(string="Closed", readonly=True)
    open_count = fields.Integer(string="Open", readonly=True, help="The backlog: tickets that are not closed.")
    unassigned_count = fields.Integer(string="Unassigned", readonly=True, help="Open tickets without an agent.")
    at_risk_count = fields.Integer(string="At Risk", readonly=True, help="Open tickets that will be due soon.")
    overdue_count = fields.Integer(string="Overdue", readonly=True, help="Open tickets with a target that is overdue.")
    start_percent = fields.Float(
        string="First Response Met %",
        readonly=True,
        aggregator="avg",
        help="Of the first responses that were given or are overdue. Empty while there is none.",
    )
    resolution_percent = fields.Float(
        string="Resolution Met %",
        readonly=True,
        aggregator="avg",
        help="Of the tickets that were solved or are overdue. Empty while there is none.",
    )
    start_hours = fields.Float(
        string="First Response (Median Hours)",
        readonly=True,
        aggregator="avg",
        help="Working hours until it was given.",
    )
    resolution_hours = fields.Float(
        string="Resolution (Median Hours)", readonly=True, aggregator="avg", help="Working hours until it was solved."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ticket.id, ticket.id AS ticket_id, ticket.company_id, ticket.team_id, ticket.user_id,
                   ticket.commercial_partner_id, ticket.priority, ticket.create_date AS created_at,
                   CASE WHEN stage.closed THEN ticket.closed_date END AS closed_at,
                   %(is_open)s::int AS open_count,
                   (%(is_open)s AND ticket.user_id IS NULL)::int AS unassigned_count,
                   (%(is_open)s AND NOT %(is_late)s AND ticket.sla_status = 'at_risk')::int AS at_risk_count,
                   (%(is_open)s AND %(is_late)s)::int AS overdue_count,
                   %(start_percent)s AS start_percent,
                   %(resolution_percent)s AS resolution_percent,
                   %(start_hours)s AS start_hours,
                   %(resolution_hours)s AS resolution_hours
              FROM helpdesk_ticket ticket
              LEFT JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
              LEFT JOIN helpdesk_sla_clock start ON start.ticket_id = ticket.id AND start.metric = %(start)s
              LEFT JOIN helpdesk_sla_clock resolution
                     ON resolution.ticket_id = ticket.id AND resolution.metric = %(resolution)s
             WHERE ticket.active
            """,
            is_open=SQL("(stage.closed IS NOT TRUE)"),
            is_late=SQL(
                "EXISTS (SELECT FROM helpdesk_sla_clock late WHERE late.ticket_id = ticket.id"
                " AND late.state = 'missed' AND late.satisfied_at IS NULL)"
            ),
            start=sla_clock.START,
            resolution=sla_clock.RESOLUTION,
            **{f"{metric}_percent": _kept(metric) for metric in ("start", "resolution")},
            **{f"{metric}_hours": _hours(metric) for metric in ("start", "resolution")},
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if name in MEDIANS and function == "avg":
            return median(self._field_to_sql(self._table, name, query))
        return super()._read_group_select(aggregate_spec, query)

    def action_open_ticket(self):
        """Show the ticket of this row."""
        return self.ticket_id.get_formview_action()


def _kept(metric):
    """100 for a target that was kept, 0 for one that was breached, nothing while neither is known."""
    clock = SQL.identifier(metric)
    return SQL(
        """CASE WHEN %(clock)s.state = 'canceled' THEN NULL
                WHEN %(clock)s.breached_at IS NOT NULL THEN 0
                WHEN %(clock)s.state = 'met' THEN 100 END""",
        clock=clock,
    )


def _hours(metric):
    """The working hours of a target that is done."""
    clock = SQL.identifier(metric)
    return SQL(
        """CASE WHEN %(clock)s.satisfied_at IS NOT NULL AND %(clock)s.state != 'canceled'
                THEN %(clock)s.spent_minutes / 60 END""",
        clock=clock,
    )
