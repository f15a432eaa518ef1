"""What only administrators set: tokens, how long logs are kept, how many messages leave at once."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.helpdesk_bridge_workers import MOST

#: Fields for entering secrets.
SECRETS = (
    "helpdesk_slack_bot_token",
    "helpdesk_slack_app_token",
    "helpdesk_slack_signing_secret",
    "helpdesk_slack_webhook_url",
    "helpdesk_watch_token",
)


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings", "helpdesk.bridge.settings"]

    helpdesk_slack_bot_token = fields.Char(
        string="Bot Token",
        groups="base.group_system",
        copy=False,
        help="Always shown empty. Fill it in to store a new token; leave it empty to keep the stored one.",
    )
    helpdesk_slack_has_token = fields.Boolean(compute="_compute_helpdesk_slack_token")
    helpdesk_slack_token_from_environment = fields.Boolean(compute="_compute_helpdesk_slack_token")
    helpdesk_outbox_days = fields.Integer(related="company_id.helpdesk_outbox_days", readonly=False)
    helpdesk_slack_dispatchers = fields.Integer(
        string="Parallel Messages",
        default=lambda self: self.env["helpdesk.slack.dispatcher"]._worker_count(),
        groups="base.group_system",
    )
    helpdesk_inbound_days = fields.Integer(related="company_id.helpdesk_inbound_days", readonly=False)

    @api.depends("company_id")
    def _compute_helpdesk_slack_token(self):
        for settings in self:
            workspace = settings.company_id._slack_workspace()
            settings.helpdesk_slack_has_token = workspace.has_token
            settings.helpdesk_slack_token_from_environment = workspace.token_from_environment

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
        token, workspace = self.helpdesk_slack_bot_token, self._helpdesk_slack_workspace()
        answer = workspace._ask_who_we_are(token)
        if answer is not None and answer.ok:
            # Only now a workspace of its own, if the company shares one: without a token it would hide the shared one.
            workspace = self._helpdesk_slack_own_workspace()
        result = workspace._take_test(answer, token)
        if result["params"]["type"] == "success":
            self.helpdesk_slack_bot_token = False
        return result

    def action_helpdesk_slack_send_test(self):
        """Post a test message to the channel in the form. A token or webhook in the form is stored first."""
        self.ensure_one()
        self.check_access("write")
        self._helpdesk_slack_store_webhook()
        if self.helpdesk_slack_channel_id and self.helpdesk_slack_bot_token:
            result = self._helpdesk_slack_test_and_store()
            if result["params"]["type"] != "success":
                return result
        return super().action_helpdesk_slack_send_test()

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
