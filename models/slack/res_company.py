"""Where a company's tickets are posted in Slack, and with which workspace."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_slack_channel_id = fields.Many2one(
        "helpdesk.slack.channel", string="Default Slack Channel", groups="base.group_user"
    )
    helpdesk_slack_mention = fields.Selection(
        [("channel", "@channel"), ("here", "@here"), ("none", "Nobody")],
        string="Default Slack Mention",
        default="none",
        required=True,
        groups="base.group_user",
    )
    helpdesk_outbox_days = fields.Integer(
        string="Days to Keep Slack Messages", default=90, groups="base.group_user", help="0 keeps them forever."
    )

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
