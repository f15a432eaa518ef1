"""A company's settings for inbound emails."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_inbound_days = fields.Integer(
        string="Days to Keep the Inbound Email Log", default=90, groups="base.group_user", help="0 keeps it forever."
    )
    helpdesk_max_recipients = fields.Integer(
        string="Most People per Email",
        default=10,
        groups="base.group_user",
        help="If an email was sent to more people than that, none of them is added to the ticket; they are listed in a "
        "note.",
    )
    helpdesk_create_partner = fields.Boolean(
        string="Create Contacts from Emails",
        default=True,
        groups="base.group_user",
        help="Create a contact for every unknown person whose email opens a ticket.",
    )
