"""Maps Odoo users to Slack members: looked up by email address, or entered by hand.

A look-up is a network call, so the dispatcher makes it just before it sends a message that names the user. The result
is stored for a while, also when no member was found. A member ID entered by hand is never overwritten.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, email_normalize

from ...tools.slack import root_message
from ..common import database_time


class HelpdeskSlackMember(models.Model):
    _name = "helpdesk.slack.member"
    _inherit = ["helpdesk.bridge.shared"]
    _description = "Slack Member"
    _company_paths = ("workspace_id.company_id",)
    _order = "workspace_id, id"
    _rec_name = "member_ref"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", index=True)
    workspace_id = fields.Many2one("helpdesk.slack.workspace", required=True, ondelete="cascade", index=True)
    member_ref = fields.Char(
        string="Member ID",
        help="In Slack open the person's profile, choose ⋮ and Copy member ID. It begins with U or W. Empty: not a "
        "member, shown by name.",
    )
    email = fields.Char(readonly=True, help="The address used to look up the user in Slack.")
    is_manual = fields.Boolean(string="Entered by Hand", default=True)
    expires_at = fields.Datetime(readonly=True, help="Then Slack is asked again.")

    _user_unique = models.Constraint("UNIQUE (user_id, workspace_id)", "This user is in the list already.")

    @api.constrains("member_ref")
    def _check_member_ref(self):
        for member in self:
            if member.member_ref and not root_message.member(member.member_ref):
                raise ValidationError(
                    self.env._("“%s” is not a Slack member ID: those begin with U or W.", member.member_ref)
                )

    def write(self, vals):
        if "member_ref" in vals:
            vals = {"is_manual": True, **vals}
        return super().write(vals)

    @api.model
    def _refs(self, workspace, users):
        """The member ids of these users in a workspace.

        :return: the known member ids, by user id; and (user id, address) of the users to look up
        """
        if not users:
            return {}, ()
        mine = [("workspace_id", "=", workspace.id), ("user_id", "in", users.ids)]
        names = ["user_id", "member_ref", "email", "is_manual", "expires_at"]
        members = {member.user_id: member for member in self.sudo().search_fetch(mine, names, order="id")}
        now, refs, unresolved_users = database_time.now(self.env), {}, []
        for user in users:
            member, address = members.get(user, self.browse()), email_normalize(user.email or "")
            fresh = member.is_manual or (member.email == address and member.expires_at and member.expires_at > now)
            if member.member_ref and (fresh or member.email == address):
                refs[user.id] = member.member_ref
            if member and fresh:
                continue
            if address and (not workspace.lookup_hold_until or workspace.lookup_hold_until <= now):
                unresolved_users.append((user.id, address))
        return refs, tuple(unresolved_users)

    @api.model
    def _store_lookup(self, workspace_id, user_id, email, finding):
        """Store a look-up. :param finding: a `user_lookup.Finding` with a result"""
        now = database_time.now(self.env)
        self.flush_model()
        # Two workers may look up the same user at the same moment.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_slack_member
                            (workspace_id, user_id, email, member_ref, expires_at, is_manual, create_date, write_date)
                     VALUES (%(workspace)s, %(user)s, %(email)s, %(ref)s, %(expires)s, FALSE, %(now)s, %(now)s)
                ON CONFLICT (user_id, workspace_id) DO UPDATE
                        SET email = EXCLUDED.email, member_ref = EXCLUDED.member_ref,
                            expires_at = EXCLUDED.expires_at, write_date = EXCLUDED.write_date
                      WHERE NOT helpdesk_slack_member.is_manual
                """,
                workspace=workspace_id,
                user=user_id,
                email=email,
                ref=finding.ref or None,
                expires=now + timedelta(days=finding.days),
                now=now,
            )
        )
        self.invalidate_model(flush=False)
