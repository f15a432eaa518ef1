"""A bot token, or signing secret, that the server's administrator gives is nowhere in the database.

The main company's workspace keeps a mark in its place, with a fingerprint that shows when the token has changed; the
token itself is read when Slack is called. It goes to Slack, or to where the server says, and nowhere an Odoo
administrator could send it.
"""

import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.server_secrets import main_company, server_secret
from .helpdesk_slack_workspace import SLACK_API

_logger = logging.getLogger(__name__)

MARK = "set-by-the-server-"


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    token_by_server = fields.Boolean(
        string="Token Set by Server", compute="_compute_token_by_server", compute_sudo=True
    )
    signing_by_server = fields.Boolean(
        string="Signing Secret Set by Server", compute="_compute_signing_by_server", compute_sudo=True
    )

    @api.depends("bot_token")
    def _compute_token_by_server(self):
        for workspace in self:
            workspace.token_by_server = workspace._is_environment_placeholder(workspace.bot_token)

    @api.depends("company_id")
    def _compute_signing_by_server(self):
        main = main_company(self.env)
        given = bool(server_secret(self.env, "slack_signing_secret"))
        for workspace in self:
            workspace.signing_by_server = given and bool(main) and workspace.company_id == main

    def _environment_signing_secret(self):
        """The signing secret from the environment, for the main company's workspace; else empty."""
        return server_secret(self.env, "slack_signing_secret") if self.signing_by_server else ""

    @api.model
    def _heed_server(self):
        """Set or take the mark of the main company's workspace when the server's token has come, changed or gone."""
        token = server_secret(self.env, "slack_bot_token")
        mark = MARK + hashlib.sha256(token.encode()).hexdigest()[:16] if token else False
        marked_sudo = self.sudo().search([("bot_token", "=like", f"{MARK}%")])
        if marked_sudo.mapped("bot_token") == ([mark] if mark else []):
            return
        ours_sudo = self._of_main_company() if mark else self.sudo()
        (marked_sudo - ours_sudo).bot_token = False
        if ours_sudo.bot_token != mark and ours_sudo._may_go_there():
            ours_sudo.bot_token = mark

    @api.model
    def _of_main_company(self):
        """The main company's own workspace, made on demand: one that all companies share is not for its token."""
        company = main_company(self.env)
        if not company:
            return self.sudo()
        own_sudo = self.sudo().search([("company_id", "=", company.id)], limit=1)
        return own_sudo or self.sudo().create({"company_id": company.id})

    def _may_go_there(self):
        """Whether the server's token may go where this workspace sends."""
        allowed = (SLACK_API, server_secret(self.env, "slack_api_url"))
        if all(workspace.api_url in allowed for workspace in self.sudo()):
            return True
        _logger.warning("workspace %s: the server's token does not go to another API address than Slack's", self.ids)
        return False

    @api.constrains("bot_token", "api_url")
    def _check_mark(self):
        """Nobody but we puts the mark there: with it, somebody else's address would get the token."""
        for workspace in self.filtered("token_by_server"):
            if not workspace._may_go_there():
                raise ValidationError(
                    self.env._("The server's token is sent only to Slack, or to the address that the server allows.")
                )

    @api.model
    def _is_environment_placeholder(self, token):
        return (token or "").startswith(MARK)

    def _environment_token(self):
        """The token from the environment; empty when this workspace calls another address than the allowed ones."""
        return server_secret(self.env, "slack_bot_token") if self._may_go_there() else ""

    def _check_token_not_from_environment(self):
        """Refuse to change a token that comes from the environment."""
        if not any(self.mapped("token_by_server")):
            return
        raise UserError(
            self.env._(
                "The token is set by the server (HELPDESK_BRIDGE_SLACK_BOT_TOKEN in its environment, or "
                "helpdesk_bridge_slack_bot_token in odoo.conf). Change it there."
            )
        )
