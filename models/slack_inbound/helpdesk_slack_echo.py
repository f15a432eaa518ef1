"""What came in by a socket or by HTTP although Odoo knew it already: our own posts, replies that catch-up had found.

It proves that we hear. Rows are kept for a day.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.slack import inbound_row
from ..common import database_time
from ..common.retention import delete_batch, oldest

#: Hours for which rows are kept.
KEPT = 24


class HelpdeskSlackEcho(models.Model):
    _name = "helpdesk.slack.echo"
    _description = "Slack Echo"
    _order = "id desc"
    _rec_name = "ts"

    workspace_id = fields.Many2one("helpdesk.slack.workspace", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="workspace_id.company_id")
    channel_ref = fields.Char(string="Channel ID", required=True, readonly=True)
    ts = fields.Char(string="Timestamp", required=True, readonly=True)

    _message_unique = models.Constraint("UNIQUE (workspace_id, channel_ref, ts)", "This message has come back already.")

    @api.model
    def _note(self, workspace, delivery):
        """Note what has come in. :param delivery: an `inbound_row.Delivery`"""
        came_back = list(delivery.own_posts)
        said = [(row.channel_ref, row.message_ts) for row in delivery.repeated if row.kind == inbound_row.MESSAGE]
        if said:
            came_back += self.env.execute_query(
                SQL(
                    "SELECT channel_ref, message_ts FROM helpdesk_slack_inbound WHERE workspace_id = %s "
                    "AND (channel_ref, message_ts) IN %s AND kind = 'message' AND source = 'catch_up'",
                    workspace.id,
                    tuple(said),
                )
            )
        now = database_time.now(self.env)
        for channel_ref, ts in came_back:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO helpdesk_slack_echo (workspace_id, channel_ref, ts, create_date, write_date) "
                    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    *(workspace.id, channel_ref, ts, now, now),
                )
            )

    @api.autovacuum
    def _gc_old(self):
        before = database_time.now(self.env) - timedelta(hours=KEPT)
        return delete_batch(oldest(self, [("create_date", "<", before)]))
