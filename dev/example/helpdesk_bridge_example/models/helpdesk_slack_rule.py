from odoo import api, models

from odoo.addons.helpdesk_bridge.tools.ticket.events import Rule


class HelpdeskSlackRule(models.Model):
    _inherit = "helpdesk.slack.rule"

    @api.model
    def _default_rules(self):
        return {**super()._default_rules(), "parcel_sent": Rule(mentions=True)}
