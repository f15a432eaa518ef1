"""Who can work on a ticket, and what becomes of the tickets of an agent who no longer can.

An agent who was archived, left the team or lost access would keep tickets that nobody looks at. Their open tickets are
unassigned at once, a note says why, and teams that assign by load get another agent for them
(`helpdesk_ticket_assignment`). Closed tickets keep their assignee, who is looked at when they are reopened. Being on
leave, or taking no new tickets, changes nothing.
"""

from odoo import api, models
from odoo.fields import Domain

from ..common.translated import with_company_lang
from ..common.xmlids import AGENTS

#: Why an agent cannot work on a ticket.
ARCHIVED, NOT_IN_TEAM, NO_ACCESS = "archived", "not_in_team", "no_access"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def copy_data(self, default=None):
        """A copy is open: it is given to nobody who can no longer work on it."""
        vals_list = super().copy_data(default)
        for ticket, vals in zip(self, vals_list, strict=True):
            if "user_id" not in (default or {}) and ticket.user_id and ticket._bridge_hindrance(ticket.user_id):
                vals["user_id"] = False
        return vals_list

    def _bridge_hindrance(self, user):
        """Why a user cannot work on this ticket: `ARCHIVED`, `NOT_IN_TEAM`, `NO_ACCESS`; "" if they can.

        A team without members is not kept: everybody with access works in it.
        """
        user_sudo, team_sudo = user.sudo(), self.sudo().team_id
        if not user_sudo.active and not user_sudo.share and user_sudo != self.env.ref("base.user_root"):
            return ARCHIVED
        is_agent = user_sudo._bridge_agents() and user_sudo.has_group(AGENTS)
        if not is_agent or self.sudo().company_id not in user_sudo.company_ids:
            return NO_ACCESS
        members = team_sudo.user_ids
        return NOT_IN_TEAM if members and user_sudo not in members else ""

    def _bridge_readable_by(self, user):
        """Those of these tickets that a colleague may read, in any of their companies; none for whoever is no user."""
        if not user.active or user.share:
            return self.browse()
        # As a request of theirs that names no company: whatever the one who asks has chosen.
        theirs = self.env(user=user.id, context={})[self._name].browse(self.ids)
        return self.browse(theirs._filtered_access("read").ids)

    def _bridge_replace_absent(self):
        """Unassign those of these tickets whose assignee can no longer work on them."""
        why = {ticket: ticket._bridge_hindrance(ticket.user_id) for ticket in self.sudo() if ticket.user_id}
        for reason in (ARCHIVED, NOT_IN_TEAM, NO_ACCESS):
            tickets = self.sudo().browse([ticket.id for ticket, found in why.items() if found == reason])
            tickets._bridge_unassign(reason)

    @api.model
    def _bridge_release(self, domain, reason):
        """Unassign the open tickets of a domain, all at once. :param reason: why their assignees cannot keep them"""
        self.sudo().search(Domain(domain) & self._bridge_open_domain())._bridge_unassign(reason)

    def _bridge_unassign(self, reason):
        """Unassign these tickets, say why, and let those be assigned again whose team wants that. As sudo."""
        if not self:
            return
        names = {ticket: ticket.user_id.name for ticket in self}
        # helpdesk_mgmt computes the team from the assignee, and for that looks up the stages of each ticket.
        with self.env.protecting([self._fields["team_id"], self._fields["stage_id"]], self):
            self.write({"user_id": False})
        self._bridge_mark_for_assignment()
        bodies = {}
        for company, tickets in self.grouped("company_id").items():
            for ticket in with_company_lang(company, tickets):
                bodies[ticket.id] = ticket._bridge_unassigned_text(reason, names[ticket])
        # Nobody has written it, least of all the customer whose reply reopens a ticket.
        self._message_log_batch(bodies=bodies, author_id=self.env.ref("base.partner_root").id)

    def _bridge_unassigned_text(self, reason, agent):
        """What is said of this ticket, which was unassigned. :param agent: the name of who had it"""
        found = {
            ARCHIVED: self.env._("%s was archived.", agent),
            NOT_IN_TEAM: self.env._("%s is not in the team of this ticket.", agent),
            NO_ACCESS: self.env._("%s has no access to this ticket.", agent),
        }
        follows = self.env._("The ticket is unassigned.")
        if self.assignment:
            follows = self.env._("The ticket will be assigned to another agent.")
        return f"{found[reason]} {follows}"
