from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from ...tools.slack import root_message
from ...tools.ticket import events
from ..common.xmlids import AGENTS
from .res_company import TICKET_TEMPLATES

ON_OFF = [("on", "Yes"), ("off", "No")]
AS_IN_SETTINGS = "Empty: as in the Settings."


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "helpdesk.bridge.prefix"]

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
    ticket_prefix = fields.Char(
        groups=AGENTS, help="Identifies a ticket in Slack and in mails: ML gives [ML-#42]. Empty: as in the Settings."
    )

    former_prefixes = fields.Char(
        groups=AGENTS, help="Prefixes this team had before, separated by spaces. Mails with them are still recognized."
    )
    bridge_assignment = fields.Selection(
        [("manual", "Manually"), ("least_loaded", "To the member with the fewest open tickets")],
        string="New Ticket Assignment",
        groups=AGENTS,
        help="For tickets that come by mail or from the portal, and for reopened tickets without an assignee. "
        "Empty: as in the Settings.",
    )
    assigned_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Stage When Assigned",
        groups=AGENTS,
        domain="[('closed', '=', False), '|', ('team_ids', '=', False), ('team_ids', 'in', id)]",
        help="The stage to which a new ticket moves once it is assigned automatically. Empty: the stage is left "
        "unchanged.",
    )
    reopen_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        groups=AGENTS,
        domain="[('closed', '=', False), '|', ('team_ids', '=', False), ('team_ids', 'in', id)]",
        help="The stage to which a closed ticket returns when its customer writes again. Empty: the first open stage.",
    )
    reopen_days = fields.Char(
        groups=AGENTS,
        help="The number of days after closing during which a reply reopens the ticket; later, it creates a new "
        "one. 0: always a new one. Empty: as in the Settings.",
    )

    letter_received = fields.Selection(ON_OFF, string="Confirm New Tickets", groups=AGENTS, help=AS_IN_SETTINGS)
    letter_received_template_id = fields.Many2one(
        "mail.template",
        string="Confirm New Tickets: Template",
        groups=AGENTS,
        domain=TICKET_TEMPLATES,
        help=AS_IN_SETTINGS,
    )
    letter_answer = fields.Selection(ON_OFF, string="Mail Answers", groups=AGENTS, help=AS_IN_SETTINGS)
    letter_answer_template_id = fields.Many2one(
        "mail.template", string="Mail Answers: Template", groups=AGENTS, domain=TICKET_TEMPLATES, help=AS_IN_SETTINGS
    )
    letter_closed = fields.Selection(ON_OFF, string="Closing Letter", groups=AGENTS, help=AS_IN_SETTINGS)
    letter_closed_template_id = fields.Many2one(
        "mail.template", string="Closing Letter: Template", groups=AGENTS, domain=TICKET_TEMPLATES, help=AS_IN_SETTINGS
    )
    letter_quote = fields.Selection(
        ON_OFF, string="Quote in Confirmations", groups=AGENTS, help="Repeat the customer's own words."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Make teams that nobody follows yet.

        Whoever follows a team follows its tickets, with a mail for each message: that is to be chosen.
        """
        return super(HelpdeskTicketTeam, self.with_context(mail_create_nosubscribe=True)).create(vals_list)

    @api.model
    def get_empty_list_help(self, help_message):
        """The dashboard of somebody who has just installed this is empty: say where to begin."""
        is_newcomer = self.env.user.has_group("base.group_system") and not self.sudo().search_count([], limit=1)
        if not is_newcomer or not is_html_empty(help_message):
            return super().get_empty_list_help(help_message)
        return Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>") % (
            self.env._("There is no team yet"),
            self.env._(
                "Press New: a name and its members are enough. Helpdesk → Configuration → Settings shows what else is "
                "missing."
            ),
        )

    @api.constrains("ticket_prefix", "former_prefixes")
    def _check_ticket_prefix(self):
        for team in self.sudo():
            self._check_prefixes(*filter(None, [team.ticket_prefix]), *(team.former_prefixes or "").split())

    @api.constrains("reopen_days")
    def _check_reopen_days(self):
        for team in self.sudo():
            self._check_days(team.reopen_days)

    @api.constrains("reopen_stage_id", "assigned_stage_id")
    def _check_stages(self):
        for stage in (self.sudo().reopen_stage_id | self.sudo().assigned_stage_id).filtered("closed"):
            raise ValidationError(self.env._("“%s” is a closed stage. Choose a stage for open tickets.", stage.name))

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

    def action_preview_letter(self):
        """Show a letter as this team's customers get it."""
        self.ensure_one()
        self.check_access("write")
        company = self.company_id or self.env.company
        return (
            self.env["helpdesk.letter.preview"]._of(self.env.context.get("helpdesk_letter"), company, team=self)._open()
        )

    def action_list_slack_events(self):
        """Make the table of events complete, with what holds now, so that it only has to be ticked."""
        self.ensure_one()
        self.check_access("write")
        rules = self.env["helpdesk.slack.rule"]
        company_id = (self.company_id or self.env.company).id
        decided = rules._rules(self.id, company_id)
        rules._complete({"team_id": self.id}, lambda event: decided.get(event) or events.DEFAULT_RULES[event])
