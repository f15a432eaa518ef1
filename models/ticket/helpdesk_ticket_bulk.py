"""One act on many tickets at once: which of them it fits, and what those who are told of it are spared.

It is posted in Slack like any other change, without mentions and without a copy in the channel.
"""

from typing import NamedTuple

from odoo import models

from .helpdesk_ticket_assignee import ARCHIVED, NOT_IN_TEAM

#: In the context: a `Bulk`, while many tickets are changed.
BULK = "helpdesk_bridge_bulk"


class Bulk(NamedTuple):
    """An act on many tickets. A context that came over RPC cannot hold an instance.

    :param tells_customers: whether customers get the automatic emails that follow from it
    """

    tells_customers: bool = True


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_in_bulk(self, tells_customers=True):
        """These tickets, for a change of many at once: nobody is mentioned, and Odoo writes no email for each."""
        quiet = {BULK: Bulk(tells_customers), "mail_auto_subscribe_no_notify": True}
        return self.with_context(**quiet)

    def _bridge_bulk(self):
        """The `Bulk` of which the present change is a part, or None."""
        bulk = self.env.context.get(BULK)
        return bulk if isinstance(bulk, Bulk) else None

    def _bridge_closing_stages(self, cancels=False):
        """The stage to which closing moves each of these tickets: ``{ticket: stage}``, which may be empty.

        :param cancels: a stage that cancels the SLA comes first, as for what was never a request
        """
        found = {}
        for _place, tickets in self.grouped(lambda ticket: (ticket.team_id, ticket.company_id)).items():
            found.update(dict.fromkeys(tickets, tickets[0]._bridge_closing_stage(cancels)))
        return found

    def _bridge_close(self, stages):
        """Close those of these tickets that are open, all of a stage at once. :param stages: ``{ticket: stage}``"""
        open_tickets = self.filtered(lambda ticket: not ticket.closed)
        for stage, tickets in open_tickets.grouped(lambda ticket: stages[ticket]).items():
            tickets.write({"stage_id": stage.id})

    def _bridge_assign_all(self, user):
        """Assign these tickets to a user."""
        in_team = self.filtered("team_id")
        # helpdesk_mgmt computes the team from the assignee, and for that looks up the stages of each ticket.
        with self.env.protecting([self._fields["team_id"], self._fields["stage_id"]], in_team):
            in_team.write({"user_id": user.id})
        (self - in_team).write({"user_id": user.id})

    def _bridge_move_to(self, team):
        """Move these tickets to a team."""
        stages = team.sudo()._get_applicable_stages()
        fitting = self.filtered(lambda ticket: ticket.stage_id in stages)
        # As above: they stay in their stage.
        with self.env.protecting([self._fields["stage_id"]], fitting):
            fitting.write({"team_id": team.id})
        (self - fitting).write({"team_id": team.id})

    # ------------------------------------------------------------
    # Which tickets an act leaves out, and why
    # ------------------------------------------------------------

    def _bridge_not_closed(self, stages):
        """Why this ticket is not closed with others, in plain words; "" if it is. :param stages: ``{ticket: stage}``"""
        if self.closed:
            return self.env._("closed already")
        return "" if stages[self] else self.env._("their team has no stage for closed tickets")

    def _bridge_not_given_to(self, user):
        """Why this ticket is not assigned to a user with others, in plain words; "" if it is."""
        if self.closed:
            return self.env._("closed already")
        if self.user_id == user:
            return self.env._("assigned to %s already", user.name)
        hindrance = self._bridge_hindrance(user)
        if hindrance == ARCHIVED:
            return self.env._("%s is archived", user.name)
        if hindrance == NOT_IN_TEAM:
            return self.env._("%s is not in their team", user.name)
        return self.env._("%s has no access to them", user.name) if hindrance else ""

    def _bridge_not_moved_to(self, team):
        """Why this ticket is not moved to a team with others, in plain words; "" if it is."""
        if self.closed:
            return self.env._("closed already")
        if self.team_id == team:
            return self.env._("in this team already")
        if team.company_id and team.company_id != self.company_id:
            return self.env._("of another company than the team")
        return ""
