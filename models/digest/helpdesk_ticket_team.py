"""The digest of a team: in its Slack channel."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.digest import message
from ..common import database_time
from ..common.xmlids import AGENTS
from ..ticket.helpdesk_ticket_desk import OPEN
from .wanted import Wanted


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    digest = fields.Boolean(
        string="Morning Digest",
        groups=AGENTS,
        help="On each working day of the company, one message in the team's Slack channel: what is at risk today, who "
        "waits longest, which snoozes end. No message on a day without any of these.",
    )
    digest_hour = fields.Float(string="Digest At", default=8.0, groups=AGENTS, help="In the time zone of the company.")
    digest_since = fields.Datetime(compute="_compute_digest_since", store=True, groups=AGENTS)

    @api.depends("digest")
    def _compute_digest_since(self):
        for team in self:
            team.digest_since = team.digest and database_time.now(self.env)

    @api.constrains("digest_hour")
    def _check_digest_hour(self):
        if any(not 0 <= team.digest_hour < 24 for team in self.sudo()):
            raise ValidationError(self.env._("Choose a time between 0:00 and 23:59 for the digest."))

    def _digest_wanted(self):
        """What is to be known before this team's digest; None if it wants none, or has nowhere to read it."""
        if not self.digest or not self.active or not self._digest_channel():
            return None
        company = self.company_id or self.env.ref("base.main_company")
        calendar = company.resource_calendar_id
        return Wanted(
            way="channel",
            company=company,
            zone=ZoneInfo(calendar.tz or company.partner_id.tz or "UTC"),
            hour=self.digest_hour,
            since=self.digest_since or None,
            calendar=calendar,
            resources=self.env["resource.resource"],
        )

    def _digest_channel(self):
        company = self.company_id or self.env.ref("base.main_company")
        return self.env["helpdesk.ticket"]._slack_channel_of(self, company)

    def _digest_companies(self):
        """The companies whose tickets of this team are posted where its digest is: a shared team has others, too."""
        channel, tickets = self._digest_channel(), self.env["helpdesk.ticket"]
        companies = self.company_id
        if not companies:
            # Only open tickets are told of.
            groups = tickets.sudo()._read_group(OPEN & Domain("team_id", "=", self.id), ["company_id"])
            companies = companies.union(*(company for [company] in groups))
        return companies.filtered(lambda company: tickets._slack_channel_of(self, company) == channel)

    def _digest_post(self, digest, wanted, parts):
        """Enqueue the digest as one message."""
        words = self.with_context(lang=wanted.company._bridge_lang() or self.env.lang)
        title = words.env._("Good morning, %s", words.name)
        self.env["helpdesk.slack.outbox"]._enqueue_digest(self._digest_channel(), message.slack(title, parts))
