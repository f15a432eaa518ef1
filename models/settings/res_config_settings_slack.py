"""The app-level token, the signing secret and the webhook in the Settings: write-only.

The first two are stored on the workspace, the webhook on the default channel. Here, too, is what comes back from Slack:
how, and what is wrong with it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_slack_signing_secret = fields.Char(
        string="Signing Secret",
        groups="base.group_system",
        copy=False,
        help="Always shown empty. Fill it in to store a new one; leave it empty to keep the stored one. It opens the "
        "Request URL below for what Slack delivers.",
    )
    helpdesk_slack_app_token = fields.Char(
        string="App-Level Token",
        groups="base.group_system",
        copy=False,
        help="Always shown empty. Fill it in to store a new token; leave it empty to keep the stored one. Found in the "
        "Slack app under Basic Information → App-Level Tokens; its scope is connections:write.",
    )
    helpdesk_slack_has_app_token = fields.Boolean(compute="_compute_helpdesk_slack_secrets")
    helpdesk_slack_app_token_from_environment = fields.Boolean(compute="_compute_helpdesk_slack_secrets")
    helpdesk_slack_request_url = fields.Char(
        string="Request URL",
        compute="_compute_helpdesk_slack_secrets",
        help="For Event Subscriptions, Interactivity and Slash Commands of the Slack app, if it uses no Socket Mode.",
    )
    helpdesk_slack_from_slack = fields.Char(compute="_compute_helpdesk_slack_secrets")
    helpdesk_slack_lost = fields.Char(compute="_compute_helpdesk_slack_secrets")
    helpdesk_slack_has_signing_secret = fields.Boolean(compute="_compute_helpdesk_slack_secrets")
    helpdesk_slack_signing_from_environment = fields.Boolean(compute="_compute_helpdesk_slack_secrets")
    helpdesk_slack_webhook_url = fields.Char(
        string="Webhook",
        groups="base.group_system",
        copy=False,
        help="Always shown empty. The URL of an incoming webhook for this channel. It posts tickets when there is "
        "no bot token, and takes over when the bot is refused. No threads, no edits.",
    )
    helpdesk_slack_has_webhook = fields.Boolean(related="helpdesk_slack_channel_id.has_webhook")

    @api.depends("company_id")
    def _compute_helpdesk_slack_secrets(self):
        for settings in self:
            workspace = settings.company_id._slack_workspace()
            settings.helpdesk_slack_has_signing_secret = workspace.has_signing_secret
            settings.helpdesk_slack_signing_from_environment = workspace.signing_from_environment
            settings.helpdesk_slack_has_app_token = workspace.has_app_token
            settings.helpdesk_slack_app_token_from_environment = workspace.app_token_from_environment
            has_secret = workspace.has_signing_secret or workspace.signing_from_environment
            settings.helpdesk_slack_request_url = has_secret and workspace.request_url
            settings.helpdesk_slack_from_slack = workspace.from_slack_note
            settings.helpdesk_slack_lost = workspace.lost_note

    def _helpdesk_slack_store_signing_secret(self):
        if (self.helpdesk_slack_signing_secret or "").strip():
            workspace = self._helpdesk_slack_workspace()
            self._helpdesk_slack_check_own(workspace)
            workspace.signing_secret_entry = self.helpdesk_slack_signing_secret
            self.helpdesk_slack_signing_secret = False

    def _helpdesk_slack_store_app_token(self):
        if (self.helpdesk_slack_app_token or "").strip():
            workspace = self._helpdesk_slack_workspace()
            self._helpdesk_slack_check_own(workspace)
            workspace.app_token_entry = self.helpdesk_slack_app_token
            self.helpdesk_slack_app_token = False

    def action_helpdesk_slack_test_from_slack(self):
        """Test how what happens in Slack reaches Odoo. A token in the form is stored if it works, a secret at once."""
        self.ensure_one()
        self.check_access("write")
        is_new_secret = bool((self.helpdesk_slack_signing_secret or "").strip())
        self._helpdesk_slack_store_signing_secret()
        workspace, typed = self._helpdesk_slack_workspace(), (self.helpdesk_slack_app_token or "").strip()
        if typed:
            self._helpdesk_slack_check_own(workspace)
        result = workspace._test_from_slack(typed, is_new_secret)
        if typed and workspace._stored_app_token() == typed:
            self.helpdesk_slack_app_token = False
        return result

    def action_helpdesk_slack_remove_app_token(self):
        """Remove the stored app-level token."""
        self.ensure_one()
        self.check_access("write")
        self.helpdesk_slack_app_token = False
        workspace = self._helpdesk_slack_workspace()
        self._helpdesk_slack_check_own(workspace)
        workspace.action_remove_app_token()
        return {"type": "ir.actions.client", "tag": "reload"}

    def _helpdesk_slack_store_webhook(self):
        if not (self.helpdesk_slack_webhook_url or "").strip():
            return
        if not self.helpdesk_slack_channel_id:
            raise UserError(self.env._("Choose a default channel first: a webhook belongs to one channel."))
        self._helpdesk_slack_check_own(self.helpdesk_slack_channel_id.workspace_id)
        self.helpdesk_slack_channel_id.webhook_url_entry = self.helpdesk_slack_webhook_url
        self.helpdesk_slack_webhook_url = False

    def action_helpdesk_slack_remove_signing_secret(self):
        """Remove the stored signing secret."""
        self.ensure_one()
        self.check_access("write")
        workspace = self._helpdesk_slack_workspace()
        self._helpdesk_slack_check_own(workspace)
        workspace.action_remove_signing_secret()
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_helpdesk_slack_remove_webhook(self):
        """Remove the webhook of the default channel."""
        self.ensure_one()
        self.check_access("write")
        self._helpdesk_slack_check_own(self.helpdesk_slack_channel_id.workspace_id)
        self.helpdesk_slack_channel_id.action_remove_webhook()
        return {"type": "ir.actions.client", "tag": "reload"}
