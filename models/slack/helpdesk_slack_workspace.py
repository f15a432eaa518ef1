"""A Slack workspace: its API address, its state and the holds that Slack asked for.

Its secrets are stored by `helpdesk_slack_workspace_secrets` or come from the server's environment
(`helpdesk_slack_workspace_env`).
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.slack import urls
from ..common import database_time
from .button_connection import ButtonConnection
from .slack_client import SlackConnection

SLACK_API = "https://slack.com/api/"


class HelpdeskSlackWorkspace(models.Model):
    _name = "helpdesk.slack.workspace"
    _description = "Slack Workspace"
    _inherit = ["helpdesk.slack.health", "helpdesk.bridge.shared"]
    _order = "name, id"
    _way = "channel_id.workspace_id"

    name = fields.Char(required=True, default="Slack")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        ondelete="restrict",
        default=lambda self: self.env.company,
        help="Leave empty to let every company use this workspace.",
    )
    channel_ids = fields.One2many("helpdesk.slack.channel", "workspace_id", string="Channels")
    api_url = fields.Char(
        string="API Address",
        required=True,
        default=SLACK_API,
        groups="base.group_system",
        help="Change it only to use a gateway of your own: https, or http on this machine. After a change, the "
        "token must be entered again.",
    )
    at_least_once = fields.Boolean(
        string="When Unsure, Send Again",
        default=True,
        help="Slack's response can get lost. If the bot is not allowed to read the channel's history, "
        "Odoo cannot check whether the message arrived. Enabled: send it again. "
        "Disabled: mark it as failed and let a person decide.",
    )
    edit_hold_until = fields.Datetime(
        string="Edits on Hold Until",
        readonly=True,
        copy=False,
        help="Slack asked us to wait with edits; thread messages continue.",
    )
    search_hold_until = fields.Datetime(
        string="History on Hold Until",
        readonly=True,
        copy=False,
        help="Slack asked us to wait before searching for messages whose delivery is uncertain; the others continue.",
    )
    lookup_hold_until = fields.Datetime(
        string="Look-Ups on Hold Until",
        readonly=True,
        copy=False,
        help="Until then, Slack is not asked to look up users.",
    )
    people_note = fields.Char(string="People", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "No token"), ("ok", "Working"), ("paused", "Paused")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    slack_url = fields.Char(string="Address", readonly=True, copy=False)
    bot_name = fields.Char(readonly=True, copy=False)
    bot_ref = fields.Char(string="Bot ID", readonly=True, copy=False)
    granted_scopes = fields.Char(
        string="Scopes", readonly=True, copy=False, help="What the Slack app may do, as Slack said last."
    )

    @api.constrains("api_url")
    def _check_api_url(self):
        for workspace in self.sudo():
            if not urls.may_receive_secrets(workspace.api_url):
                raise ValidationError(
                    self.env._(
                        "The API address must begin with https:// (http:// only for this machine) and must not "
                        "contain a user name, a password or a query. Slack's own is %s.",
                        SLACK_API,
                    )
                )

    @api.constrains("company_id")
    def _check_channels_company(self):
        self.channel_ids._check_who_uses_it()

    def _connection(self, token=None):
        """The address and token to call Slack with. :param token: used instead of the stored one"""
        self.env["helpdesk.bridge.database"]._check()
        workspace_sudo = self.sudo()
        return SlackConnection(workspace_sudo.api_url, self._clean_token(token) or workspace_sudo._stored_token())

    def _button_connection(self, token=None):
        """The same for methods behind buttons: each call ends the transaction before it waits for Slack."""
        return ButtonConnection(self.env, self._connection(token))

    def _store_scopes(self, answer):
        """Store what Slack says that the token may do. :param answer: the `Answer` to a call of the bot"""
        if answer.scopes and answer.scopes != self.granted_scopes:
            self.sudo().granted_scopes = answer.scopes

    def _hold_edits(self, seconds):
        """Pause edits in this workspace for `seconds`: Slack limits edits separately from messages."""
        self.sudo().edit_hold_until = self._end_of_hold(seconds)
        self._wake_before(self.edit_hold_until, seconds)

    def _hold_searches(self, seconds):
        """Pause history searches in this workspace for `seconds`: Slack limits them separately as well."""
        self.sudo().search_hold_until = self._end_of_hold(seconds)
        self._wake_before(self.search_hold_until, seconds)

    def _note_finding(self, finding):
        """Store whether the bot may look up users, and when it may try again.

        :param finding: a `user_lookup.Finding`
        """
        vals = {}
        if finding.wait:
            vals["lookup_hold_until"] = database_time.now(self.env) + timedelta(seconds=finding.wait)
        if not finding.may_ask:
            vals["people_note"] = self.env._(
                "Agents are shown by name but not mentioned: the Slack app is not allowed to look them up. Add "
                "the scopes users:read and users:read.email under OAuth & Permissions, then reinstall the app."
            )
        elif finding.days and self.people_note:
            vals["people_note"] = False
        if vals:
            self.sudo().write(vals)
