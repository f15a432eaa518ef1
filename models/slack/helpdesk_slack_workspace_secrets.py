"""Stores the secrets of a workspace: forms can write them, and never read them.

Users type into the *entry* fields, which always read as empty. A token is stripped of the blanks that copying adds.
Another kind of secret is refused, with a hint where to find the bot token.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.slack import token_kind
from ..common.secret_entry import NO_ACCESS, secret_entry


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    bot_token = fields.Char(
        groups=NO_ACCESS,
        copy=False,
        help="The Bot User OAuth Token of your Slack app. It begins with xoxb-.",
    )
    signing_secret = fields.Char(
        groups=NO_ACCESS,
        copy=False,
        help="Verifies that a request comes from Slack.",
    )
    has_token = fields.Boolean(string="Token Is Set", compute="_compute_has_secrets", compute_sudo=True)
    has_signing_secret = fields.Boolean(
        string="Signing Secret Is Set", compute="_compute_has_secrets", compute_sudo=True
    )
    bot_token_entry = secret_entry(
        "bot_token",
        check="_check_token_not_from_environment",
        string="New Bot Token",
        help="Always shown empty. Fill it in to store a new token (xoxb-…); leave it empty to keep the stored one.",
    )
    signing_secret_entry = secret_entry(
        "signing_secret",
        string="New Signing Secret",
        help="Always shown empty. Found in the Slack app under Basic Information. It opens the Request URL for replies "
        "from Slack; without it there is no such page.",
    )

    @api.depends("bot_token", "signing_secret")
    def _compute_has_secrets(self):
        for workspace in self:
            workspace.has_token = bool(workspace.bot_token)
            workspace.has_signing_secret = bool(workspace.signing_secret)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_token_state(vals) for vals in vals_list])

    def write(self, vals):
        if "bot_token" in vals or "signing_secret" in vals:
            # Lock first: if there is a conflict, PostgreSQL logs this query, which contains no secret.
            self.lock_for_update(allow_referencing=True)
        vals = self._with_token_state(vals)
        if "api_url" in vals and "bot_token" not in vals:
            moved = self.filtered(lambda workspace: workspace.sudo().api_url != vals["api_url"])
            # A token is sent to one address only: after a change, the user must enter it again.
            super(HelpdeskSlackWorkspace, moved.sudo()).write(self._with_token_state({"bot_token": False}))
        result = super().write(vals)
        if "bot_token" in vals:
            # The token may belong to another workspace, where the same people have other ids.
            self.env["helpdesk.slack.member"].sudo().search(
                [("workspace_id", "in", self.ids), ("is_manual", "=", False)]
            ).unlink()
        return result

    @api.model
    def _with_token_state(self, vals):
        """Reset state, holds and identity when the token changes; without a token the state is draft."""
        if "bot_token" not in vals:
            return vals
        token = self._clean_token(vals["bot_token"])
        return {
            "slack_url": False,
            "bot_name": False,
            "bot_ref": False,
            "granted_scopes": False,
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
        """`token` without the blanks that come along when it is copied; a placeholder stays as it is."""
        if self._is_environment_placeholder(token):
            return token
        token = (token or "").strip()
        if token and not (token.isascii() and token.isprintable() and " " not in token):
            raise ValidationError(self.env._("This token contains invalid characters. Copy it again from Slack."))
        if token and (problem := self._token_problem(token_kind.kind(token))):
            raise ValidationError(problem)
        return token

    @api.model
    def _token_problem(self, kind):
        """What was pasted instead of a bot token, and where to find the bot token; "" for a bot token.

        :param kind: a value of `token_kind.kind`
        """
        if kind == token_kind.BOT:
            return ""
        what = {
            "user": self.env._("This is a user token: it would post as a person, not as the bot."),
            "app": self.env._("This is an app-level token, which cannot write messages."),
            "rotating": self.env._(
                "This token expires after some hours, because token rotation is enabled for the Slack app. Create "
                "the app again from our manifest, without token rotation."
            ),
            "legacy": self.env._("This is an outdated kind of token."),
            "browser": self.env._("This is a browser token, which belongs to a person."),
            "address": self.env._("This is a URL, not a token. Enter a webhook URL on the channel."),
            "secret": self.env._("This is one of the app's other secrets, not its token."),
        }.get(kind, self.env._("This is not a Slack token."))
        where = self.env._(
            "Take the Bot User OAuth Token, which begins with xoxb-: api.slack.com/apps → your app → "
            "OAuth & Permissions."
        )
        return f"{what} {where}"

    def _stored_token(self):
        """The token to call Slack with, as plain text: from the environment, or the stored one."""
        if self.token_from_environment:
            return self._environment_token()
        return self.sudo().bot_token or ""

    def action_remove_token(self):
        """Remove the stored token. Queued messages wait for a new one."""
        self._check_token_not_from_environment()
        self.check_access("write")
        self.sudo().bot_token = False

    def _stored_signing_secret(self):
        """The secret that verifies Slack's requests, from the environment or stored; empty: no request is genuine."""
        return self._environment_signing_secret() or self.sudo().signing_secret or ""

    def action_remove_signing_secret(self):
        """Remove the stored signing secret."""
        self.check_access("write")
        self.sudo().signing_secret = False
