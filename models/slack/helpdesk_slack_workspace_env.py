"""A bot token from the server's environment is never stored in the database.

The main company's workspace stores a placeholder instead, with a fingerprint that changes with the token. The token
itself is read when Slack is called. It is sent only to Slack or to the address that the server allows, so an Odoo
administrator cannot send it elsewhere. A signing secret from the environment is not stored either.
"""

import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.server_secrets import main_company, server_secret
from .helpdesk_slack_workspace import SLACK_API

_logger = logging.getLogger(__name__)

PLACEHOLDER = "set-by-the-server-"


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    token_from_environment = fields.Boolean(
        string="Token Set by Server", compute="_compute_token_from_environment", compute_sudo=True
    )
    signing_from_environment = fields.Boolean(
        string="Signing Secret Set by Server", compute="_compute_signing_from_environment", compute_sudo=True
    )

    @api.depends("bot_token")
    def _compute_token_from_environment(self):
        for workspace in self:
            workspace.token_from_environment = workspace._is_environment_placeholder(workspace.bot_token)

    @api.depends("company_id")
    def _compute_signing_from_environment(self):
        # Each request of Slack asks for it: without such a secret, that costs no query.
        main = main_company(self.env) if server_secret(self.env, "slack_signing_secret") else None
        for workspace in self:
            workspace.signing_from_environment = bool(main) and workspace.company_id == main

    def _environment_signing_secret(self):
        """The signing secret from the environment, for the main company's workspace; else empty."""
        return server_secret(self.env, "slack_signing_secret") if self.signing_from_environment else ""

    @api.model
    def _sync_environment_token(self):
        """Sync the placeholder on the main company's workspace with the token in the environment."""
        token = server_secret(self.env, "slack_bot_token")
        placeholder = PLACEHOLDER + hashlib.sha256(token.encode()).hexdigest()[:16] if token else False
        current_sudo = self.sudo().search([("bot_token", "=like", f"{PLACEHOLDER}%")])
        if current_sudo.mapped("bot_token") == ([placeholder] if placeholder else []):
            return
        ours_sudo = self._of_main_company() if placeholder else self.sudo()
        (current_sudo - ours_sudo).bot_token = False
        if ours_sudo.bot_token != placeholder and ours_sudo._may_go_there():
            ours_sudo.bot_token = placeholder

    @api.model
    def _of_main_company(self):
        """The main company's own workspace, created on demand; a shared workspace never gets its token."""
        company = main_company(self.env)
        if not company:
            return self.sudo()
        own_sudo = self.sudo().search([("company_id", "=", company.id)], limit=1)
        return own_sudo or self.sudo().create({"company_id": company.id})

    def _may_go_there(self):
        """Whether the token from the environment may be sent to the API address of this workspace."""
        allowed = (SLACK_API, server_secret(self.env, "slack_api_url"))
        if all(workspace.api_url in allowed for workspace in self.sudo()):
            return True
        _logger.warning("workspace %s: the server's token does not go to another API address than Slack's", self.ids)
        return False

    @api.constrains("bot_token", "api_url")
    def _check_placeholder(self):
        """A placeholder typed by a user must not send the token to another address."""
        for workspace in self.filtered("token_from_environment"):
            if not workspace._may_go_there():
                raise ValidationError(
                    self.env._("The server's token is sent only to Slack, or to the address that the server allows.")
                )

    @api.model
    def _is_environment_placeholder(self, token):
        return (token or "").startswith(PLACEHOLDER)

    def _environment_token(self):
        """The token from the environment; empty when this workspace calls another address than the allowed ones."""
        return server_secret(self.env, "slack_bot_token") if self._may_go_there() else ""

    def _check_token_not_from_environment(self):
        """Refuse to change a token that comes from the environment."""
        if not any(self.mapped("token_from_environment")):
            return
        raise UserError(
            self.env._(
                "The token is set by the server (HELPDESK_BRIDGE_SLACK_BOT_TOKEN in its environment, or "
                "helpdesk_bridge_slack_bot_token in odoo.conf). Change it there."
            )
        )
