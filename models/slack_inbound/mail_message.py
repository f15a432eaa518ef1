"""A note that was said in Slack says so in the chatter, beside its date: it has no room for that in its words."""

from odoo import fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    helpdesk_from_slack = fields.Boolean(
        compute="_compute_helpdesk_from_slack",
        compute_sudo=True,
        groups="base.group_user",
        help="Whether a reply in Slack is this note.",
    )

    def _compute_helpdesk_from_slack(self):
        ours = self.filtered(lambda message: message.model == "helpdesk.ticket")
        inbox = self.env["helpdesk.slack.inbound"].sudo()
        found = inbox.search_fetch([("message_id", "in", ours.ids)], ["message_id"]) if ours else inbox
        said = found.message_id
        for message in self:
            message.helpdesk_from_slack = message in said

    def _to_store_defaults(self, target):
        names = super()._to_store_defaults(target)
        return [*names, "helpdesk_from_slack"] if target.is_internal(self.env) else names
