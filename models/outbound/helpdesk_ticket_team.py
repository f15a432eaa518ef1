"""A team's settings for emails to customers."""

from odoo import fields, models

from ..common.xmlids import AGENTS
from .res_company import TICKET_TEMPLATES

ON_OFF = [("on", "Yes"), ("off", "No")]
AS_IN_SETTINGS = "Empty: as in the Settings."


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    letter_received = fields.Selection(ON_OFF, string="Confirm New Tickets", groups=AGENTS, help=AS_IN_SETTINGS)
    letter_received_template_id = fields.Many2one(
        "mail.template",
        string="Confirm New Tickets: Template",
        groups=AGENTS,
        domain=TICKET_TEMPLATES,
        help=AS_IN_SETTINGS,
    )
    letter_answer = fields.Selection(ON_OFF, string="Email Replies", groups=AGENTS, help=AS_IN_SETTINGS)
    letter_answer_template_id = fields.Many2one(
        "mail.template", string="Email Replies: Template", groups=AGENTS, domain=TICKET_TEMPLATES, help=AS_IN_SETTINGS
    )
    letter_closed = fields.Selection(ON_OFF, string="Closing Email", groups=AGENTS, help=AS_IN_SETTINGS)
    letter_closed_template_id = fields.Many2one(
        "mail.template", string="Closing Email: Template", groups=AGENTS, domain=TICKET_TEMPLATES, help=AS_IN_SETTINGS
    )
    letter_times = fields.Selection(
        ON_OFF, string="SLA Times", groups=AGENTS, help="The confirmation gives the SLA's times."
    )
    letter_quote = fields.Selection(
        ON_OFF, string="Quote in Confirmations", groups=AGENTS, help="Quote the customer's email in the confirmation."
    )

    def action_preview_letter(self):
        """Preview an email as this team's customers get it. :context helpdesk_letter: its kind"""
        self.ensure_one()
        self.check_access("write")
        company = self.company_id or self.env.company
        kind = self.env.context.get("helpdesk_letter")
        return self.env["helpdesk.letter.preview"]._create_for(kind, company, team=self)._open()
