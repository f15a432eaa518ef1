"""*Getting started* in the Settings: the remaining setup steps, in their natural order.

A step is done when its result exists; there are no boxes to tick. Buttons open `HEALTH_ACTIONS`.
"""

from odoo import api, fields, models
from odoo.tools import config

from ...tools.slack.way_back import Speed
from ..common.xmlids import AGENTS

STEPS = ("team", "people", "mailbox", "sending", "slack", "channel", "posted")
#: Nobody has to do it: it does not count among the steps that remain.
OPTIONAL = ("from_slack",)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_steps_left = fields.Integer(compute="_compute_helpdesk_steps")
    helpdesk_step_team = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_members_outside = fields.Integer(compute="_compute_helpdesk_steps")
    helpdesk_step_people = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_people_left = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_company_email = fields.Char(related="company_id.email")
    helpdesk_step_mailbox = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_sending = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_sending_entered = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_sending_advice = fields.Char(compute="_compute_helpdesk_steps")
    helpdesk_step_slack = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_channel = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_posted = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_from_slack = fields.Boolean(compute="_compute_helpdesk_steps")

    @api.depends("company_id", "helpdesk_slack_channel_id")
    def _compute_helpdesk_steps(self):
        for settings in self:
            teams = settings._helpdesk_teams()
            without_address = settings._helpdesk_without_address(teams)
            outside = settings._helpdesk_members_outside(teams)
            done = settings._helpdesk_steps(teams, without_address, outside)
            replaced = self.env["helpdesk.bridge.health"]._replaced_senders(settings.company_id)
            settings.helpdesk_sending_advice = settings._helpdesk_sender_advice(replaced)
            done["sending"] = done["sending"] and not replaced
            for step in STEPS + OPTIONAL:
                settings[f"helpdesk_step_{step}"] = done[step]
            settings.helpdesk_people_left = bool(without_address)
            settings.helpdesk_steps_left = sum(not done[step] for step in STEPS)
            settings.helpdesk_members_outside = len(outside)
            # A configured server may work; an email that it sent proves it.
            settings.helpdesk_sending_entered = (
                bool(self.env["ir.mail_server"].search_count([], limit=1)) or config["smtp_server"] != "localhost"
            )

    def _helpdesk_steps(self, teams, without_address, outside):
        """Step -> whether it is done, for the form's company and its teams."""
        staffed = teams.filtered(lambda team: team.user_ids - outside)
        mailboxes = self.env["fetchmail.server"].search(
            [("state", "=", "done"), ("helpdesk_team_id", "in", staffed.ids)], limit=1
        )
        channels = self.helpdesk_slack_channel_id | teams.slack_channel_id
        workspace = self.company_id._slack_workspace()
        return {
            "team": bool(staffed),
            "people": bool(self.company_id.email) and not without_address,
            "mailbox": bool(mailboxes),
            "sending": self.env["helpdesk.bridge.health"]._has_sent_email(self.company_id),
            "slack": bool(workspace.has_token and workspace.state == "ok"),
            "channel": bool(channels.filtered(lambda channel: not channel._problem())),
            "posted": self._helpdesk_has_posted(),
            "from_slack": bool(workspace) and workspace._way_back().speed is Speed.SECOND,
        }

    def _helpdesk_teams(self):
        return self.env["helpdesk.ticket.team"].search([("company_id", "in", (self.company_id.id, False))])

    def _helpdesk_without_address(self, teams):
        """The users who send emails but have no email address."""
        return (teams.user_ids | self.env.user).filtered(lambda user: not user.email)

    def _helpdesk_members_outside(self, teams):
        """Members of teams who have no access to tickets."""
        return teams.user_ids - self.env.ref(AGENTS).sudo().all_user_ids

    def _helpdesk_has_posted(self):
        """Whether a message about one of this company's tickets was posted to Slack."""
        ours = [("ticket_id.company_id", "in", (self.company_id.id, False))]
        # Threads first: no index covers sent messages. Webhooks create no threads.
        return bool(
            self.env["helpdesk.slack.thread"].search_count(ours, limit=1)
            or self.env["helpdesk.slack.outbox"].search_count([*ours, ("state", "=", "sent")], limit=1)
        )
