"""What is still to be set up, in the order in which a newcomer does it: *Getting started*, above all settings.

Each step is judged by what is there, never by a click on it; its button is one of `HEALTH_ACTIONS`, beside.
"""

from odoo import api, fields, models
from odoo.tools import config

from ..common.xmlids import AGENTS

STEPS = ("team", "people", "mailbox", "sending", "slack", "channel", "posted")


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
    helpdesk_step_slack = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_channel = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_posted = fields.Boolean(compute="_compute_helpdesk_steps")

    @api.depends("company_id", "helpdesk_slack_channel_id")
    def _compute_helpdesk_steps(self):
        for settings in self:
            teams = settings._helpdesk_teams()
            without_address = settings._helpdesk_without_address(teams)
            outside = settings._helpdesk_members_outside(teams)
            done = settings._helpdesk_steps(teams, without_address, outside)
            for step in STEPS:
                settings[f"helpdesk_step_{step}"] = done[step]
            settings.helpdesk_people_left = bool(without_address)
            settings.helpdesk_steps_left = list(done.values()).count(False)
            settings.helpdesk_members_outside = len(outside)
            # A server that was entered is one that may work.
            settings.helpdesk_sending_entered = (
                bool(self.env["ir.mail_server"].search_count([], limit=1)) or config["smtp_server"] != "localhost"
            )

    def _helpdesk_steps(self, teams, without_address, outside):
        """Step -> whether it is done, for the company of the form and its teams."""
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
        }

    def _helpdesk_teams(self):
        return self.env["helpdesk.ticket.team"].search([("company_id", "in", (self.company_id.id, False))])

    def _helpdesk_without_address(self, teams):
        """Those in whose names Odoo would have to write, and cannot."""
        return (teams.user_ids | self.env.user).filtered(lambda user: not user.email)

    def _helpdesk_members_outside(self, teams):
        """Members of teams who may read no tickets."""
        return teams.user_ids - self.env.ref(AGENTS).sudo().all_user_ids

    def _helpdesk_has_posted(self):
        """Whether something of this company has arrived in Slack."""
        ours = [("ticket_id.company_id", "in", (self.company_id.id, False))]
        # There is no index for messages that were sent, and webhooks make no threads.
        return bool(
            self.env["helpdesk.slack.thread"].search_count(ours, limit=1)
            or self.env["helpdesk.slack.outbox"].search_count([*ours, ("state", "=", "sent")], limit=1)
        )
