"""What the way back from Slack needs to know of a workspace: who we are there, and who may act."""

from datetime import timedelta

from odoo import api, fields, models

from ...tools.slack.inbound_row import Identity, ref
from ..common import database_time

#: Where Slack sends requests to; the workspace's id follows.
ROUTE = "/helpdesk_bridge/slack"
#: Minutes between two notes that Slack tells of changed profiles.
TOLD_EVERY = 60


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
    inbound_hold_until = fields.Datetime(
        string="Inbox on Hold Until", readonly=True, copy=False, help="Slack could not be asked who somebody is."
    )

    profile_told_at = fields.Datetime(
        string="Told of a Changed Profile",
        readonly=True,
        copy=False,
        help="When Slack last told of anybody's change of profile: then less has to be asked.",
    )

    def _compute_request_url(self):
        for workspace in self:
            workspace.request_url = f"{workspace.get_base_url()}{ROUTE}/{workspace._origin.id or 0}"

    def write(self, vals):
        result = super().write(vals)
        if not {"bot_token", "api_url"}.isdisjoint(vals):
            # Another token may be of another workspace, in which somebody else has this member ID.
            self.env["helpdesk.slack.person"].sudo().search([("workspace_id", "in", self.ids)])._end_answers()
        return result

    def _note_told(self):
        """Slack has just told of a changed profile."""
        now = database_time.now(self.env)
        if not self.profile_told_at or now - self.profile_told_at >= timedelta(minutes=TOLD_EVERY):
            self.profile_told_at = now

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
        if "bot_token" in vals:
            unknown = {"team_ref": False, "bot_user_ref": False, "profile_told_at": False}
            vals = {**unknown, "inbound_hold_until": False, **vals}
        return super()._with_token_state(vals)
