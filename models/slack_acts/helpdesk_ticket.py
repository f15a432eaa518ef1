"""A ticket as people act on it from Slack: which buttons it has, and what the chatter says of what was done there."""

from odoo import models

from ...tools.slack import acts
from ...tools.slack.acts import Act, Menu

#: Seconds for which a reaction can be taken back, where nothing says for how long a reply can.
HOLD = 30


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _slack_acts(self, channel):
        """The buttons of the first message, while clicks reach us and the team takes what comes from Slack."""
        found = super()._slack_acts(channel)
        workspace = channel.workspace_id.sudo()
        if not workspace.has_buttons or self._slack_replies() == "off":
            return found
        return (*found, *self._slack_own_acts())

    def _slack_own_acts(self):
        """What can be done with this ticket as it is, whoever looks at it."""
        self.ensure_one()
        ticket = self.sudo()
        if ticket.duplicate_id:
            return ()
        if ticket.closed or not ticket.active:
            return (Act(acts.REOPEN, self.env._("Reopen")),)
        return (*self._slack_acts_of_assignee(), self._slack_close_act(), self._slack_menu())

    def _slack_acts_of_assignee(self):
        if self.sudo().user_id._bridge_agents():
            return (Act(acts.HAND_OVER, self.env._("Hand over")),)
        return (Act(acts.TAKE, self.env._("Take"), "primary"),)

    def _slack_close_act(self):
        confirm = (
            self.env._("Close this ticket?"),
            self.env._("The customer gets the closing email if the team sends one."),
            self.env._("Close"),
            self.env._("Cancel"),
        )
        return Act(acts.CLOSE, self.env._("Close"), confirm=confirm)

    def _slack_menu(self):
        return Menu(
            (
                (acts.ASSIGN, self.env._("Assign to…")),
                (acts.STAGE, self.env._("Stage…")),
                (acts.PRIORITY, self.env._("Priority…")),
                self._slack_snooze_option(),
                (acts.NO_TICKET, self.env._("Not a ticket")),
            )
        )

    def _slack_snooze_option(self):
        if self.sudo().snoozed_until:
            return (acts.WAKE, self.env._("Wake up"))
        return (acts.SNOOZE, self.env._("Snooze…"))

    def _slack_takes_reactions(self):
        """Whether reactions to the first message do something."""
        team = self.sudo().team_id
        return bool(team.slack_reactions) and self._slack_replies() != "off"

    def _slack_hold(self):
        """Hook: for how many seconds a person can take back what cannot be undone later."""
        return HOLD

    def _slack_assignees(self):
        """The users to whom this ticket can be given, the current one first."""
        ticket = self.sudo()
        users = ticket.team_id.user_ids
        if not users:
            users = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").sudo().all_user_ids
        able = users.filtered(lambda user: not ticket._bridge_hindrance(user))
        return able.sorted(lambda user: (user != self.env.user, user.name.lower()))

    def _slack_log(self, words, tracked=False):
        """Say in the chatter what was done from Slack. :param tracked: whether Odoo logs the change itself"""
        if tracked:
            self._track_set_log_message(words)
        else:
            self._message_log(body=words)
