"""The outbox as the way back needs it: what was posted lately, and what was posted as which message."""

from odoo import models


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    _posted_index = models.Index("(sent_at) WHERE state = 'sent' AND kind <> 'update' AND slack_ts IS NOT NULL")
    _slack_ts_index = models.Index("(slack_ts) WHERE slack_ts IS NOT NULL")
