"""What a dispatcher does once in each run, before it delivers."""

import logging

from odoo import api, models

from ..common import database_time

_logger = logging.getLogger(__name__)


class HelpdeskSlackDispatcher(models.AbstractModel):
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _begin_run(self):
        """Each step in a transaction of its own. What is wrong with one keeps no message from being delivered."""
        for step, *arguments in (
            (self.env["helpdesk.bridge.database"]._remember_identity,),
            (database_time.note_skew, self.env),
            (self.env["helpdesk.slack.workspace"]._sync_environment_token,),
            (self._postpone_blocked,),
        ):
            try:
                self._retried(step, *arguments)
            except Exception:
                _logger.exception("messages are delivered without %s", step.__name__)
