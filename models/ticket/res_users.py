"""A user who is archived, deleted, or loses Helpdesk, a company or a team no longer has the tickets there.

What they said for the team stays its word (`res_partner`).
"""

from dataclasses import dataclass

from odoo import models
from odoo.fields import Domain

from ..common.xmlids import AGENTS
from .helpdesk_ticket_assignee import ARCHIVED, NO_ACCESS, NOT_IN_TEAM

#: The fields that decide which tickets a user can work on.
DECIDING = frozenset({"active", "group_ids", "role", "company_ids", "helpdesk_team_ids"})


@dataclass(frozen=True)
class Work:
    """Where a user can work."""

    active: bool
    agent: bool
    companies: frozenset
    teams: frozenset


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        if not vals.keys() & DECIDING or not self.env.registry.ready:
            return super().write(vals)
        before, people = self._bridge_work(), self._bridge_people_inside()
        result = super().write(vals)
        people._bridge_note_left()
        self._bridge_release_lost(before)
        return result

    def unlink(self):
        self.env["helpdesk.ticket"]._bridge_release([("user_id", "in", self.ids)], NO_ACCESS)
        people = self._bridge_people_inside()
        result = super().unlink()
        people._bridge_note_left()
        return result

    def _bridge_people_inside(self):
        """The contacts of those of these users who speak for the team."""
        return self.sudo().filtered(lambda user: user.active and not user.share).partner_id

    def _bridge_work(self):
        """Where these users can work now: ``{user: Work}``."""
        return {
            user: Work(
                active=user.active,
                agent=bool(user._bridge_agents()) and user.has_group(AGENTS),
                companies=frozenset(user.company_ids.ids),
                teams=frozenset(user.helpdesk_team_ids.ids),
            )
            for user in self.sudo()
        }

    def _bridge_release_lost(self, before):
        """Release the tickets of these users that they cannot work on any more. :param before: `Work` by user"""
        lost = {ARCHIVED: Domain.FALSE, NO_ACCESS: Domain.FALSE, NOT_IN_TEAM: Domain.FALSE}
        for user, now in self._bridge_work().items():
            then, theirs = before[user], Domain("user_id", "=", user.id)
            if then.active and not now.active:
                lost[ARCHIVED] |= theirs
            elif then.agent and not now.agent:
                lost[NO_ACCESS] |= theirs
            elif then.companies - now.companies:
                lost[NO_ACCESS] |= theirs & Domain("company_id", "in", list(then.companies - now.companies))
            if then.teams - now.teams and now.agent:
                lost[NOT_IN_TEAM] |= theirs & Domain("team_id", "in", list(then.teams - now.teams))
        for reason, domain in lost.items():
            if not domain.is_false():
                self.env["helpdesk.ticket"]._bridge_release(domain, reason)
