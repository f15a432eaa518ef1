"""What the way back from Slack needs to know of a workspace: who we are there, and who may act."""

from odoo import api, fields, models

from ...tools.slack.inbound_row import Identity, ref
from ..common import database_time

#: Where Slack sends requests to; the workspace's id follows.
ROUTE = "/helpdesk_bridge/slack"


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    team_ref = fields.Char(string="Workspace ID", readonly=True, copy=False)
    bot_user_ref = fields.Char(string="Member ID of the Bot", readonly=True, copy=False)
    link_by_email = fields.Boolean(
        string="Recognize Agents by Email Address",
        default=True,
        help="A member of the Slack workspace acts as the internal user with the same email address, if Slack has "
        "confirmed the address and nobody else has it. Otherwise only those act who are linked explicitly.",
    )
    request_url = fields.Char(
        string="Request URL",
        compute="_compute_request_url",
        help="For Event Subscriptions, Interactivity and Slash Commands of the Slack app, if it uses no Socket Mode.",
    )
    http_heard_at = fields.Datetime(
        string="Heard by HTTP",
        readonly=True,
        copy=False,
        help="When Slack first reached the Request URL with the present signing secret.",
    )
    inbound_hold_until = fields.Datetime(
        string="Inbox on Hold Until", readonly=True, copy=False, help="Slack could not be asked who somebody is."
    )

    def _compute_request_url(self):
        for workspace in self:
            workspace.request_url = f"{workspace.get_base_url()}{ROUTE}/{workspace._origin.id or 0}"

    def _note_heard(self, source):
        """Note that Slack has reached us, which proves that a transport works. :param source: as of a row"""
        if source == "http" and not self.http_heard_at:
            self.sudo().http_heard_at = database_time.now(self.env)
            self.env["helpdesk.slack.inbound"]._wake()

    def _is_interactive(self):
        """Whether clicks, shortcuts and commands reach us: by a transport that has proved to work."""
        return bool(self.sudo().http_heard_at and self._stored_signing_secret())

    def _slack_identity(self):
        """Who we are in this workspace, as an `Identity`."""
        return Identity(self.bot_ref or "", self.bot_user_ref or "")

    def _store_bot_identity(self, identity):
        result = super()._store_bot_identity(identity)
        self.sudo().write({"team_ref": ref(identity.get("team_id")), "bot_user_ref": ref(identity.get("user_id"))})
        return result

    @api.model
    def _with_token_state(self, vals):
        """Another token may be of another workspace, and of another bot."""
        if "signing_secret" in vals:
            vals = {"http_heard_at": False, **vals}
        if "bot_token" in vals:
            vals = {"team_ref": False, "bot_user_ref": False, "inbound_hold_until": False, **vals}
        return super()._with_token_state(vals)
