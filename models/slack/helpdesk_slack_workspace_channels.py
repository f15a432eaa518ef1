"""Lists the channels that the bot is in, so that people choose one instead of pasting its link."""

from odoo import models

from ...tools.common.notification import notification
from ...tools.slack import urls

MINE, KINDS, PUBLIC = "users.conversations", "public_channel,private_channel", "public_channel"
#: Slack recommends at most this many in one answer.
PAGE = 200
#: More channels than anybody chooses from; the link of any other can be pasted.
MOST_PAGES = 5


def _cursor(answer):
    return (answer.data.get("response_metadata") or {}).get("next_cursor") or ""


def _is_last(answer):
    """Whether an answer holds the end of the list."""
    return not _cursor(answer)


def _channels_in(answer):
    """The channels in an answer that a message can be sent to, as {id: name}."""
    listed = [one for one in answer.data.get("channels") or () if isinstance(one, dict)]
    named = {str(one.get("id")): str(one.get("name") or "")[:100] for one in listed}
    return {ref: f"#{name}" for ref, name in named.items() if name and urls.channel_id(ref) == ref}


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    def _learn_channels(self):
        """Store the list of the bot's channels, if Slack gives it: what is chosen next is one of them."""
        found, answer = self._ask_for_channels()
        if answer.ok:
            self._store_channels(found, _is_last(answer))

    def _list_channels(self):
        """List the bot's channels. :return: a notification with the result"""
        self.ensure_one()
        if not self.has_token:
            return notification("danger", self.env._("There is no bot token yet"), self.env._("Test a token first."))
        found, answer = self._ask_for_channels()
        if not answer.ok:
            return notification("danger", self.env._("Slack does not list its channels"), self._explain(answer))
        self._store_channels(found, _is_last(answer))
        if not found:
            return notification(
                "warning",
                self.env._("The bot is in no channel"),
                self.env._("In Slack, invite it: /invite @%s. Then press Refresh.", self.bot_name or "odoo-helpdesk"),
            )
        names = ", ".join(sorted(found.values()))
        return notification("success", self.env._("Channels to choose from: %s", len(found)), names)

    def _ask_for_channels(self):
        """Ask Slack for the channels that the bot is in. :return: {id: name}, and the last `Answer`"""
        self.env["helpdesk.bridge.database"]._check()
        connection, kinds, found, cursor = self._button_connection(), KINDS, {}, ""
        for _page in range(MOST_PAGES):
            asked = {"exclude_archived": "true", "limit": PAGE, **({"cursor": cursor} if cursor else {})}
            answer = connection.call(MINE, types=kinds, **asked)
            if answer.error == "missing_scope" and kinds == KINDS:
                # Without groups:read, Slack lists no private channels, and refuses to list any.
                kinds = PUBLIC
                answer = connection.call(MINE, types=kinds, **asked)
            if not answer.ok:
                break
            found |= _channels_in(answer)
            if _is_last(answer):
                break
            cursor = _cursor(answer)
        return found, answer

    def _store_channels(self, found, is_whole):
        """Make the list of channels as Slack has it. What a person has entered, or is in use, stays.

        :param found: {id: name}
        :param is_whole: whether these are all channels that the bot is in
        """
        self.ensure_one()
        channels = self.env["helpdesk.slack.channel"].sudo().with_context(active_test=False)
        known = channels.search([("workspace_id", "=", self.id)])
        for channel in known.filtered(lambda channel: channel.channel_ref in found):
            if channel.name != found[channel.channel_ref]:
                channel.name = found[channel.channel_ref]
            if channel.note:
                # It said that the bot is not there, or less.
                channel._ask_slack(self._button_connection())
        new = found.keys() - set(known.mapped("channel_ref"))
        channels.create(
            [
                {"name": found[ref], "channel_ref": ref, "workspace_id": self.id, "is_listed": True}
                for ref in sorted(new, key=found.get)
            ]
        )
        if is_whole:
            known.filtered(lambda one: one.is_listed and one.channel_ref not in found)._forget_unused()
