"""Which member acts as which user: a member ID that an administrator entered, or that the user proved by a code.

A member ID that a manager enters is used to mention the user, as ever. To let somebody act as another person takes
more.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..common.xmlids import SYSTEM

#: What a link is about: whoever changes one of these makes it another link.
LINK = frozenset({"member_ref", "user_id", "workspace_id", "confirmed_by"})


class HelpdeskSlackMember(models.Model):
    _inherit = "helpdesk.slack.member"

    confirmed_by = fields.Selection(
        [("administrator", "An administrator"), ("person", "The user")],
        readonly=True,
        copy=False,
        help="Then the member acts in Odoo as this user. Otherwise the member ID is only used to mention the user.",
    )

    _one_user = models.UniqueIndex(
        "(workspace_id, member_ref) WHERE confirmed_by IS NOT NULL AND member_ref IS NOT NULL",
        "This Slack account is linked to another user already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_confirmation(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_confirmation(vals))

    @api.model
    def _with_confirmation(self, vals):
        """`vals`, with who confirms the link: an administrator by entering it, anybody else not at all."""
        if not vals.keys() & LINK:
            return vals
        if self.env.su and "confirmed_by" in vals:
            return vals
        is_administrator = self.env.su or self.env.user.has_group(SYSTEM)
        return {**vals, "confirmed_by": "administrator" if is_administrator and vals.get("member_ref") else False}

    def action_confirm(self):
        """Let these members act in Odoo as their users."""
        self.check_access("write")
        if not self.env.user.has_group(SYSTEM):
            raise AccessError(self.env._("Only an administrator may let somebody act as another user."))
        # From now on it is as entered by hand: no look-up changes it.
        self.sudo().filtered("member_ref").write({"confirmed_by": "administrator", "is_manual": True})

    @api.model
    def _store_lookup(self, workspace_id, user_id, email, finding):
        """Store a look-up, but in no link: the address may be somebody else's by now, who would act as the user."""
        mine = [("workspace_id", "=", workspace_id), ("user_id", "=", user_id), ("confirmed_by", "!=", False)]
        if linked := self.sudo().search(mine):
            linked.is_manual = True
            return None
        return super()._store_lookup(workspace_id, user_id, email, finding)

    @api.model
    def _confirmed(self, workspace, member_ref):
        """The link of a member who acts as a user, as sudo; may be empty."""
        mine = [("workspace_id", "=", workspace.id), ("member_ref", "=", member_ref), ("confirmed_by", "!=", False)]
        return self.sudo().search(mine, limit=1) if member_ref else self.sudo().browse()

    @api.model
    def _link(self, workspace, member_ref, user):
        """Link a member to the user who has proved to be this person; an earlier link of either ends."""
        mine = [("workspace_id", "=", workspace.id)]
        others = self.sudo().search([*mine, ("member_ref", "=", member_ref), ("user_id", "!=", user.id)])
        others.filtered("confirmed_by").write({"confirmed_by": False})
        self.env.flush_all()
        values = {"member_ref": member_ref, "is_manual": True, "confirmed_by": "person"}
        member = self.sudo().search([*mine, ("user_id", "=", user.id)], limit=1)
        if member:
            member.write(values)
            return member
        return self.sudo().create({**values, "workspace_id": workspace.id, "user_id": user.id})
