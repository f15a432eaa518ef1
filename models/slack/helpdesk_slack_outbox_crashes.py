"""Gives up a message that ends its worker each time, so that it does not end every worker for good.

The claim counts: a row that is claimed while the lease of an earlier worker still stands on it has lost that worker.
Each result that is recorded ends the count.
"""

import logging

from odoo import api, fields, models

from ..common.translated import with_company_lang

_logger = logging.getLogger(__name__)

#: So many workers in a row may end without a result; a server that restarts often ends some of them by chance.
MAX_CRASHES = 5


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    crashes = fields.Integer(
        string="Workers Lost", help="How many workers in a row ended while they had it, without a result."
    )

    def _give_up_after_crashes(self):
        """Let rows fail that no worker survives. The doubt stays: Retry looks first whether they have arrived."""
        for entry in self:
            words = with_company_lang(entry.company_id, entry).env
            error = words._("Sending it ended the worker %s times in a row; see the server's log.", entry.crashes)
            entry.write({"state": "failed", "leased_until": False, "error": error})


class HelpdeskSlackDispatcher(models.AbstractModel):
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _attempt(self, claim, tally=None):
        if claim.crashes < MAX_CRASHES:
            return super()._attempt(claim, tally)
        return self._retried(self._give_up_crashed, claim)

    @api.model
    def _give_up_crashed(self, claim):
        _logger.warning("outbox %s: %s workers ended with it; it is given up", claim.entry_id, claim.crashes)
        self._outbox().search([*self._attempted_by(claim), ("state", "=", "pending")])._give_up_after_crashes()
        if claim.is_probe:
            self._release_probe(claim)
