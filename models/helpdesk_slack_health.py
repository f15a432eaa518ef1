"""Whether messages get through, for whatever they have to pass: a workspace, a channel."""

import logging
from datetime import timedelta

from odoo import fields, models

_logger = logging.getLogger(__name__)


class HelpdeskSlackHealth(models.AbstractModel):
    """Whoever inherits has a `state` with the words ``ok`` and ``paused``."""

    _name = "helpdesk.slack.health"
    _description = "Slack Health"

    pause_reason = fields.Char(readonly=True, copy=False)
    hold_until = fields.Datetime(
        readonly=True, copy=False, help="Slack asked us to wait, or could not be reached. Goes on by itself."
    )

    def _pause(self, reason):
        """Keep what is owed this way until a person has mended it. :param reason: plain words"""
        working_sudo = self.sudo().filtered(lambda record: record.state != "paused")
        working_sudo.write({"state": "paused", "pause_reason": reason})
        for record in working_sudo:
            _logger.warning("%s %s paused: %s", self._description, record.id, reason)

    def _hold(self, seconds):
        """Send nothing this way for `seconds`; a longer hold that is already there stays."""
        until = fields.Datetime.now() + timedelta(seconds=seconds)
        self.sudo().filtered(lambda record: not record.hold_until or record.hold_until < until).hold_until = until
