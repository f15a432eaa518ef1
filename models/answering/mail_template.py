from odoo import fields, models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    helpdesk_canned = fields.Boolean(
        string="Canned Reply", help="Agents can choose it when they reply to a customer from Slack."
    )
    helpdesk_team_ids = fields.Many2many(
        "helpdesk.ticket.team", string="Helpdesk Teams", help="The teams that use it. Empty: all teams."
    )
