"""What the listener reads of the workspaces, and what it writes: whose socket to keep, and how it is."""

from datetime import timedelta

from odoo import api, models

from ...tools.slack import socket_state
from ...tools.slack.response import Answer
from ..common import database_time
from ..common.translated import with_company_lang
from ..slack.slack_client import SlackConnection


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    @api.model
    def _listened(self):
        """The workspaces whose socket is to be open: list of (workspace, its `SlackConnection` for the app)."""
        found = []
        for workspace_sudo in self.sudo().search([("active", "=", True)]):
            token = workspace_sudo._stored_app_token()
            if token:
                found.append((workspace_sudo, SlackConnection(workspace_sudo.api_url, token)))
        return found

    @api.model
    def _report_sockets(self, owner, said):
        """Write how sockets are, as far as it has changed.

        :param owner: identifies the listener
        :param said: {workspace id: (state, code, detail, seconds since anything was heard or None)}
        """
        now = database_time.now(self.env)
        for workspace_sudo in self.sudo().with_context(active_test=False).search([("id", "in", list(said))]):
            state, code, detail, age = said[workspace_sudo.id]
            heard_at = None if age is None else now - timedelta(seconds=int(age))
            error = workspace_sudo._socket_words(code, detail)
            report = socket_state.Report(owner, state, error, heard_at)
            values = socket_state.merged(workspace_sudo._stored_socket(), report, now)
            if values:
                workspace_sudo.write(workspace_sudo._socket_values(values))

    def _stored_socket(self):
        """What is stored of the socket, as a `socket_state.Stored`."""
        return socket_state.Stored(
            self.socket_state,
            self.socket_error or "",
            self.socket_owner or "",
            self.socket_since or None,
            self.socket_seen_at or None,
            self.last_heard or None,
        )

    @api.model
    def _socket_values(self, values):
        """Values of a `socket_state.Stored`, as they are stored."""
        names = {"heard_at": "last_heard"}
        return {names.get(name, f"socket_{name}"): value or False for name, value in values.items()}

    def _socket_words(self, code, detail=""):
        """Why a socket is not connected, in words for people; empty for no reason."""
        if not code:
            return ""
        words = with_company_lang(self.company_id or self.env.company, self)
        wrong_token = words.env._(
            "Slack does not accept the app-level token. Create one under Basic Information → App-Level Tokens of the "
            "Slack app, with the scope connections:write, and enter it."
        )
        switched_off = words.env._("Socket Mode is switched off in the Slack app. Switch it on under Socket Mode.")
        known = {
            "missing_scope": words.env._(
                "The app-level token lacks the scope connections:write. Create another one with it under Basic "
                "Information → App-Level Tokens of the Slack app, and enter it."
            ),
            socket_state.DISABLED: switched_off,
            "socket_mode_disabled": switched_off,
            socket_state.TOO_MANY: words.env._(
                "Ten sockets of this Slack app are open already. Another system uses the same app-level token: give it "
                "an app of its own."
            ),
            "connection_lost": words.env._("The connection was lost. It is opened again."),
            "bad_address": words.env._("Slack gave an address that is not encrypted. Check the API address."),
        }
        if code in known:
            return known[code]
        if code in socket_state.DEAD_TOKEN:
            return wrong_token
        return words._explain(Answer(error=code, detail=detail, status=0))

    @api.model
    def _settle_sockets(self):
        """Say of sockets that no listener looks after them any more."""
        now = database_time.now(self.env)
        for workspace_sudo in self.sudo().search([("socket_state", "!=", socket_state.OFF)]):
            if socket_state.is_gone(workspace_sudo._stored_socket(), now):
                words = with_company_lang(workspace_sudo.company_id or self.env.company, workspace_sudo)
                gone = words.env._("No listener runs (odoo-bin helpdesk_listen). Replies arrive within a minute.")
                values = {"state": socket_state.OFF, "since": now, "error": gone, "owner": "", "seen_at": None}
                workspace_sudo.write(workspace_sudo._socket_values(values))
