"""State, pauses and holds: shared by workspace and channel."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..common import database_time
from ..common.xmlids import SYSTEM, WARNING

_logger = logging.getLogger(__name__)


class HelpdeskSlackHealth(models.AbstractModel):
    """Models that inherit this have a `state` with ``ok`` and ``paused``, and `_way`: the path from a message."""

    _name = "helpdesk.slack.health"
    _description = "Slack Health"
    _inherit = ["helpdesk.bridge.without.gateway", "mail.activity.mixin"]
    _way = None

    pause_reason = fields.Char(readonly=True, copy=False, tracking=True)
    hold_until = fields.Datetime(
        string="On Hold Until",
        readonly=True,
        copy=False,
        help="Slack asked us to wait, or could not be reached. Sending resumes automatically.",
    )

    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts", compute_sudo=True)
    failed_count = fields.Integer(string="Failed", compute="_compute_counts", compute_sudo=True)

    def _compute_counts(self):
        unsent = [(self._way, "in", self.ids), ("state", "in", ("pending", "failed"))]
        groups = self.env["helpdesk.slack.outbox"]._read_group(unsent, [self._way, "state"], ["__count"])
        counts = {(way.id, state): count for way, state, count in groups}
        for record in self:
            record.waiting_count = counts.get((record.id, "pending"), 0)
            record.failed_count = counts.get((record.id, "failed"), 0)

    def action_open_outbox(self):
        """Open the unsent messages."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.helpdesk_slack_outbox_action")
        unsent = [(self._way, "=", self.id), ("state", "in", ("pending", "failed"))]
        return {**action, "domain": unsent, "context": {}}

    def _pause(self, reason):
        """Keep the messages until a person has fixed the problem. :param reason: shown to people"""
        working_sudo = self.sudo().filtered(lambda record: record.state != "paused")
        working_sudo.write({"state": "paused", "pause_reason": reason})
        for record in working_sudo:
            record._ask_for_help(reason)
            _logger.warning("%s %s paused: %s", self._description, record.id, reason)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state", "paused") != "paused":
            self.sudo().activity_unlink([WARNING])
        if vals.get("state") == "ok":
            self.env["helpdesk.slack.outbox"]._wake()
        return result

    def _ask_for_help(self, reason):
        """Schedule one activity for an administrator; it is removed when sending works again."""
        # Without an email: the mail server may be slow, and this runs while messages are delivered.
        without_email = self.with_context(mail_activity_quick_update=True)
        without_email.activity_schedule(
            WARNING, summary=self._what_is_wrong(), note=reason, user_id=self._in_charge().id
        )

    def _what_is_wrong(self):
        return self.env._("Nothing is sent to Slack: %s", self.display_name)

    def _in_charge(self):
        """The administrator who created the record, else the first one of its company."""
        maker = self.create_uid
        if maker.active and maker.has_group(SYSTEM):
            return maker
        return self.env["res.users"]._bridge_administrator(self.company_id)

    @api.model
    def _end_of_hold(self, seconds):
        """`seconds` from now, rounded up: datetimes are stored in whole seconds."""
        return database_time.now(self.env) + timedelta(seconds=seconds + 1)

    def _hold(self, seconds):
        """Hold messages for `seconds`; a longer hold stays."""
        until = self._end_of_hold(seconds)
        self.sudo().filtered(lambda record: not record.hold_until or record.hold_until < until).hold_until = until
