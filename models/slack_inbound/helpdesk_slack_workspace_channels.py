"""Follows the channels: Slack tells what becomes of them, and is asked once a day about those in use.

How data flows: an event only says which channel has changed. The cron of catch-up asks Slack about it
(``conversations.info``), with no transaction open, so that the last word counts in whatever order events come. Only
another ID is taken from the event: nobody can ask for it, and the former one is dead.
"""

from odoo import api, models
from odoo.tools import SQL

from ..common import database_time, ir_cron
from ..common.translated import with_company_lang
from .helpdesk_slack_channel import is_unanswered

#: Channels that are asked about in one run.
AT_ONCE = 10


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    def _follow_channels(self, delivery):
        """Go on in channels that have another ID, and have those that have changed asked about.

        :param delivery: an `inbound_row.Delivery`
        """
        told = set(delivery.changed_channels)
        for former, ref in delivery.moved_channels:
            for channel in self._channels_called([former]):
                channel._take_new_ref(ref)
            told.add(ref)
        if told:
            self._channels_called(list(told)).ask_at = database_time.now(self.env)

    def _channels_called(self, refs):
        """The channels here with these IDs, archived or not, as sudo."""
        channels = self.env["helpdesk.slack.channel"].sudo().with_context(active_test=False)
        return channels.search([("workspace_id", "=", self.id), ("channel_ref", "in", refs)])

    @api.model
    def _ask_about_channels(self):
        """Ask Slack about the channels whose turn it is. One workspace that does not answer holds up no other."""
        stumbled = set()
        for channel_id, workspace_id, ref, connection in self._in_transaction(self._channels_to_ask):
            if workspace_id in stumbled:
                continue
            if ir_cron.is_time_over(self.env):
                break
            answer = connection.call("conversations.info", channel=ref)
            if is_unanswered(answer):
                stumbled.add(workspace_id)
            self._in_transaction(self._take_channel, channel_id, ref, answer)

    @api.model
    def _take_channel(self, channel_id, ref, answer):
        channel = self.env["helpdesk.slack.channel"].browse(channel_id).exists()
        with_company_lang(channel.company_id or self.env.company, channel)._learn(ref, answer)

    @api.model
    def _channels_to_ask(self):
        """Channels about which Slack has told something, and those in use that were not asked about for a day.

        :return: list of (id, id of its workspace, its ID in Slack, `SlackConnection`)
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT channel.id, channel.workspace_id, channel.channel_ref
                  FROM helpdesk_slack_channel channel
                  JOIN helpdesk_slack_workspace workspace ON workspace.id = channel.workspace_id
                 WHERE channel.active AND workspace.active AND workspace.state = 'ok'
                   AND (channel.ask_at <= %(now)s
                        OR channel.ask_at IS NULL
                        AND (EXISTS (SELECT FROM helpdesk_ticket_team WHERE slack_channel_id = channel.id)
                             OR EXISTS (SELECT FROM res_company WHERE helpdesk_slack_channel_id = channel.id)))
              ORDER BY channel.ask_at NULLS LAST, channel.id
                 LIMIT %(most)s
                """,
                now=database_time.now(self.env),
                most=AT_ONCE,
            )
        )
        workspaces = {workspace_id: self.sudo().browse(workspace_id) for _id, workspace_id, _ref in rows}
        connections = {workspace_id: one._connection() for workspace_id, one in workspaces.items()}
        return [(channel_id, one, ref, connections[one]) for channel_id, one, ref in rows]
