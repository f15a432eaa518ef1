"""A ticket's thread in Slack: one first message with the replies below it."""

import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.slack import urls

_logger = logging.getLogger(__name__)


class HelpdeskSlackThread(models.Model):
    _name = "helpdesk.slack.thread"
    _description = "Slack Thread"
    _order = "id desc"
    _rec_name = "ts"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", index=True)
    channel_id = fields.Many2one("helpdesk.slack.channel", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    channel_ref = fields.Char(
        string="Channel ID", required=True, help="The ID of the Slack channel that the message was sent to."
    )
    ts = fields.Char(string="Timestamp", required=True, help="Slack's identifier of the first message in its channel.")
    is_current = fields.Boolean(string="Current", default=True, help="The thread in which the ticket continues.")
    is_lost = fields.Boolean(
        string="Lost in Slack",
        help="Its first message was deleted in Slack, or cannot be continued for another reason.",
    )
    shown = fields.Char(string="Shown in Slack", help="A digest of what the first message shows since its last edit.")
    url = fields.Char(string="Link to Slack", compute="_compute_url", compute_sudo=True)

    _message_unique = models.Constraint("UNIQUE (channel_ref, ts)", "A Slack message can start only one thread.")
    _one_current = models.UniqueIndex("(ticket_id) WHERE is_current", "A ticket has one current thread.")

    @api.depends("channel_ref", "ts", "channel_id.workspace_id.slack_url")
    def _compute_url(self):
        for thread in self:
            base = thread.channel_id.workspace_id.slack_url
            thread.url = base and urls.message_link(base, thread.channel_ref, thread.ts)

    @api.model
    def _begin(self, ticket, channel, channel_ref, ts, shown=False):
        """Make this message the current thread of `ticket`, instead of an earlier one.

        :param shown: a digest of what the message shows
        :return: its thread, and the channels whose first message has to name the new channel now
        """
        same_message = Domain("channel_ref", "=", channel_ref) & Domain("ts", "=", ts)
        current = Domain("ticket_id", "=", ticket.id) & Domain("is_current", "=", True)
        found = self.search_fetch(same_message | current, ["ticket_id", "channel_id", "channel_ref", "ts"])
        known = found.filtered_domain(same_message)
        if known:
            # Slack has given this identity before, to a message of another ticket: only a restarted test server can.
            _logger.warning("Slack message %s of %s begins a thread already", ts, channel_ref)
            return known.filtered(lambda thread: thread.ticket_id == ticket), channel.browse()
        place = {"ticket_id": ticket.id, "channel_id": channel.id, "channel_ref": channel_ref, "ts": ts}
        if any(thread.channel_id != channel and thread.channel_id == ticket._slack_channel() for thread in found):
            # Queued before the ticket changed teams, for a channel that was paused until now.
            # The current thread stays current.
            return self.create({**place, "shown": shown, "is_current": False}), channel
        found.is_current = False
        self.flush_model(["is_current"])
        thread = self.create({**place, "shown": shown})
        return thread, found.channel_id - channel

    def _lose(self):
        """The first message is gone: nothing is said here any more."""
        self.write({"is_lost": True, "is_current": False})
