from odoo import api, models

from ...tools.slack.retry_policy import Action


class HelpdeskSlackDispatcher(models.AbstractModel):
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _apply_holds_and_pauses(self, claim, call, answer, decision):
        """A person who cannot be reached says nothing of the channel by whose workspace they were tried."""
        if decision.action is Action.PAUSE_CHANNEL and self._outbox().browse(claim.entry_id)._is_to_person():
            return
        super()._apply_holds_and_pauses(claim, call, answer, decision)
