"""What a company sets: emails to customers, SLA, assignment, and where its tickets are posted in Slack.

Administrators set it in Odoo's Settings (`res.config.settings`), managers on a page of their own
(`helpdesk.manager.settings`). Both inherit this model. A setting that managers must not change is only on
`res.config.settings`.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..outbound.helpdesk_ticket_templates import KINDS
from ..sla.helpdesk_sla_policy import RESOLUTION_HOURS, START_HOURS


class HelpdeskBridgeSettings(models.AbstractModel):
    _name = "helpdesk.bridge.settings"
    _description = "Helpdesk Bridge Settings"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    helpdesk_slack_status = fields.Char(compute="_compute_helpdesk_slack_status")
    helpdesk_slack_channel_id = fields.Many2one(
        related="company_id.helpdesk_slack_channel_id",
        readonly=False,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    helpdesk_slack_channel_problem = fields.Char(compute="_compute_helpdesk_slack_channel_problem")
    helpdesk_slack_mention = fields.Selection(related="company_id.helpdesk_slack_mention", readonly=False)
    helpdesk_slack_replies = fields.Selection(related="company_id.helpdesk_slack_replies", readonly=False)
    helpdesk_assignment = fields.Selection(related="company_id.helpdesk_assignment", readonly=False)
    helpdesk_ticket_prefix = fields.Char(related="company_id.helpdesk_ticket_prefix", readonly=False)
    helpdesk_create_partner = fields.Boolean(related="company_id.helpdesk_create_partner", readonly=False)
    helpdesk_reopen_days = fields.Char(related="company_id.helpdesk_reopen_days", readonly=False)
    helpdesk_letter_received = fields.Boolean(related="company_id.helpdesk_letter_received", readonly=False)
    helpdesk_letter_received_template_id = fields.Many2one(
        related="company_id.helpdesk_letter_received_template_id", readonly=False
    )
    helpdesk_letter_answer = fields.Boolean(related="company_id.helpdesk_letter_answer", readonly=False)
    helpdesk_letter_answer_template_id = fields.Many2one(
        related="company_id.helpdesk_letter_answer_template_id", readonly=False
    )
    helpdesk_letter_closed = fields.Boolean(related="company_id.helpdesk_letter_closed", readonly=False)
    helpdesk_letter_closed_template_id = fields.Many2one(
        related="company_id.helpdesk_letter_closed_template_id", readonly=False
    )
    helpdesk_letter_quote = fields.Boolean(related="company_id.helpdesk_letter_quote", readonly=False)
    helpdesk_hold_replies = fields.Boolean(related="company_id.helpdesk_hold_replies", readonly=False)
    helpdesk_max_recipients = fields.Integer(related="company_id.helpdesk_max_recipients", readonly=False)

    # Computed fields, because a company without a default policy has no record to relate to.
    helpdesk_sla_start_hours = fields.Float(
        string="Response Within", compute="_compute_helpdesk_sla", inverse="_inverse_helpdesk_sla", readonly=False
    )
    helpdesk_sla_next_response_hours = fields.Float(
        string="Next Response Within", compute="_compute_helpdesk_sla", inverse="_inverse_helpdesk_sla", readonly=False
    )
    helpdesk_sla_resolution_hours = fields.Float(
        string="Resolution Within", compute="_compute_helpdesk_sla", inverse="_inverse_helpdesk_sla", readonly=False
    )
    helpdesk_sla_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        compute="_compute_helpdesk_sla",
        inverse="_inverse_helpdesk_sla",
        readonly=False,
        domain="[('flexible_hours', '=', False), ('company_id', 'in', [company_id, False])]",
    )

    helpdesk_sla_preview = fields.Char(
        string="SLA of Open Tickets",
        compute="_compute_helpdesk_sla_preview",
        help="What saving does to the SLA of open tickets.",
    )

    @api.depends("company_id")
    def _compute_helpdesk_sla(self):
        for settings in self:
            settings.update(settings._helpdesk_sla_of(settings.company_id))

    @api.model
    def _helpdesk_sla_of(self, company):
        """The values of the default SLA policy, by field name of this form. An archived policy has no targets."""
        policy = self.env["helpdesk.sla.policy"]._default_of(company)
        hours = policy._hours() if policy else (START_HOURS, RESOLUTION_HOURS, 0)
        start, resolution, next_response = hours if policy.active or not policy else (0, 0, 0)
        return {
            "helpdesk_sla_start_hours": start,
            "helpdesk_sla_next_response_hours": next_response,
            "helpdesk_sla_resolution_hours": resolution,
            "helpdesk_sla_calendar_id": policy.calendar_id.id,
        }

    def _inverse_helpdesk_sla(self):
        for settings in self:
            policies, vals = settings.env["helpdesk.sla.policy"], settings._helpdesk_sla_changes()
            if vals or not policies._default_of(settings.company_id):
                policies._ensure_default(settings.company_id).write(vals)

    def _helpdesk_sla_changes(self):
        """What saving this form writes to the default policy; nothing if it shows what is stored."""
        vals = {
            "start_hours": self.helpdesk_sla_start_hours,
            "next_response_hours": self.helpdesk_sla_next_response_hours,
            "resolution_hours": self.helpdesk_sla_resolution_hours,
            "calendar_id": self.helpdesk_sla_calendar_id.id,
        }
        shown = self._helpdesk_sla_of(self.company_id)
        # Entering targets also reactivates an archived policy.
        return {**vals, "active": True} if list(shown.values()) != list(vals.values()) else {}

    @api.depends(
        *("company_id", "helpdesk_sla_start_hours", "helpdesk_sla_next_response_hours"),
        *("helpdesk_sla_resolution_hours", "helpdesk_sla_calendar_id"),
    )
    def _compute_helpdesk_sla_preview(self):
        for settings in self:
            policy = settings.env["helpdesk.sla.policy"]._default_of(settings.company_id)
            changes = policy and settings._helpdesk_sla_changes()
            # Without changes there is nothing to say: an empty dict would be shown as one.
            settings.helpdesk_sla_preview = bool(changes) and policy.new(changes, origin=policy).recount_preview

    @api.depends("company_id")
    def _compute_helpdesk_slack_status(self):
        for settings in self:
            settings.helpdesk_slack_status = settings._helpdesk_slack_status(settings.company_id._slack_workspace())

    @api.depends("helpdesk_slack_channel_id")
    def _compute_helpdesk_slack_channel_problem(self):
        for settings in self:
            settings.helpdesk_slack_channel_problem = settings.helpdesk_slack_channel_id._problem()

    @api.model
    def _helpdesk_slack_status(self, workspace):
        if workspace.token_from_environment and workspace.state == "ok":
            return self.env._(
                "The token is set by the server: %(team)s, as %(bot)s.",
                team=workspace.name,
                bot=workspace.bot_name or "?",
            )
        if not workspace.has_token:
            return self.env._("Not connected: there is no bot token yet.")
        if workspace.state == "paused":
            return self.env._("Paused: %s", workspace.pause_reason or "")
        if not workspace.bot_name:
            return self.env._("A token is stored. Test the connection to see whose it is.")
        return self.env._("A token is stored: %(team)s, as %(bot)s.", team=workspace.name, bot=workspace.bot_name)

    def action_helpdesk_slack_events(self):
        """Open the company's Slack events, which apply to teams without rules of their own."""
        self.ensure_one()
        self.check_access("write")
        rules, company = self.env["helpdesk.slack.rule"], self.company_id
        stored = rules._rules(False, company.id)
        rules._complete({"company_id": company.id}, lambda event: stored.get(event) or rules._default(event))
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.helpdesk_slack_rule_action")
        return {**action, "domain": [("company_id", "=", company.id)]}

    def action_helpdesk_slack_send_test(self):
        """Post a test message to the channel in the form."""
        self.ensure_one()
        self.check_access("write")
        if not self.helpdesk_slack_channel_id:
            raise UserError(self.env._("Choose a default channel first: the test message has to go somewhere."))
        return self.helpdesk_slack_channel_id._send_test()

    def action_helpdesk_slack_list_channels(self):
        """List the channels that the bot is in, to choose from. :return: a notification with the result"""
        self.ensure_one()
        self.check_access("write")
        return self.company_id._ensure_slack_workspace()._list_channels()

    def action_helpdesk_letter_preview(self):
        """Preview an email with the template in the form, else the current one. :context helpdesk_letter: its kind"""
        return self._helpdesk_letter_preview()._open()

    def action_helpdesk_letter_test(self):
        """Send the previewed email to the user. :context helpdesk_letter: its kind"""
        return self._helpdesk_letter_preview().action_send_test()

    def _helpdesk_letter_preview(self):
        self.ensure_one()
        self.check_access("write")
        kind = self.env.context.get("helpdesk_letter")
        template = self[f"helpdesk_letter_{kind}_template_id"] if kind in KINDS else None
        return self.env["helpdesk.letter.preview"]._create_for(kind, self.company_id, template=template)
