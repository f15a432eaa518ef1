"""Follow-up work after an email or a change, in transactions of its own: assignment, then automatic emails.

One cron, woken at once: its lock lets one worker at a time do this. Each step does one piece, in a transaction of its
own, and returns whether there was one; a step begins when the one before it has nothing left, so that an automatic
email can name the assignee.
"""

from odoo import api, models

from ...tools.common import crons
from ..common.transactions import retried


class HelpdeskFollowup(models.AbstractModel):
    _name = "helpdesk.followup"
    _description = "Helpdesk Follow-up"

    @api.model
    def _steps(self):
        """Methods that do one piece each, in their order."""
        return [self.env["helpdesk.ticket"]._bridge_assign_next]

    @api.model
    def _cron_follow_up(self):
        if self.env["helpdesk.bridge.database"]._is_silent():
            return
        for step in self._steps():
            while retried(self.env.cr, step):
                if self.env["ir.cron"]._commit_progress(1, remaining=0) <= 0:
                    # Odoo would come back up to a minute later.
                    self.env["ir.cron"]._bridge_wake(crons.AFTER_MAIL)
                    return
