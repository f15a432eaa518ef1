"""The Settings form: Slack, assignment, SLA, emails to customers, inbound emails."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.ticket import events
from ..common.helpdesk_bridge_workers import MOST
from ..outbound.helpdesk_ticket_templates import KINDS
from ..sla.helpdesk_sla_policy import RESOLUTION_HOURS, START_HOURS

#: Fields for entering secrets.
SECRETS = (
    "helpdesk_slack_bot_token",
    "helpdesk_slack_app_token",
    "helpdesk_slack_signing_secret",
    "helpdesk_slack_webhook_url",
    "helpdesk_watch_token",
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_slack_bot_token = fields.Char(
        string="Bot Token",
        groups="base.group_system",
        copy=False,
        help="Always shown empty. Fill it in to store a new token; leave it empty to keep the stored one.",
    )
    helpdesk_slack_has_token = fields.Boolean(compute="_compute_helpdesk_slack_status")
    helpdesk_slack_token_from_environment = fields.Boolean(compute="_compute_helpdesk_slack_status")
    helpdesk_slack_status = fields.Char(compute="_compute_helpdesk_slack_status")
    helpdesk_slack_channel_id = fields.Many2one(
        related="company_id.helpdesk_slack_channel_id",
        readonly=False,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    helpdesk_slack_mention = fields.Selection(related="company_id.helpdesk_slack_mention", readonly=False)
    helpdesk_slack_replies = fields.Selection(related="company_id.helpdesk_slack_replies", readonly=False)
    helpdesk_assignment = fields.Selection(related="company_id.helpdesk_assignment", readonly=False)
    helpdesk_outbox_days = fields.Integer(related="company_id.helpdesk_outbox_days", readonly=False)
    helpdesk_slack_dispatchers = fields.Integer(
        string="Parallel Messages",
        default=lambda self: self.env["helpdesk.slack.dispatcher"]._worker_count(),
        groups="base.group_system",
    )
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
    helpdesk_inbound_days = fields.Integer(related="company_id.helpdesk_inbound_days", readonly=False)

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
            settings.helpdesk_sla_preview = changes and policy.new(changes, origin=policy).recount_preview

    @api.depends("company_id")
    def _compute_helpdesk_slack_status(self):
        for settings in self:
            workspace = settings.company_id._slack_workspace()
            settings.helpdesk_slack_has_token = workspace.has_token
            settings.helpdesk_slack_token_from_environment = workspace.token_from_environment
            settings.helpdesk_slack_status = settings._helpdesk_slack_status(workspace)

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

    @api.constrains("helpdesk_slack_dispatchers")
    def _check_helpdesk_slack_dispatchers(self):
        for settings in self:
            if not 1 <= settings.helpdesk_slack_dispatchers <= MOST:
                raise ValidationError(self.env._("The number of parallel messages must be between 1 and %s.", MOST))

    def set_values(self):
        result = super().set_values()
        self.env["helpdesk.slack.dispatcher"]._set_worker_count(self.helpdesk_slack_dispatchers)
        # Store the token first: this may create the workspace that the signing secret belongs to.
        self._helpdesk_slack_store_token()
        self._helpdesk_monitoring_store_token()
        self._helpdesk_slack_store_app_token()
        self._helpdesk_slack_store_signing_secret()
        self._helpdesk_slack_store_webhook()
        return result

    def _helpdesk_slack_store_token(self):
        token = (self.helpdesk_slack_bot_token or "").strip()
        if token:
            self._helpdesk_slack_own_workspace().bot_token_entry = token
            # A secret is stored in one place, so empty the transient row.
            self.helpdesk_slack_bot_token = False

    def action_helpdesk_slack_test(self):
        """Test the token in the form and store it if it works; without one, test the stored token."""
        self.ensure_one()
        self.check_access("write")
        if (self.helpdesk_slack_bot_token or "").strip():
            return self._helpdesk_slack_test_and_store()
        return self._helpdesk_slack_workspace()._test_connection()

    def _helpdesk_slack_test_and_store(self):
        """Test the token in the form, and store it if it works. :return: the notification with the result"""
        used, own = self._helpdesk_slack_workspace(), self._helpdesk_slack_own_workspace()
        result = own._test_connection(self.helpdesk_slack_bot_token)
        if result["params"]["type"] == "success":
            self.helpdesk_slack_bot_token = False
        elif own != used:
            # Created for the test. Without a token, it would hide the shared workspace from this company.
            own.unlink()
        return result

    def action_helpdesk_slack_events(self):
        """Open the company's Slack events, which apply to teams without rules of their own."""
        self.ensure_one()
        self.check_access("write")
        rules, company = self.env["helpdesk.slack.rule"], self.company_id
        stored = rules._rules(False, company.id)
        rules._complete({"company_id": company.id}, lambda event: stored.get(event) or events.DEFAULT_RULES[event])
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.helpdesk_slack_rule_action")
        return {**action, "domain": [("company_id", "=", company.id)]}

    def action_helpdesk_slack_send_test(self):
        """Post a test message to the channel in the form. A token or webhook in the form is stored first."""
        self.ensure_one()
        self.check_access("write")
        self._helpdesk_slack_store_webhook()
        if not self.helpdesk_slack_channel_id:
            raise UserError(self.env._("Choose a default channel first: the test message has to go somewhere."))
        if self.helpdesk_slack_bot_token:
            result = self._helpdesk_slack_test_and_store()
            if result["params"]["type"] != "success":
                return result
        return self.helpdesk_slack_channel_id._send_test()

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

    def action_helpdesk_slack_remove_token(self):
        """Remove the stored token. Messages to Slack wait for a new one."""
        self.ensure_one()
        self.check_access("write")
        self.helpdesk_slack_bot_token = False
        workspace = self.company_id._slack_workspace()
        self._helpdesk_slack_check_own(workspace)
        workspace.action_remove_token()
        return {"type": "ir.actions.client", "tag": "reload"}

    @api.model
    def _helpdesk_slack_check_own(self, workspace):
        """Raise if other companies share this workspace: one company's Settings must not change it."""
        if self._helpdesk_slack_is_shared(workspace):
            raise UserError(
                self.env._(
                    "Other companies use this workspace as well. Change its secrets in Helpdesk → Configuration → "
                    "Slack, where all of them can see it."
                )
            )

    def _helpdesk_slack_workspace(self):
        return self.company_id._ensure_slack_workspace()

    def _helpdesk_slack_own_workspace(self):
        """The workspace that this company's Settings may change: its own, created if it shares one."""
        workspace = self._helpdesk_slack_workspace()
        if self._helpdesk_slack_is_shared(workspace):
            return workspace.create({"company_id": self.company_id.id, "api_url": workspace.api_url})
        return workspace

    @api.model
    def _helpdesk_slack_is_shared(self, workspace):
        return (
            bool(workspace)
            and not workspace.company_id
            and self.env["res.company"].sudo().search_count([], limit=2) > 1
        )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["helpdesk.slack.workspace"]._sync_environment_token()
        # Secrets in forms that were not saved must not stay in the database.
        for name in SECRETS:
            self.sudo().search([(name, "!=", False)])[name] = False
        return super().create(vals_list)
