"""A digest is no event of a ticket: whether it is sent is up to the team's and the agents' own settings."""

from odoo import api, models

from .helpdesk_slack_outbox import DIGEST


class HelpdeskSlackRule(models.Model):
    _inherit = "helpdesk.slack.rule"

    @api.model
    def _events(self):
        return [event for event in super()._events() if event[0] != DIGEST]
