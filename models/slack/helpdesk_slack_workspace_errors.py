"""Error messages for people: what Slack's responses mean and how to fix the problem."""

from odoo import models

from ...tools.slack import response as slack_response


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    def _explain(self, answer):
        """The error message for an answer: the problem, and how to fix it."""
        if answer.status == 429:
            return self.env._("Slack asks us to slow down. It will be retried automatically.")
        known = self._error_messages().get(answer.error)
        if known:
            return known
        detail = f": {answer.detail}" if answer.detail else ""
        return self.env._("Slack answered “%(code)s”%(detail)s.", code=answer.error, detail=detail)

    def _error_messages(self):
        bot = self[:1].bot_name or "bot"
        no_token = self.env._(
            "There is no bot token. Copy it from api.slack.com/apps → your app → OAuth & Permissions."
        )
        wrong_token = self.env._(
            "Slack does not accept this token. Copy the Bot User OAuth Token (xoxb-…) again from api.slack.com/apps "
            "→ your app → OAuth & Permissions (install the app to the workspace if it was removed) and enter it in "
            "Helpdesk → Configuration → Settings."
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
                "and write /invite @%s in the channel.",
                bot,
            ),
            "not_in_channel": self.env._("The bot is not in this channel. Write /invite @%s in the channel.", bot),
            "is_archived": self.env._("The channel is archived. Unarchive it in Slack or choose another one."),
            slack_response.CONNECTION_FAILED: self.env._(
                "Slack could not be reached. Check the internet connection, the firewall and the proxy of the Odoo "
                "server."
            ),
            slack_response.NO_ANSWER: self.env._("Slack did not answer in time."),
            slack_response.BAD_ANSWER: self.env._(
                "Something answered that is not Slack. Check the API address and any proxy in between."
            ),
            slack_response.REDIRECTED: self.env._(
                "The API address redirects to another address, which was not given the token. Enter the final address."
            ),
            slack_response.NOT_RENDERED: self.env._("The message could not be composed; see the server's log."),
            slack_response.OUTCOME_UNKNOWN: self.env._(
                "Slack's response was lost and the bot is not allowed to read the channel's history. Check the "
                "channel and press Retry if the message is not there."
            ),
        }
