"""People in Slack: what Slack says of them, and as which Odoo user they act, or why they do not.

A row is made when somebody first does something. What Slack said counts for a short while
(`tools.slack.stored_answer`); a change of their profile ends it at once, also while Slack is being asked. As whom they
act in Odoo is looked up at every act. What Slack said stays valid a few minutes longer only while it cannot be asked.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from ...tools.slack import member_profile, stored_answer
from ..common import database_time
from ..common.retention import delete_batch, oldest

#: For so long Slack's last word about a person counts while Slack cannot be asked.
KNOWN_MINUTES = 10
#: For so many days a name is taken from here.
NAME_DAYS = 1
#: Why somebody does not act about whom Slack was not asked yet.
UNCHECKED = "unchecked"
#: What is read of a person to judge as whom they act.
JUDGED = (
    *("workspace_id", "member_ref", "name", "email", "email_is_theirs"),
    *("refusal", "checked_at", "changes", "told_at"),
)
#: People who were not seen for so many days are forgotten.
FORGET_DAYS = 90


class HelpdeskSlackPerson(models.Model):
    _name = "helpdesk.slack.person"
    _description = "Person in Slack"
    _order = "name, id"

    workspace_id = fields.Many2one("helpdesk.slack.workspace", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="workspace_id.company_id")
    member_ref = fields.Char(string="Member ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    refusal = fields.Char(readonly=True, help="What speaks against this person, by Slack's account.")
    email_is_theirs = fields.Boolean(
        string="Address Is Unique", readonly=True, help="Slack finds this very person by the email address."
    )
    checked_at = fields.Datetime(string="Checked", readonly=True, help="When Slack was last asked about this person.")
    changes = fields.Integer(
        string="Changed Profiles", readonly=True, help="How often Slack has told of a change of this person's profile."
    )
    told_at = fields.Datetime(
        string="Told", readonly=True, help="When the person was last told why nothing happens in Odoo."
    )
    user_id = fields.Many2one("res.users", string="Acts as", compute="_compute_user", compute_sudo=True)
    link = fields.Selection(
        [("administrator", "Set by an administrator"), ("person", "By code"), ("email", "By email address")],
        string="Linked",
        compute="_compute_user",
        compute_sudo=True,
    )
    reason = fields.Char(string="Why Not", compute="_compute_user", compute_sudo=True)

    _member_unique = models.Constraint("UNIQUE (workspace_id, member_ref)", "This person is in the list already.")

    @api.depends("refusal", "email", "email_is_theirs", "workspace_id.link_by_email")
    @api.depends_context("lang")
    def _compute_user(self):
        for person in self:
            user, refusal = person._acts_as()
            person.user_id = user
            person.reason = refusal and person._in_words(person.env, refusal)
            confirmed = self.env["helpdesk.slack.member"]._confirmed(person.workspace_id, person.member_ref)
            person.link = (confirmed.confirmed_by or "email") if user else False

    # ------------------------------------------------------------
    # What Slack says
    # ------------------------------------------------------------

    @api.model
    def _of(self, workspace, member_ref):
        same = [("workspace_id", "=", workspace.id), ("member_ref", "=", member_ref)]
        return self.sudo().search_fetch(same, JUDGED, limit=1)

    @api.model
    def _ensure(self, workspace, member_ref):
        """The row of a person; a new one acts as nobody until Slack was asked."""
        values = {"workspace_id": workspace.id, "member_ref": member_ref, "refusal": UNCHECKED}
        return self._of(workspace, member_ref) or self.sudo().create(values)

    def _store(self, profile, email_is_theirs):
        """Store what Slack said of a person just now. :param profile: `member_profile.Profile`"""
        self.write(
            {
                "name": profile.name or self.name,
                "email": profile.email,
                "refusal": profile.refusal,
                "email_is_theirs": email_is_theirs,
                "checked_at": database_time.now(self.env),
            }
        )

    def _known_user(self, was_delivered):
        """As whom this person acts without Slack being asked again; empty if it has to be. A refusal counts as unknown.

        :param was_delivered: see `stored_answer.is_valid`
        """
        told_at = self.workspace_id.sudo().profile_told_at or None
        now = database_time.now(self.env)
        is_valid = stored_answer.is_valid(now, self.checked_at or None, told_at, was_delivered)
        return self._acts_as()[0] if is_valid else self.env["res.users"]

    def _known_lately(self):
        """Whether Slack has said so lately who this is that its silence now does not matter."""
        since = database_time.now(self.env) - timedelta(minutes=KNOWN_MINUTES)
        return bool(self.checked_at) and self.checked_at >= since

    @api.model
    def _forget(self, workspace, member_refs):
        """These people have changed their profiles: what was known of them is not valid any more."""
        changed = [("workspace_id", "=", workspace.id), ("member_ref", "in", list(member_refs))]
        self.sudo().search(changed)._end_answers()

    def _end_answers(self):
        for person in self:
            # Counted: somebody may be asking Slack just now, and get what was true before.
            person.write({"checked_at": False, "changes": person.changes + 1})

    @api.model
    def _names(self, workspace, member_refs):
        """The names of people, by id, as far as they are known and not old."""
        if not member_refs:
            return {}
        since = database_time.now(self.env) - timedelta(days=NAME_DAYS)
        mine = [("workspace_id", "=", workspace.id), ("member_ref", "in", list(member_refs))]
        found = self.sudo().search([*mine, ("name", "!=", False), ("checked_at", ">=", since)])
        return {person.member_ref: person.name for person in found}

    @api.autovacuum
    def _gc_old(self):
        """Delete people who have not been seen for long: they are personal data."""
        before = database_time.now(self.env) - timedelta(days=FORGET_DAYS)
        return delete_batch(oldest(self, [("write_date", "<", before)]))

    # ------------------------------------------------------------
    # Who acts
    # ------------------------------------------------------------

    def _acts_as(self):
        """The Odoo user as whom this person acts, and why not: (user, "") or (nobody, a word of `_in_words`)."""
        users = self.env["res.users"].sudo()
        if not self:
            return users, member_profile.UNKNOWN
        if self.refusal:
            return users, self.refusal
        confirmed = self.env["helpdesk.slack.member"]._confirmed(self.workspace_id, self.member_ref)
        if confirmed:
            user = confirmed.user_id._bridge_agents()
            return (user, "") if user else (users, "inactive")
        if not self.workspace_id.sudo().link_by_email:
            return users, "unlinked"
        return self._acts_by_email(users)

    def _acts_by_email(self, users):
        address = email_normalize(self.email or "")
        if not address:
            return users, "no_email"
        found = users.with_context(active_test=False).search([("email_normalized", "=", address)])
        agents = found._bridge_agents()
        if not agents:
            return users, "inactive" if found.filtered(lambda user: not user.share) else "unlinked"
        if len(agents) > 1 or not self.email_is_theirs:
            return users, "ambiguous"
        theirs = [("workspace_id", "=", self.workspace_id.id), ("user_id", "=", agents.id)]
        others = self.env["helpdesk.slack.member"].sudo().search([*theirs, ("confirmed_by", "!=", False)])
        return (users, "taken") if others else (agents, "")

    @api.model
    def _in_words(self, env, refusal):
        """Why somebody does not act, in plain words."""
        link = env._(
            "Open your preferences in Odoo, press Link My Slack Account and send the code here, or ask an "
            "administrator."
        )
        return {
            member_profile.STRANGER: env._("This person belongs to another Slack workspace."),
            member_profile.GUEST: env._("This person is a guest in Slack."),
            member_profile.PROGRAM: env._("This is a bot."),
            member_profile.DELETED: env._("This account is deactivated in Slack."),
            member_profile.UNCONFIRMED: env._("The email address in Slack is not confirmed."),
            member_profile.UNKNOWN: env._("Slack does not know this person."),
            member_profile.NOT_ALLOWED: env._(
                "The Slack app may not look people up. Add the scopes users:read and users:read.email, then install it "
                "again."
            ),
            UNCHECKED: env._("Slack was not asked about this person yet."),
            "inactive": env._("The Odoo user is archived, or is no internal user."),
            "no_email": env._("Slack does not show an email address, by which Odoo could find the user.") + " " + link,
            "unlinked": env._("No Odoo user is linked to this Slack account.") + " " + link,
            "ambiguous": env._("Several users have this email address.") + " " + link,
            "taken": env._("The Odoo user is linked to another Slack account.") + " " + link,
            "no_access": env._("The Odoo user may not read this ticket."),
        }.get(refusal, refusal)

    def _tell(self, entry, reason, refusal):
        """The arguments of an ephemeral message that says why nothing happened; None if they were told today."""
        self.ensure_one()
        now = database_time.now(self.env)
        silent = refusal in (member_profile.PROGRAM, member_profile.DELETED, member_profile.UNKNOWN)
        if silent or not entry.channel_ref or (self.told_at and self.told_at > now - timedelta(days=1)):
            return None
        self.told_at = now
        words = entry._in_words()
        text = words.env._("Odoo has not taken what you wrote: %s", reason)
        where = {"thread_ts": entry.thread_ts} if entry.thread_ts else {}
        return {"channel": entry.channel_ref, "user": self.member_ref, "text": text, **where}
