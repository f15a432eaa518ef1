"""Replay, and what is forgotten after a while."""

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.common.notification import notification
from ..common import database_time, retention
from ..common.xmlids import LEADERS, SYSTEM
from .helpdesk_slack_inbound import DONE, IGNORED, PENDING


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    # For each portion of what is forgotten, not all rows.
    _told_index = models.Index("(create_date, id) WHERE payload IS NOT NULL AND state IN ('done', 'ignored')")

    @api.depends("kind", "ticket_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            parts = [entry.ticket_id.sudo().mail_reference, kinds.get(entry.kind), entry.person_id.sudo().name]
            entry.display_name = " · ".join(filter(None, parts))

    def action_replay(self):
        """Carry out again what has failed or was ignored, in the order in which it happened."""
        self.check_access("read")
        if not (self.env.user.has_group(LEADERS) or self.env.user.has_group(SYSTEM)):
            self.browse().check_access("write")
        replayed_sudo = self.sudo().filtered(lambda entry: entry.state not in (DONE, PENDING))
        kept_sudo = replayed_sudo.filtered(lambda entry: entry.payload or entry.kind == "message_deleted")
        if not kept_sudo:
            raise UserError(
                self.env._("There is nothing to replay: it was carried out, or what Slack sent is no longer stored.")
            )
        now = database_time.now(self.env)
        kept_sudo.write({"state": PENDING, "attempts": 0, "next_attempt_at": now, "reason": False, "error": False})
        kept_sudo.workspace_id.inbound_hold_until = False
        self._wake()
        return notification("success", self.env._("On its way"), self.env._("Replayed: %s", len(kept_sudo)))

    @api.autovacuum
    def _gc_payloads(self):
        """Delete what Slack sent after the days for which messages are kept.

        The row stays as long as its ticket: by it, a message that catch-up finds again is known.
        """
        over = [("state", "in", (DONE, IGNORED)), ("payload", "!=", False)]
        found = retention.expired(self, "helpdesk_outbox_days", over)
        found.payload = False
        return len(found), int(len(found) >= retention.BATCH_SIZE)
