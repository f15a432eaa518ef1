from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.tools import reset_cached_properties

from . import caches
from .xmlids import AGENTS, LEADERS, SYSTEM


class ResUsers(models.Model):
    _inherit = "res.users"

    slack_member_ids = fields.One2many("helpdesk.slack.member", "user_id", string="Slack Members", groups=LEADERS)
    helpdesk_takes_none = fields.Boolean(
        string="Do Not Assign Tickets to Me",
        groups=AGENTS,
        help="Automatic assignment skips you. The tickets you already have stay yours.",
    )
    helpdesk_ticket_limit = fields.Integer(
        string="Open Ticket Limit",
        groups=AGENTS,
        help="With this many open tickets, automatic assignment skips this user. 0: no limit.",
    )

    _helpdesk_ticket_limit_positive = models.Constraint(
        "CHECK (helpdesk_ticket_limit >= 0)", "The open ticket limit must be 1 or more, or 0 for no limit."
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 (Odoo's name)
        return super().SELF_READABLE_FIELDS + ["helpdesk_takes_none"]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 (Odoo's name)
        return super().SELF_WRITEABLE_FIELDS + ["helpdesk_takes_none"]

    def write(self, vals):
        result = super().write(vals)
        if "company_ids" in vals:
            self._bridge_companies_changed()
        return result

    @api.model
    def _bridge_companies_changed(self):
        """Forget which companies users work in, in every process.

        Odoo does so for a change of the user, not of the company.
        """
        for env in list(self.env.transaction.envs):
            reset_cached_properties(env)
        caches.forget(self.env)

    def _bridge_agents(self):
        """Those of these users who are agents: active internal people, and not OdooBot."""
        return self.filtered(lambda user: user.active and not user.share and user.id != SUPERUSER_ID)

    @tools.ormcache("self.id")
    def _bridge_is_agent(self):
        """Whether this user is an agent, kept by every process: Odoo forgets it with the user's groups."""
        return bool(self.sudo()._bridge_agents())

    @api.model
    def _bridge_administrator(self, company):
        """The first administrator who works in a company, else the first one; empty where there is none."""
        administrators = self.env.ref(SYSTEM).sudo().all_user_ids.filtered("active").sorted("id")
        at_home = administrators.filtered(lambda user: company in user.company_ids)
        return (at_home or administrators)[:1]

    def _bridge_available(self, company):
        """Those of these users who take a ticket of this company today: who may see it, and wants it."""
        agents_sudo = (
            self.sudo()
            ._bridge_agents()
            .filtered(
                lambda user: (
                    not user.helpdesk_takes_none
                    and (not company or company in user.company_ids)
                    and user.has_group(AGENTS)
                )
            )
        )
        return agents_sudo - agents_sudo._bridge_on_leave()

    def _bridge_on_leave(self):
        """Those of these users who are on leave right now, if the Time Off app is there to know.

        What it books as worked time, such as a day at home or a business trip, is no absence.
        """
        if "hr.leave" not in self.env:
            return self.browse()
        now = fields.Datetime.now()
        leaves_sudo = (
            self.env["hr.leave"]
            .sudo()
            .search(
                [
                    ("employee_id.user_id", "in", self.ids),
                    ("state", "=", "validate"),
                    ("holiday_status_id.time_type", "=", "leave"),
                    ("date_from", "<=", now),
                    ("date_to", ">=", now),
                ]
            )
        )
        return leaves_sudo.employee_id.user_id
