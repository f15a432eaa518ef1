from odoo import fields, models


class HelpdeskSlackOutbox(models.Model):
    _inherit = "helpdesk.slack.outbox"

    event = fields.Selection(selection_add=[("parcel_sent", "Parcel sent")], ondelete={"parcel_sent": "cascade"})
