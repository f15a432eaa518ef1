"""State, pauses and holds: shared by workspace and channel."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.common import crons
from ..common import database_time, transactions
from ..common.ir_cron import SAFE
from ..common.xmlids import SYSTEM, WARNING

_logger = logging.getLogger(__name__)

#: Seconds that a dispatcher waits inside its run; for a longer hold it is woken so many seconds before the end.
WAITED_FOR = 2


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
            # Another addon may refuse the activity: it stays paused, or the next message would be refused as well.
            if error := transactions.attempted(self.env.cr, record._ask_for_help, reason):
                _logger.error("%s %s: no activity could be created: %s", self._description, record.id, error)
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
        """Hold messages for `seconds`, to the fraction; a longer hold stays.

        The dispatchers are woken shortly before, and wait for the rest: Odoo itself would come back after a minute, and
        Slack's limit of one message a second would become that of a burst a minute.
        """
        until = database_time.precisely(self.env) + timedelta(seconds=seconds) + SAFE
        self.flush_recordset(["hold_until"])
        # Odoo writes moments in whole seconds.
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET hold_until = GREATEST(hold_until, %s) WHERE id = ANY(%s)",
                SQL.identifier(self._table),
                until,
                self.ids,
            )
        )
        self.invalidate_recordset(["hold_until"], flush=False)
        self._wake_before(until, seconds)

    @api.model
    def _wake_before(self, until, seconds):
        """Wake the dispatchers before a hold ends that is too long for a run to wait for."""
        if seconds > WAITED_FOR:
            moment = (until - timedelta(seconds=WAITED_FOR)).replace(microsecond=0)
            self.env["ir.cron"]._bridge_wake_at(crons.SLACK, moment)
