"""A ticket whose customer can be answered from Slack: its button, and what the modal offers."""

from odoo import models

from ...tools.slack import acts, reply_modal
from ...tools.slack.acts import Act
from ...tools.slack.reply_modal import Option
from ...tools.ticket.message_category import NOTE, REPLY

SEND = "note_and_send"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _slack_may_reply(self):
        """Whether the team replies to customers from Slack."""
        return self._slack_replies() == SEND

    def _slack_own_acts(self):
        """Beside what can be done with the ticket itself, reply to its customer."""
        found = super()._slack_own_acts()
        if not self._slack_may_reply() or self.sudo().duplicate_id or not self.sudo().active:
            return found
        return (Act(acts.REPLY, self.env._("Reply to customer"), "primary"), *map(_without_style, found))

    def _slack_hold(self):
        """A reaction can be taken back for as long as a reply."""
        return self._bridge_reply_hold()

    def _slack_offered_files(self):
        """Files that a reply can take along: the newest of what colleagues have put on the ticket."""
        team = self.sudo().message_ids.sorted("id", reverse=True)
        team = team.filtered(lambda one: one.attachment_ids and self._bridge_message_category(one) in (NOTE, REPLY))
        return team.attachment_ids.sorted("id", reverse=True)[: reply_modal.MAX_BOXES]

    def _slack_unsent_reply(self):
        """The reply of the current user that they took back, or that was stopped, if it is their newest one."""
        mine = [("ticket_id", "=", self.id), ("author_id", "=", self.env.uid)]
        newest = self.env["helpdesk.ticket.reply"].sudo().search(mine, limit=1)
        return newest.filtered(lambda reply: reply.state in ("undone", "stopped"))

    def _slack_recipients(self, choices):
        """Recipients as the modal shows them. :param choices: of `_bridge_reply_choices`"""
        to, copy = self.env._("To: %s"), self.env._("Cc: %s")
        return tuple(
            Option(reply_modal.key(choice.address), (to if choice.is_customer else copy) % choice.label)
            for choice in choices
        )


def _without_style(act):
    """A button among others of which only one stands out."""
    return Act(act.name, act.label, confirm=act.confirm) if isinstance(act, Act) else act
