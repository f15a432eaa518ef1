"""After an outage, what was said before is noted before: a fresh reply waits until catch-up has asked for the others.

Here too: what came in by a socket or by HTTP is noted as heard.
"""

from datetime import timedelta

from odoo import api, models

from ...tools.common import crons
from ...tools.slack import inbound_row
from ..common import database_time

#: Seconds after which catch-up counts as having been interrupted.
GAP = 180
#: Seconds between two looks for the end of the gap, and for how long.
GAP_WAIT, GAP_PATIENCE = 3, 75


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    # What catch-up has found lately.
    _caught_index = models.Index("(workspace_id, create_date) WHERE source = 'catch_up' AND kind = 'message'")

    @api.model
    def _receive(self, workspace, source, body):
        delivery = super()._receive(workspace, source, body)
        if source != "catch_up" and (delivery.own_posts or delivery.repeated):
            self.env["helpdesk.slack.echo"].sudo()._note(workspace, delivery)
        return delivery

    def _find_ticket(self):
        return super()._find_ticket() and not self._waits_for_earlier()

    def _waits_for_earlier(self):
        """Put this row off if earlier replies of its thread may still be found. :return: whether it was"""
        if self.source == "catch_up" or self.kind not in inbound_row.MESSAGE_KINDS:
            return False
        now, workspace = database_time.now(self.env), self.workspace_id
        last = workspace.catch_up_last
        if not last or now - last < timedelta(seconds=GAP):
            return False
        if now - self.create_date > timedelta(seconds=GAP_PATIENCE) or not self._can_catch_up(now):
            return False
        self.env["ir.cron"]._bridge_wake(crons.SLACK_CATCH_UP)
        self._postpone(GAP_WAIT)
        return True

    def _can_catch_up(self, now):
        """Whether catch-up works for this row's channel, as far as is known."""
        workspace = self.workspace_id
        cron = self.env.ref(crons.SLACK_CATCH_UP, raise_if_not_found=False)
        if not cron or not cron.sudo().active or workspace.state != "ok":
            return False
        if workspace.catch_up_error or (workspace.search_hold_until and workspace.search_hold_until > now):
            return False
        channel = self._thread_of(workspace, self.channel_ref, self.thread_ts).channel_id
        return channel.active and not channel.catch_up_error
