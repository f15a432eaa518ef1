"""The app-level token of a workspace, and what is known of its socket and of catch-up.

The token is stored like the other secrets: forms can write it, and never read it. The rest is written by the listener
(`helpdesk_slack_workspace_listened`) and by catch-up.
"""

from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.slack import token_kind
from ...tools.slack.socket_state import CONNECTED, DEAF, OFF, RECONNECTING, REFUSED
from ..common.secret_entry import NO_ACCESS, secret_entry
from ..common.server_secrets import main_company, server_secret

#: What is forgotten about the socket when it is another one.
NO_SOCKET = {"socket_state": OFF, "socket_since": False, "socket_error": False, "socket_owner": False}


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    app_token = fields.Char(
        string="App-Level Token",
        groups=NO_ACCESS,
        copy=False,
        help="The app-level token of your Slack app, with the scope connections:write. It begins with xapp-.",
    )
    app_token_entry = secret_entry(
        "app_token",
        string="New App-Level Token",
        help="Always shown empty. Found in the Slack app under Basic Information → App-Level Tokens; its scope is "
        "connections:write. With it, the listener (odoo-bin helpdesk_listen) hears at once what happens in Slack.",
    )
    has_app_token = fields.Boolean(string="App-Level Token Is Set", compute="_compute_has_app_token", compute_sudo=True)
    app_token_from_environment = fields.Boolean(
        string="App-Level Token Set by Server", compute="_compute_has_app_token", compute_sudo=True
    )
    socket_state = fields.Selection(
        [
            (OFF, "Off"),
            (CONNECTED, "Connected"),
            (RECONNECTING, "Reconnecting"),
            (REFUSED, "Refused"),
            (DEAF, "Deaf"),
        ],
        string="Socket",
        default=OFF,
        required=True,
        readonly=True,
        copy=False,
    )
    socket_since = fields.Datetime(string="Since", readonly=True, copy=False)
    socket_error = fields.Char(string="What Is Wrong With the Socket", readonly=True, copy=False)
    socket_seen_at = fields.Datetime(
        string="Listener Seen",
        readonly=True,
        copy=False,
        help="When a listener last said that it looks after this workspace.",
    )
    socket_owner = fields.Char(
        string="Listener", readonly=True, copy=False, help="The listener that has written the state."
    )
    socket_renewals = fields.Integer(
        string="Times Opened Again",
        readonly=True,
        copy=False,
        help="Grows when every listener has to open its socket again.",
    )
    socket_renewed_at = fields.Datetime(string="Opened Again", readonly=True, copy=False)
    last_heard = fields.Datetime(
        readonly=True, copy=False, help="When Slack last delivered anything by the socket, to the minute."
    )
    catch_up_last = fields.Datetime(
        string="Caught Up", readonly=True, copy=False, help="When Odoo had last asked for all new replies."
    )

    @api.depends("app_token", "company_id")
    def _compute_has_app_token(self):
        main = main_company(self.env)
        given = bool(server_secret(self.env, "slack_app_token"))
        for workspace in self:
            workspace.app_token_from_environment = given and bool(main) and workspace.company_id == main
            workspace.has_app_token = bool(workspace.app_token) or workspace.app_token_from_environment

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_app_token(vals) for vals in vals_list])

    def write(self, vals):
        if "app_token" in vals:
            # Lock first: if there is a conflict, PostgreSQL logs this query, which contains no secret.
            self.lock_for_update(allow_referencing=True)
        elif "api_url" in vals:
            moved_sudo = self.sudo().filtered(lambda workspace: workspace.api_url != vals["api_url"])
            # A token is sent to one address only: after a change, the user must enter it again.
            moved_sudo.filtered("app_token").app_token = False
        return super().write(self._with_clean_app_token(vals))

    @api.model
    def _with_clean_app_token(self, vals):
        """`vals` with the token as Slack gave it; another one is another socket."""
        if "app_token" not in vals:
            return vals
        token = (vals["app_token"] or "").strip()
        if token and token_kind.kind(token) != "app":
            raise ValidationError(
                self.env._(
                    "This is not an app-level token. The right one begins with xapp-: api.slack.com/apps → your app → "
                    "Basic Information → App-Level Tokens, with the scope connections:write."
                )
            )
        if not (token.isascii() and token.isprintable() and " " not in token) and token:
            raise ValidationError(self.env._("This token contains invalid characters. Copy it again from Slack."))
        return {**NO_SOCKET, **vals, "app_token": token or False}

    @api.constrains("app_token", "signing_secret", "active")
    def _check_own_app(self):
        for workspace in self.filtered("active"):
            if other := workspace._same_app():
                raise ValidationError(workspace._explain_same_app(other))

    def _same_app(self, app_token=""):
        """Another workspace that uses the same Slack app; may be empty. :param app_token: one that is not stored yet"""
        self.ensure_one()
        mine = self._app_marks(app_token)
        others = self.sudo().search([("active", "=", True), ("id", "!=", self.id)]) if mine else self.browse()
        return others.filtered(lambda other: mine & other._app_marks())[:1]

    def _app_marks(self, app_token=""):
        """What shows of which Slack app a workspace is: never shown to anybody."""
        workspace_sudo, main = self.sudo(), main_company(self.env)
        given = partial(server_secret, self.env) if main and workspace_sudo.company_id == main else lambda _name: ""
        token = app_token or given("slack_app_token") or workspace_sudo.app_token
        secret = given("slack_signing_secret") or workspace_sudo.signing_secret
        return {token_kind.app_of(token) or token, secret} - {"", False}

    def _explain_same_app(self, other):
        """Why two workspaces cannot use one Slack app, and what to do. :param other: one that uses it already"""
        return self.env._(
            "The workspace %s uses this Slack app already, and Slack delivers each event to only one of them. Let "
            "every company use that workspace: leave its company empty, and archive the other one. Or create an app of "
            "its own.",
            other.sudo().name,
        )

    def _stored_app_token(self):
        """The app-level token as plain text, from the environment or stored; empty without one."""
        self.ensure_one()
        workspace_sudo = self.sudo()
        if workspace_sudo.app_token_from_environment:
            return server_secret(self.env, "slack_app_token") if workspace_sudo._may_go_there() else ""
        return workspace_sudo.app_token or ""

    def action_remove_app_token(self):
        """Remove the stored app-level token: the listener closes the socket."""
        self.check_access("write")
        self.sudo().app_token = False
