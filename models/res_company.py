from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import reference


class ResCompany(models.Model):
    _inherit = "res.company"

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
        string="Days the Ledger of Mails Is Kept", default=90, groups="base.group_user", help="0 keeps it for ever."
    )
    helpdesk_ticket_prefix = fields.Char(default="ML", required=True, groups="base.group_user")

    @api.constrains("helpdesk_ticket_prefix")
    def _check_helpdesk_ticket_prefix(self):
        for company in self.sudo():
            self._check_prefix(company.helpdesk_ticket_prefix)

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

    @api.model
    def _check_prefix(self, prefix):
        if not reference.is_prefix(prefix or ""):
            raise ValidationError(
                self.env._(
                    "“%s” cannot be a ticket prefix: use 1 to 10 letters, digits or dashes, a letter first.",
                    prefix or "",
                )
            )

    @api.model
    def _with_clean_prefix(self, vals, name):
        return {**vals, name: vals[name].strip()} if vals.get(name) else vals

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_prefix(vals, "helpdesk_ticket_prefix") for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_clean_prefix(vals, "helpdesk_ticket_prefix"))

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
