"""Which automatic emails a company's customers get."""

from odoo import fields, models

TICKET_TEMPLATES = [("model", "=", "helpdesk.ticket")]


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_letter_received = fields.Boolean(string="Confirm New Tickets", default=True, groups="base.group_user")
    helpdesk_letter_received_template_id = fields.Many2one(
        "mail.template", string="Confirm New Tickets: Template", domain=TICKET_TEMPLATES, groups="base.group_user"
    )
    helpdesk_letter_answer = fields.Boolean(string="Mail Answers to Customers", default=True, groups="base.group_user")
    helpdesk_letter_answer_template_id = fields.Many2one(
        "mail.template", string="Mail Answers to Customers: Template", domain=TICKET_TEMPLATES, groups="base.group_user"
    )
    helpdesk_letter_closed = fields.Boolean(string="Send a Closing Letter", default=True, groups="base.group_user")
    helpdesk_letter_closed_template_id = fields.Many2one(
        "mail.template", string="Send a Closing Letter: Template", domain=TICKET_TEMPLATES, groups="base.group_user"
    )
    helpdesk_letter_quote = fields.Boolean(
        string="Quote Customers in Confirmations",
        groups="base.group_user",
        help="A confirmation that repeats what somebody wrote can be used to send advertising to third parties.",
    )
