"""What a confirmation says, in the Settings."""

from odoo import fields, models


class HelpdeskBridgeSettings(models.AbstractModel):
    _inherit = "helpdesk.bridge.settings"

    helpdesk_letter_times = fields.Boolean(related="company_id.helpdesk_letter_times", readonly=False)
    helpdesk_letter_again = fields.Boolean(related="company_id.helpdesk_letter_again", readonly=False)
