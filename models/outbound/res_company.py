"""A company's settings for emails to customers."""

from odoo import fields, models

TICKET_TEMPLATES = [("model", "=", "helpdesk.ticket")]


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_letter_received = fields.Boolean(string="Confirm New Tickets", default=True, groups="base.group_user")
    helpdesk_letter_received_template_id = fields.Many2one(
        "mail.template", string="Confirm New Tickets: Template", domain=TICKET_TEMPLATES, groups="base.group_user"
    )
    helpdesk_letter_answer = fields.Boolean(string="Email Replies to Customers", default=True, groups="base.group_user")
    helpdesk_letter_answer_template_id = fields.Many2one(
        "mail.template",
        string="Email Replies to Customers: Template",
        domain=TICKET_TEMPLATES,
        groups="base.group_user",
    )
    helpdesk_letter_closed = fields.Boolean(string="Send a Closing Email", default=True, groups="base.group_user")
    helpdesk_letter_closed_template_id = fields.Many2one(
        "mail.template", string="Send a Closing Email: Template", domain=TICKET_TEMPLATES, groups="base.group_user"
    )
    helpdesk_letter_times = fields.Boolean(
        string="SLA Times in Confirmations",
        groups="base.group_user",
        help="Customers read by when the SLA wants a first response and a resolution.",
    )
    helpdesk_letter_again = fields.Boolean(
        string="Confirm Further Tickets of the Same Hour",
        default=True,
        groups="base.group_user",
        help="Who opens another ticket within an hour gets its reference in a short email.",
    )
    helpdesk_letter_quote = fields.Boolean(
        string="Quote Customers in Confirmations",
        groups="base.group_user",
        help="A confirmation that quotes the email can be abused to send spam to third parties.",
    )
