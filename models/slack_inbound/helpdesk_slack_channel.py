"""A channel as catch-up needs it: when it was asked about, and why it cannot be."""

from odoo import fields, models


class HelpdeskSlackChannel(models.Model):
    _inherit = "helpdesk.slack.channel"

    catch_up_at = fields.Datetime(string="Asked for Replies", readonly=True, copy=False)
    catch_up_error = fields.Char(string="Why Replies Cannot Be Read", readonly=True, copy=False)
    catch_up_next = fields.Datetime(
        string="Not Asked Until", readonly=True, copy=False, help="Until then, Slack is not asked for replies."
    )
