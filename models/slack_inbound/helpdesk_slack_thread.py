"""A thread as catch-up needs it: up to where its replies were read."""

from odoo import fields, models


class HelpdeskSlackThread(models.Model):
    _inherit = "helpdesk.slack.thread"

    catch_up_ts = fields.Char(
        string="Read Up To", readonly=True, copy=False, help="The newest reply that Slack was asked for."
    )
    catch_up_at = fields.Datetime(
        string="Asked for Replies", readonly=True, copy=False, help="When Slack was last asked for its replies."
    )
