"""How a user is linked to Slack, and how they link themself: by a code that they send from their Slack account."""

import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools.common.notification import notification
from ...tools.slack import link_code
from ..common import database_time
from ..common.secret_entry import NO_ACCESS
from ..common.xmlids import AGENTS, LEADERS

#: Minutes for which a code is valid.
VALID = 15


class ResUsers(models.Model):
    _inherit = "res.users"

    slack_link_hash = fields.Char(groups=NO_ACCESS, copy=False)
    slack_link_until = fields.Datetime(groups=NO_ACCESS, copy=False)
    slack_link_note = fields.Char(
        string="Slack Account", compute="_compute_slack_link_note", compute_sudo=True, groups=f"{AGENTS},{LEADERS}"
    )

    slack_is_linked = fields.Boolean(
        string="Acts From Slack",
        compute="_compute_slack_link_note",
        compute_sudo=True,
        search="_search_slack_is_linked",
        groups=f"{AGENTS},{LEADERS}",
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 (Odoo's name)
        return super().SELF_READABLE_FIELDS + ["slack_link_note"]

    @api.depends("slack_member_ids.confirmed_by", "slack_member_ids.member_ref", "email", "active")
    @api.depends_context("lang")
    def _compute_slack_link_note(self):
        """Whether this user can act from Slack, and if not, why."""
        by_email = self.env["helpdesk.slack.workspace"].search_count([("link_by_email", "=", True)], limit=1)
        for user in self:
            user.slack_is_linked = False
            confirmed = user.slack_member_ids.filtered(lambda one: one.confirmed_by and one.member_ref)
            if not user._bridge_agents():
                user.slack_link_note = self.env._("Not linked: not an active internal user.")
            elif confirmed:
                user.slack_is_linked = True
                user.slack_link_note = self.env._("Linked to %s.", ", ".join(confirmed.mapped("member_ref")))
            elif not by_email:
                user.slack_link_note = self.env._("Not linked.")
            elif not user.email_normalized:
                user.slack_link_note = self.env._("Not linked: no email address.")
            elif user._slack_has_same_address():
                user.slack_link_note = self.env._("Not linked: other users have the same email address.")
            else:
                user.slack_is_linked = True
                user.slack_link_note = self.env._("Recognized by the email address %s.", user.email_normalized)

    @api.model
    def _search_slack_is_linked(self, operator, value):
        if operator != "in":
            return NotImplemented
        agents = self.sudo().with_context(active_test=False)
        agents = agents.search([("all_group_ids", "in", self.env.ref(AGENTS).ids)])
        linked = agents.filtered("slack_is_linked")
        return [("id", "in", [user.id for user in agents if (user in linked) in value])]

    def _slack_has_same_address(self):
        same = self.search([("email_normalized", "=", self.email_normalized), ("id", "!=", self.id)])
        return bool(same._bridge_agents())

    def action_link_slack(self):
        """Show a code that links the Slack account from which it is sent to this user."""
        self.ensure_one()
        if self != self.env.user or not self._bridge_agents():
            raise AccessError(self.env._("Only internal users can link their own Slack account."))
        code = link_code.new(secrets.choice)
        self.sudo().write(
            {
                "slack_link_hash": self._slack_hash(code),
                "slack_link_until": database_time.now(self.env) + timedelta(minutes=VALID),
            }
        )
        return notification(
            "warning",
            self.env._("Send this code from Slack"),
            self.env._(
                "Reply in any ticket's thread within %(minutes)s minutes: link %(code)s", minutes=VALID, code=code
            ),
            then="stay",
        )

    @api.model
    def _slack_hash(self, code):
        return hashlib.sha256(f"helpdesk_bridge {code}".encode()).hexdigest()

    @api.model
    def _slack_take_code(self, code, workspace):
        """The user whose code this is, as sudo; it is valid once. Empty for a wrong, used or outdated one."""
        mine = [("slack_link_hash", "=", self._slack_hash(code))]
        user = self.sudo().search([*mine, ("slack_link_until", ">=", database_time.now(self.env))], limit=1)
        user = user._bridge_agents()
        if workspace.company_id and workspace.company_id not in user.company_ids:
            return user.browse()
        user.write({"slack_link_hash": False, "slack_link_until": False})
        return user
