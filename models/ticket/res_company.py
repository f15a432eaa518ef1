from odoo import api, fields, models
from odoo.exceptions import ValidationError

TICKET_TEMPLATES = [("model", "=", "helpdesk.ticket")]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "helpdesk.bridge.prefix"]
    _prefix, _former = "helpdesk_ticket_prefix", "helpdesk_former_prefixes"

    helpdesk_slack_channel_id = fields.Many2one(
        "helpdesk.slack.channel", string="Default Slack Channel", groups="base.group_user"
    )
    helpdesk_slack_mention = fields.Selection(
        [("channel", "@channel"), ("here", "@here"), ("none", "Nobody")],
        string="Default Slack Mention",
        default="channel",
        required=True,
        groups="base.group_user",
    )
    helpdesk_inbound_days = fields.Integer(
        string="Days to Keep the Inbound Mail Log", default=90, groups="base.group_user", help="0 keeps it forever."
    )
    helpdesk_assignment = fields.Selection(
        [("manual", "Manually"), ("least_loaded", "To the member with the fewest open tickets")],
        string="New Ticket Assignment",
        default="manual",
        required=True,
        groups="base.group_user",
    )
    helpdesk_outbox_days = fields.Integer(
        string="Days to Keep Slack Messages", default=90, groups="base.group_user", help="0 keeps them forever."
    )
    helpdesk_ticket_prefix = fields.Char(string="Ticket Prefix", default="ML", required=True, groups="base.group_user")
    helpdesk_former_prefixes = fields.Char(
        string="Former Ticket Prefixes",
        groups="base.group_user",
        help="Separated by spaces. Mails with them are still recognized.",
    )
    helpdesk_create_partner = fields.Boolean(
        string="Create Contacts from Mail",
        default=True,
        groups="base.group_user",
        help="Create a contact for every unknown person whose mail opens a ticket.",
    )
    helpdesk_reopen_days = fields.Char(
        string="Days a Reply Reopens the Ticket",
        groups="base.group_user",
        help="The number of days after closing during which a reply reopens the ticket; later, it creates a new "
        "one. 0: always a new one. Empty: replies always reopen.",
    )

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

    @api.constrains("helpdesk_ticket_prefix", "helpdesk_former_prefixes")
    def _check_helpdesk_ticket_prefix(self):
        for company in self.sudo():
            self._check_prefixes(company.helpdesk_ticket_prefix, *(company.helpdesk_former_prefixes or "").split())

    @api.constrains("helpdesk_reopen_days")
    def _check_helpdesk_reopen_days(self):
        for company in self.sudo():
            self._check_days(company.helpdesk_reopen_days)

    @api.constrains("helpdesk_slack_channel_id")
    def _check_helpdesk_slack_channel_company(self):
        for company in self.sudo():
            owner = company.helpdesk_slack_channel_id.company_id
            if owner and owner != company:
                raise ValidationError(
                    self.env._(
                        "The Slack channel %(channel)s belongs to %(company)s.",
                        channel=company.helpdesk_slack_channel_id.name,
                        company=owner.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        for company in companies:
            # Now, not with its first ticket: two of those may come at the same moment.
            self.env["helpdesk.sla.policy"]._ensure_default(company)
        return companies

    def _slack_workspace(self):
        """This company's workspace: its own, else one that every company may use; may be empty."""
        self.ensure_one()
        return (
            self.env["helpdesk.slack.workspace"]
            .sudo()
            .search([("company_id", "in", [self.id, False])], order="company_id, id", limit=1)
        )

    def _ensure_slack_workspace(self):
        """This company's workspace, made on demand."""
        workspace = self._slack_workspace()
        return workspace or self.env["helpdesk.slack.workspace"].sudo().create({"company_id": self.id})
