"""Where and how the tickets of a team are posted in Slack."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.slack import root_message
from ..common.xmlids import AGENTS


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    slack_channel_id = fields.Many2one(
        "helpdesk.slack.channel",
        groups=AGENTS,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        help="Where the tickets of this team are posted. Empty: the default channel in the Settings.",
    )
    slack_muted = fields.Boolean(string="No Slack Messages", groups=AGENTS)
    slack_mention = fields.Selection(
        [("channel", "@channel"), ("here", "@here"), ("group", "A user group"), ("none", "Nobody")],
        groups=AGENTS,
        help="Who is mentioned when a new ticket comes in. Empty: as in the Settings.",
    )
    slack_mention_group = fields.Char(
        string="User Group ID",
        groups=AGENTS,
        help="In Slack open the user group, choose Copy group ID and paste it here. It begins with S.",
    )
    slack_rule_ids = fields.One2many("helpdesk.slack.rule", "team_id", string="Slack Events", groups=AGENTS)

    @api.constrains("slack_mention", "slack_mention_group")
    def _check_slack_mention_group(self):
        for team in self.sudo():
            if team.slack_mention == "group" and not root_message.mention("group", team.slack_mention_group):
                raise ValidationError(
                    self.env._("Which user group? Paste its ID from Slack (Copy group ID); it begins with S.")
                )

    @api.constrains("slack_channel_id", "company_id")
    def _check_slack_channel_company(self):
        for team in self.sudo():
            company = team.slack_channel_id.company_id
            if company and team.company_id and company != team.company_id:
                raise ValidationError(
                    self.env._(
                        "The Slack channel %(channel)s belongs to %(company)s, the team does not.",
                        channel=team.slack_channel_id.name,
                        company=company.name,
                    )
                )

    def action_list_slack_events(self):
        """Make the table of events complete, with what holds now, so that it only has to be ticked."""
        self.ensure_one()
        self.check_access("write")
        rules = self.env["helpdesk.slack.rule"]
        company_id = (self.company_id or self.env.company).id
        decided = rules._rules(self.id, company_id)
        rules._complete({"team_id": self.id}, lambda event: decided.get(event) or rules._default(event))
