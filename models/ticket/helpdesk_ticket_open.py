"""Open tickets are found without reading the closed ones, which are hundreds of times as many after some years.

Odoo's own condition asks for the stage of each ticket: PostgreSQL cannot know how few are open, and reads all of them.
The stages by their ids are what its statistics and the index of the stages are about.
"""

from odoo import api, fields, models
from odoo.fields import Domain


class StageFlag(fields.Boolean):
    """A flag of the ticket's stage that is searched by the model's own method; all else is as related fields are."""

    def setup_related(self, model):
        result = super().setup_related(model)
        self.search = "_search_closed"
        return result


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    closed = StageFlag(related="stage_id.closed")

    # The form counts the duplicates of its ticket.
    _duplicate_index = models.Index("(duplicate_id) WHERE duplicate_id IS NOT NULL")

    @api.model
    def _search_closed(self, operator, value):
        """Tickets by their stage, an archived one too; one without a stage is open."""
        if operator not in ("in", "not in"):
            return NotImplemented
        # What is wanted, never what is not: no index finds tickets by what their stage is not.
        wanted = {bool(one) for one in value}
        wanted = wanted if operator == "in" else {True, False} - wanted
        stages = self.env["helpdesk.ticket.stage"].sudo().with_context(active_test=False)
        found = stages.search([("closed", "in", list(wanted))]).ids
        return Domain("stage_id", "in", [*found, False] if False in wanted else found)
