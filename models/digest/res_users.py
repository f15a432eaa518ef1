"""The digest of an agent: a direct message in Slack if they are there, else Odoo's own notification."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.digest import message
from ..common import database_time
from ..common.xmlids import AGENTS
from .wanted import Wanted

OWN = ["helpdesk_digest", "helpdesk_digest_hour"]


class ResUsers(models.Model):
    _inherit = "res.users"

    helpdesk_digest = fields.Boolean(
        string="Morning Digest",
        groups=AGENTS,
        help="On each of your working days, one message about your tickets: what is at risk today, who waits longest, "
        "which snoozes end. It comes in Slack, or as Odoo notifies you otherwise. No message on a day without any.",
    )
    helpdesk_digest_hour = fields.Float(string="Digest At", default=8.0, groups=AGENTS, help="In your time zone.")
    helpdesk_digest_since = fields.Datetime(compute="_compute_helpdesk_digest_since", store=True, groups=AGENTS)

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 (Odoo's name)
        return super().SELF_READABLE_FIELDS + OWN

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 (Odoo's name)
        return super().SELF_WRITEABLE_FIELDS + OWN

    @api.depends("helpdesk_digest")
    def _compute_helpdesk_digest_since(self):
        for user in self:
            user.helpdesk_digest_since = user.helpdesk_digest and database_time.now(self.env)

    @api.constrains("helpdesk_digest_hour")
    def _check_helpdesk_digest_hour(self):
        if any(not 0 <= user.helpdesk_digest_hour < 24 for user in self.sudo()):
            raise ValidationError(self.env._("Choose a time between 0:00 and 23:59 for the digest."))

    def _digest_wanted(self):
        """What is to be known before this agent's digest; None if they want none or are no agent any more."""
        if not self.helpdesk_digest or not self._bridge_agents() or not self.has_group(AGENTS):
            return None
        company = self.company_id
        resources = self.resource_ids.filtered(lambda one: one.company_id in (company, self.env["res.company"]))[:1]
        return Wanted(
            way="person",
            company=company,
            zone=self.env["helpdesk.ticket"].with_company(company)._bridge_zone_of(self),
            hour=self.helpdesk_digest_hour,
            since=self.helpdesk_digest_since or None,
            calendar=resources.calendar_id or company.resource_calendar_id,
            resources=resources,
        )

    def _digest_post(self, digest, wanted, parts):
        """Send the digest to this agent alone."""
        words = self.with_context(lang=self.lang)
        title = words.env._("Good morning, %s", self.name)
        link = f"{self.get_base_url()}/odoo/helpdesk-desk"
        content = {
            "person": self.id,
            "subject": words.env._("Your tickets today"),
            "html": message.html(parts, link, words.env._("Open My Desk")),
        }
        channel = self._digest_carrier(wanted)
        if channel:
            self.env["helpdesk.slack.outbox"]._enqueue_digest(channel, message.slack(title, parts), **content)
        else:
            self._digest_notify(content["subject"], content["html"])

    def _digest_carrier(self, wanted):
        """The channel by whose workspace this agent can be reached in Slack; empty if there is no bot."""
        tickets, channels = self.env["helpdesk.ticket"], self.env["helpdesk.slack.channel"].sudo()
        for team in [*self.helpdesk_team_ids.sudo(), self.env["helpdesk.ticket.team"]]:
            channels |= tickets._slack_channel_of(team, wanted.company)
        return channels.filtered(lambda one: one.workspace_id.has_token and one.workspace_id.state == "ok")[:1]

    def _digest_notify(self, subject, html):
        """Let Odoo notify this agent: in its inbox or by email, as they have chosen. The mail queue sends it."""
        odoobot = self.env.ref("base.partner_root")
        thread = self.env["mail.thread"].sudo().with_context(lang=self.lang)
        thread.message_notify(
            body=Markup(html),  # escaped by `tools.digest.message`
            subject=subject,
            author_id=odoobot.id,
            partner_ids=self.partner_id.ids,
            email_layout_xmlid="mail.mail_notification_light",
            force_send=False,
        )
