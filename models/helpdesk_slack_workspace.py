"""The credentials of one Slack workspace, and whether they work."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import delivery, slack_token, urls
from .slack_connection import SlackConnection

SLACK_API = "https://slack.com/api/"


class HelpdeskSlackWorkspace(models.Model):
    _name = "helpdesk.slack.workspace"
    _description = "Slack Workspace"
    _inherit = ["helpdesk.slack.health"]
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
    bot_token = fields.Char(
        groups="base.group_system",
        copy=False,
        help="The Bot User OAuth Token of your Slack app. It begins with xoxb-.",
    )
    signing_secret = fields.Char(
        groups="base.group_system",
        copy=False,
        help="Proves that a request comes from Slack. Kept for when buttons in Slack are switched on.",
    )
    has_token = fields.Boolean(string="Token Is Set", compute="_compute_has_secrets", compute_sudo=True)
    has_signing_secret = fields.Boolean(
        string="Signing Secret Is Set", compute="_compute_has_secrets", compute_sudo=True
    )
    # What a form shows: a secret goes in through these and never comes out.
    bot_token_entry = fields.Char(
        string="New Bot Token",
        compute="_compute_entries",
        inverse="_inverse_bot_token_entry",
        groups="base.group_system",
        help="Always shown empty. Fill it in to store a new token (xoxb-…); leave it empty to keep the stored one.",
    )
    signing_secret_entry = fields.Char(
        string="New Signing Secret",
        compute="_compute_entries",
        inverse="_inverse_signing_secret_entry",
        groups="base.group_system",
        help="Always shown empty. Found in the Slack app under Basic Information. With it Odoo will know requests of "
        "Slack from forged ones, once buttons in Slack are switched on. Nothing needs it yet.",
    )
    api_url = fields.Char(
        string="API Address",
        required=True,
        default=SLACK_API,
        groups="base.group_system",
        help="Change it only for a gateway of your own: https, or http on this very machine. "
        "The token must be entered anew after a change.",
    )
    at_least_once = fields.Boolean(
        string="When Unsure, Send Again",
        default=True,
        help="When Slack's answer was lost and the bot may not read the channel's history, nobody can tell whether the "
        "message arrived. Ticked: send it again. Not ticked: mark it as failed and let a person decide.",
    )
    edit_hold_until = fields.Datetime(
        string="Edits on Hold Until",
        readonly=True,
        copy=False,
        help="Slack asked us to wait with edits; lines in threads go on.",
    )
    search_hold_until = fields.Datetime(
        string="History on Hold Until",
        readonly=True,
        copy=False,
        help="Slack asked us to wait with looking for messages whose arrival is uncertain; the others go on.",
    )
    lookup_hold_until = fields.Datetime(
        string="Look-Ups on Hold Until",
        readonly=True,
        copy=False,
        help="Until then Slack is not asked who somebody is.",
    )
    people_note = fields.Char(string="People", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "No Token"), ("ok", "Working"), ("paused", "Paused")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    slack_url = fields.Char(string="Address", readonly=True, copy=False)
    bot_name = fields.Char(readonly=True, copy=False)
    bot_ref = fields.Char(string="Bot ID", readonly=True, copy=False)

    @api.depends("bot_token", "signing_secret")
    def _compute_has_secrets(self):
        for workspace in self:
            workspace.has_token = bool(workspace.bot_token)
            workspace.has_signing_secret = bool(workspace.signing_secret)

    def _compute_entries(self):
        self.bot_token_entry = self.signing_secret_entry = False

    def _inverse_bot_token_entry(self):
        for workspace in self.filtered(lambda workspace: (workspace.bot_token_entry or "").strip()):
            workspace.bot_token = workspace.bot_token_entry

    def _inverse_signing_secret_entry(self):
        for workspace in self.filtered(lambda workspace: (workspace.signing_secret_entry or "").strip()):
            workspace.signing_secret = workspace.signing_secret_entry.strip()

    @api.constrains("api_url")
    def _check_api_url(self):
        for workspace in self.sudo():
            if not urls.may_receive_secrets(workspace.api_url):
                raise ValidationError(
                    self.env._(
                        "The API address must begin with https:// (http:// only for this very machine) and must not "
                        "contain a user name, a password or a query. Slack's own is %s.",
                        SLACK_API,
                    )
                )

    @api.constrains("company_id")
    def _check_company(self):
        self.channel_ids._check_users()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_token_state(vals) for vals in vals_list])

    def write(self, vals):
        if "bot_token" in vals or "signing_secret" in vals:
            # A conflict shall be found by a query that carries no secret: PostgreSQL's refusal is logged with it.
            self.lock_for_update(allow_referencing=True)
        vals = self._with_token_state(vals)
        if "api_url" in vals and "bot_token" not in vals:
            moved = self.filtered(lambda workspace: workspace.sudo().api_url != vals["api_url"])
            # A token is shown to one address only: the new one has to be trusted anew.
            super(HelpdeskSlackWorkspace, moved).write(self._with_token_state({"bot_token": False}))
        result = super().write(vals)
        if "bot_token" in vals:
            # It may be another workspace's, where the same people have other ids.
            self.env["helpdesk.slack.member"].sudo().search(
                [("workspace_id", "in", self.ids), ("is_manual", "=", False)]
            ).unlink()
        return result

    @api.model
    def _with_token_state(self, vals):
        """A new token deserves a new chance, and may be another bot's; no token is no working state."""
        if "bot_token" not in vals:
            return vals
        token = self._clean_token(vals["bot_token"])
        return {
            "slack_url": False,
            "bot_name": False,
            "bot_ref": False,
            **vals,
            "bot_token": token or False,
            "state": "ok" if token else "draft",
            "pause_reason": False,
            "hold_until": False,
            "edit_hold_until": False,
            "search_hold_until": False,
            "lookup_hold_until": False,
            "people_note": False,
        }

    @api.model
    def _clean_token(self, token):
        """`token` without the blanks that come along when it is copied."""
        token = (token or "").strip()
        if token and not (token.isascii() and token.isprintable() and " " not in token):
            raise ValidationError(self.env._("This token has characters that no token has. Copy it again from Slack."))
        if token and (problem := self._token_problem(slack_token.kind(token))):
            raise ValidationError(problem)
        return token

    @api.model
    def _token_problem(self, kind):
        """What was pasted instead of a bot token, and where that is found; "" for a bot token.

        :param kind: a word of `slack_token.kind`
        """
        if kind == slack_token.BOT:
            return ""
        what = {
            "user": self.env._("This is a user token: it would speak as a person, not as the bot."),
            "app": self.env._("This is an app-level token, which cannot write messages."),
            "rotating": self.env._(
                "This token expires after some hours, because token rotation is switched on for the Slack app. "
                "Create the app anew, from our manifest, without it."
            ),
            "legacy": self.env._("This is a token of an old kind."),
            "browser": self.env._("This is the token of a browser, which belongs to a person."),
            "address": self.env._("This is an address, not a token. That of a webhook belongs to the channel."),
            "secret": self.env._("This is one of the app's other secrets, not its token."),
        }.get(kind, self.env._("This is no token of Slack."))
        where = self.env._(
            "Take the Bot User OAuth Token, which begins with xoxb-: api.slack.com/apps → your app → "
            "OAuth & Permissions."
        )
        return f"{what} {where}"

    def _connection(self, token=None):
        """What is needed to call Slack, as plain values. :param token: instead of the stored one."""
        self.env["helpdesk.bridge.home"]._check()
        workspace_sudo = self.sudo()
        return SlackConnection(workspace_sudo.api_url, self._clean_token(token) or workspace_sudo._stored_token())

    def _stored_token(self):
        return self.bot_token or ""

    def action_remove_token(self):
        """Forget the stored token. What is owed to Slack waits for a new one."""
        self.check_access("write")
        self.bot_token = False

    def _stored_signing_secret(self):
        """The secret to check the signatures of Slack's requests with; without one none is genuine."""
        return self.sudo().signing_secret or ""

    def action_remove_signing_secret(self):
        """Forget the stored signing secret."""
        self.check_access("write")
        self.signing_secret = False

    def action_test_connection(self):
        """Ask Slack who we are; show the answer, or what is wrong and how to mend it."""
        self.ensure_one()
        self.check_access("write")
        return self._test_connection()

    def _test_connection(self, token=None):
        """:param token: a token not stored yet; it is stored when Slack accepts it, and only then"""
        token = (token or "").strip()
        connection = self._connection(token)
        if not connection.token:
            return self._notification(
                "danger", self.env._("There is no token yet"), self._explain(delivery.Answer(error="not_authed"))
            )
        answer = connection.call("auth.test")
        not_kept = " " + self.env._("The token you have typed is not stored.") if token else ""
        if answer.error in delivery.NOT_REACHED:
            return self._notification("danger", self.env._("Slack does not answer"), self._explain(answer) + not_kept)
        if not answer.ok:
            if not token and delivery.judge(answer, 1).action == delivery.Action.PAUSE_WORKSPACE:
                self._pause(self._explain(answer))
            return self._notification("danger", self.env._("Slack refused it"), self._explain(answer) + not_kept)
        identity = answer.data
        if token:
            self.bot_token_entry = token
        self._identify(identity)
        for channel in self.channel_ids.filtered(lambda channel: channel.name == channel.channel_ref):
            channel._ask_slack()
        self.sudo().write({"state": "ok", "pause_reason": False, "hold_until": False, "lookup_hold_until": False})
        message = self.env._(
            "Connected to the workspace %(team)s as %(bot)s.",
            team=identity.get("team") or "?",
            bot=identity.get("user") or "?",
        )
        if token:
            message += " " + self.env._("The token is stored.")
        return self._notification("success", self.env._("It works"), message)

    def _identify(self, identity):
        """Remember who we are in Slack. :param identity: the data of a good ``auth.test``"""
        self.sudo().write(
            {
                "name": identity.get("team") or self.name,
                "slack_url": identity.get("url"),
                "bot_name": identity.get("user"),
                "bot_ref": identity.get("bot_id"),
            }
        )

    def _hold_edits(self, seconds):
        """Edit nothing in this workspace for `seconds`: Slack counts edits apart from messages."""
        self.sudo().edit_hold_until = self._end_of_hold(seconds)

    def _hold_searches(self, seconds):
        """Look for no message in this workspace's history for `seconds`: Slack counts that apart as well."""
        self.sudo().search_hold_until = self._end_of_hold(seconds)

    def _note_finding(self, finding):
        """Remember whether the bot may ask who somebody is, and when to ask again.

        :param finding: a `people.Finding`
        """
        vals = {}
        if finding.wait:
            vals["lookup_hold_until"] = fields.Datetime.now() + timedelta(seconds=finding.wait)
        if not finding.may_ask:
            vals["people_note"] = self.env._(
                "Agents are shown by name and not called: the Slack app may not look them up. Add the scopes "
                "users:read and users:read.email under OAuth & Permissions, and install the app again."
            )
        elif finding.days and self.people_note:
            vals["people_note"] = False
        if vals:
            self.sudo().write(vals)

    @api.model
    def _notification(self, kind, title, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": title,
                "message": message,
                "sticky": kind == "danger",
                # The form below shows what it was before; this reads it anew.
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _explain(self, answer):
        """Plain words for a person: what is wrong, and what to do about it."""
        known = self._remedies().get(answer.error)
        if known:
            return known
        if answer.status == 429:
            return self.env._("Slack asks us to slow down. It will be tried again by itself.")
        detail = f": {answer.detail}" if answer.detail else ""
        return self.env._("Slack answered “%(code)s”%(detail)s.", code=answer.error, detail=detail)

    @api.model
    def _remedies(self):
        no_token = self.env._(
            "There is no bot token. Copy it from api.slack.com/apps → your app → OAuth & Permissions."
        )
        wrong_token = self.env._(
            "Slack does not accept this token. Copy the Bot User OAuth Token (xoxb-…) again from api.slack.com/apps "
            "→ your app → OAuth & Permissions; install the app to the workspace if it was removed."
        )
        return {
            "not_authed": no_token,
            "invalid_auth": wrong_token,
            "token_revoked": wrong_token,
            "token_expired": wrong_token,
            "account_inactive": wrong_token,
            "not_allowed_token_type": self.env._("This is not a bot token. The right one begins with xoxb-."),
            "missing_scope": self.env._(
                "The Slack app lacks a permission. Add the scopes of our manifest under OAuth & Permissions, then "
                "install the app again."
            ),
            "channel_not_found": self.env._(
                "Slack does not know this channel, or it is private and the bot was not invited. Check the channel ID "
                "and write /invite @bot in the channel."
            ),
            "not_in_channel": self.env._("The bot is not in this channel. Write /invite @bot in the channel."),
            "is_archived": self.env._("The channel is archived. Unarchive it in Slack or choose another one."),
            delivery.CONNECTION_FAILED: self.env._(
                "Slack could not be reached. Check the internet connection, the firewall and the proxy of the Odoo "
                "server."
            ),
            delivery.NO_ANSWER: self.env._("Slack did not answer in time."),
            delivery.BAD_ANSWER: self.env._(
                "Something answered that is not Slack. Check the API address and any proxy in between."
            ),
            delivery.REDIRECTED: self.env._(
                "The API address redirects to another address, which was not given the token. Enter the final address."
            ),
            delivery.NOT_RENDERED: self.env._("The message could not be written; the server's log says why."),
            delivery.OUTCOME_UNKNOWN: self.env._(
                "Slack's answer was lost and the bot may not read the channel's history. Look in the channel; press "
                "Retry if the message is not there."
            ),
        }
