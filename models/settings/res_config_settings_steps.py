"""*Getting started* in the Settings: the setup steps, in the order of README.

A step is done when its result exists; there are no boxes to tick. Once all of them were done, the list is gone for
good: what breaks later is shown by *Health*.
"""

from odoo import api, fields, models
from odoo.tools import config

from ...tools.slack.way_back import Speed
from ..common.xmlids import AGENTS

STEPS = ("slack", "channel", "team", "people", "mailbox", "sending", "posted")
#: Nobody has to do it: it does not count among the steps that remain.
OPTIONAL = ("from_slack",)
#: Steps whose place opens with a new record as long as there is none.
NEW = ("team", "mailbox", "sending")


class HelpdeskBridgeSettings(models.AbstractModel):
    _inherit = "helpdesk.bridge.settings"

    helpdesk_members_outside = fields.Integer(compute="_compute_helpdesk_members")
    helpdesk_members_unreachable = fields.Integer(compute="_compute_helpdesk_members")
    helpdesk_has_trouble = fields.Boolean(compute="_compute_helpdesk_has_trouble")

    @api.depends("company_id")
    def _compute_helpdesk_has_trouble(self):
        """Whether Health, which is far below, has something to say."""
        parts = [name for name in self._fields if name.startswith("helpdesk_health_")]
        for settings in self:
            settings.helpdesk_has_trouble = bool(
                any(settings[part] in ("look", "down") for part in parts)
                or settings.helpdesk_members_outside
                or settings.helpdesk_members_unreachable
            )

    @api.depends("company_id")
    def _compute_helpdesk_members(self):
        for settings in self:
            teams = settings._helpdesk_teams()
            settings.helpdesk_members_outside = len(settings._helpdesk_members_outside(teams))
            settings.helpdesk_members_unreachable = len(teams.user_ids.filtered(lambda user: not user.email))

    def _helpdesk_teams(self):
        return self.env["helpdesk.ticket.team"].search([("company_id", "in", (self.company_id.id, False))])

    def _helpdesk_without_address(self, teams):
        """The users who send emails but have no email address."""
        return (teams.user_ids | self.env.user).filtered(lambda user: not user.email)

    def _helpdesk_members_outside(self, teams):
        """Members of teams who have no access to tickets."""
        return teams.user_ids - self.env.ref(AGENTS).sudo().all_user_ids


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_steps_left = fields.Integer(compute="_compute_helpdesk_steps")
    helpdesk_steps_done = fields.Char(compute="_compute_helpdesk_steps")
    helpdesk_next_step = fields.Char(compute="_compute_helpdesk_steps")
    helpdesk_step_team = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_people = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_people_left = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_company_email = fields.Char(related="company_id.email", readonly=False, string="Your company's email")
    helpdesk_step_mailbox = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_sending = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_sending_entered = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_sending_advice = fields.Char(compute="_compute_helpdesk_steps")
    helpdesk_step_slack = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_channel = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_posted = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_step_from_slack = fields.Boolean(compute="_compute_helpdesk_steps")
    helpdesk_mailboxes = fields.Char(compute="_compute_helpdesk_mailboxes")

    @api.depends("company_id", "helpdesk_slack_channel_id", "helpdesk_company_email")
    def _compute_helpdesk_steps(self):
        for settings in self:
            teams = settings._helpdesk_teams()
            without_address = settings._helpdesk_without_address(teams)
            done = settings._helpdesk_steps(teams, without_address)
            replaced = self.env["helpdesk.bridge.health"]._replaced_senders(settings.company_id)
            settings.helpdesk_sending_advice = settings._helpdesk_sender_advice(replaced)
            is_set_up = settings._helpdesk_is_set_up(done)
            done["sending"] = done["sending"] and not replaced
            for step in STEPS + OPTIONAL:
                settings[f"helpdesk_step_{step}"] = done[step]
            left = [] if is_set_up else [step for step in STEPS if not done[step]]
            settings.helpdesk_people_left = bool(without_address)
            settings.helpdesk_steps_left = len(left)
            settings.helpdesk_next_step = left[0] if left else False
            settings.helpdesk_steps_done = self.env._(
                "%(done)s of %(all)s", done=len(STEPS) - len(left), all=len(STEPS)
            )
            # A configured server may work; an email that it sent proves it.
            settings.helpdesk_sending_entered = (
                bool(self.env["ir.mail_server"].search_count([], limit=1)) or config["smtp_server"] != "localhost"
            )

    @api.depends("company_id")
    def _compute_helpdesk_has_trouble(self):
        """While the steps are shown, what is not set up yet is no trouble."""
        result = super()._compute_helpdesk_has_trouble()
        self.filtered("helpdesk_steps_left").helpdesk_has_trouble = False
        return result

    @api.depends("company_id")
    def _compute_helpdesk_mailboxes(self):
        for settings in self:
            mailboxes = self.env["fetchmail.server"].search(
                [("helpdesk_team_id.company_id", "in", (settings.company_id.id, False)), ("state", "=", "done")]
            )
            addresses = [mailbox.helpdesk_address or mailbox.name for mailbox in mailboxes if mailbox.helpdesk_team_id]
            settings.helpdesk_mailboxes = ", ".join(addresses) or self.env._("There is no support mailbox yet.")

    def _helpdesk_is_set_up(self, done):
        """Whether everything was done once.

        A ticket in Slack and an email that was sent prove it for what was set up before this was remembered.
        """
        return bool(
            self.company_id.sudo().helpdesk_set_up_date or all(done.values()) or (done["posted"] and done["sending"])
        )

    @api.model
    def default_get(self, fields):
        """Opening the Settings with all steps done is the moment that is remembered."""
        values = super().default_get(fields)
        company = self.env.company.sudo()
        is_opened = "helpdesk_steps_left" in fields and self.browse().has_access("create")
        if is_opened and not company.helpdesk_set_up_date:
            opened = self.new({"company_id": company.id})
            if not opened.helpdesk_steps_left:
                company.helpdesk_set_up_date = self.env.cr.now()
        return values

    def _helpdesk_steps(self, teams, without_address):
        """Step -> whether it is done, for the form's company and its teams."""
        staffed = teams.filtered(lambda team: team.user_ids - self._helpdesk_members_outside(team))
        mailboxes = self.env["fetchmail.server"].search(
            [("state", "=", "done"), ("helpdesk_team_id", "in", staffed.ids)], limit=1
        )
        channels = self.helpdesk_slack_channel_id | teams.slack_channel_id
        workspace = self.company_id._slack_workspace()
        return {
            "team": bool(staffed),
            "people": bool(self.helpdesk_company_email) and not without_address,
            "mailbox": bool(mailboxes),
            "sending": self.env["helpdesk.bridge.health"]._has_sent_email(self.company_id),
            "slack": bool(workspace.has_token and workspace.state == "ok"),
            "channel": bool(channels.filtered(lambda channel: not channel._problem())),
            "posted": self._helpdesk_has_posted(),
            "from_slack": bool(workspace) and workspace._way_back().speed is Speed.SECOND,
        }

    def _helpdesk_has_posted(self):
        """Whether a message about one of this company's tickets was posted to Slack."""
        ours = [("ticket_id.company_id", "in", (self.company_id.id, False))]
        # Threads first: no index covers sent messages. Webhooks create no threads.
        return bool(
            self.env["helpdesk.slack.thread"].search_count(ours, limit=1)
            or self.env["helpdesk.slack.outbox"].search_count([*ours, ("state", "=", "sent")], limit=1)
        )

    def action_helpdesk_open_part(self):
        """As for Health; the place of a step that is not done yet opens where it is done, with what is known."""
        action, part = super().action_helpdesk_open_part(), self.env.context.get("helpdesk_part")
        if part in NEW:
            action["context"] = getattr(self, f"_helpdesk_new_{part}")()
            if not self.env[action["res_model"]].search_count([], limit=1):
                action["views"] = [(False, "form")]
        if part in ("people", "members"):
            users = self.env["res.users"].search(action["domain"], limit=2)
            if len(users) == 1:
                action.update(res_id=users.id, views=[view for view in action["views"] if view[1] == "form"])
        return action

    def _helpdesk_new_team(self):
        """The values of a first team: who sets it up is a member."""
        return {"default_user_ids": self.env.user.ids}

    def _helpdesk_new_mailbox(self):
        return {"helpdesk_mailbox": True}

    def _helpdesk_new_sending(self):
        return {}
