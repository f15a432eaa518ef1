"""Whether messages get through, for whatever they have to pass: a workspace, a channel."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..common.xmlids import SYSTEM, WARNING

_logger = logging.getLogger(__name__)


class HelpdeskSlackHealth(models.AbstractModel):
    """Whoever inherits has a `state` with the words ``ok`` and ``paused``, and a `_way`: the path from a message."""

    _name = "helpdesk.slack.health"
    _description = "Slack Health"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
        """What has to pass here and has not arrived yet."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.helpdesk_slack_outbox_action")
        unsent = [(self._way, "=", self.id), ("state", "in", ("pending", "failed"))]
        return {**action, "domain": unsent, "context": {}}

    def _pause(self, reason):
        """Keep what is owed this way until a person has mended it. :param reason: plain words"""
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
        """One activity for somebody who can mend it; it goes away by itself when it works again."""
        # Without a letter: whoever finds out is on the way to Slack, and a mail server may be as slow.
        quiet = self.with_context(mail_activity_quick_update=True)
        quiet.activity_schedule(WARNING, summary=self._what_is_wrong(), note=reason, user_id=self._in_charge().id)

    def _what_is_wrong(self):
        return self.env._("Nothing is sent to Slack: %s", self.display_name)

    def _in_charge(self):
        """The administrator who has set it up, else the first one of its company."""
        maker = self.create_uid
        if maker.active and maker.has_group(SYSTEM):
            return maker
        return self.env["res.users"]._bridge_administrator(self.company_id)

    @api.model
    def _end_of_hold(self, seconds):
        """`seconds` from now, or a little later: our moments are whole seconds, and this one has begun."""
        return fields.Datetime.now() + timedelta(seconds=seconds + 1)

    def _hold(self, seconds):
        """Send nothing this way for `seconds`; a longer hold that is already there stays."""
        until = self._end_of_hold(seconds)
        self.sudo().filtered(lambda record: not record.hold_until or record.hold_until < until).hold_until = until
