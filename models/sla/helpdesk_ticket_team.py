"""A team's card on the dashboard: what is at risk, what is breached, and how many targets were kept lately."""

from datetime import timedelta

from odoo import api, fields, models

from ..common import database_time
from ..common.xmlids import AGENTS

#: Days for which the card counts what was kept.
LATELY = 30


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    sla_at_risk_count = fields.Integer(string="At Risk", compute="_compute_sla_counts", groups=AGENTS)
    sla_breached_count = fields.Integer(string="Breached", compute="_compute_sla_counts", groups=AGENTS)
    sla_start_kept = fields.Char(
        string="First Response Met",
        compute="_compute_sla_kept",
        groups=AGENTS,
        help="Of the tickets of the last 30 days. Empty while no first response was given or is overdue.",
    )
    sla_resolution_kept = fields.Char(
        string="Resolution Met",
        compute="_compute_sla_kept",
        groups=AGENTS,
        help="Of the tickets of the last 30 days. Empty while none was solved or is overdue.",
    )

    @api.depends("ticket_ids.sla_status", "ticket_ids.stage_id")
    def _compute_sla_counts(self):
        late = [("team_id", "in", self.ids), ("closed", "=", False), ("sla_status", "in", ("at_risk", "breached"))]
        groups = self.env["helpdesk.ticket"]._read_group(late, ["team_id", "sla_status"], ["__count"])
        counts = {(team.id, status): count for team, status, count in groups}
        for team in self:
            team.sla_at_risk_count = counts.get((team._origin.id, "at_risk"), 0)
            team.sla_breached_count = counts.get((team._origin.id, "breached"), 0)

    @api.depends("ticket_ids.sla_status", "ticket_ids.stage_id")
    def _compute_sla_kept(self):
        lately = [("created_at", ">=", database_time.now(self.env) - timedelta(days=LATELY))]
        groups = (
            self.env["helpdesk.ticket.performance"]
            .sudo()
            ._read_group(
                [("team_id", "in", self.ids), *lately], ["team_id"], ["start_percent:avg", "resolution_percent:avg"]
            )
        )
        kept = {team.id: figures for team, *figures in groups}
        for team in self:
            start, resolution = kept.get(team._origin.id, (None, None))
            team.sla_start_kept, team.sla_resolution_kept = _percent(start), _percent(resolution)


def _percent(figure):
    """A share in words; nothing for one that is not known."""
    return False if figure is None or figure is False else f"{figure:.0f} %"
