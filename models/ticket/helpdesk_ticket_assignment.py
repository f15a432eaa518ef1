"""Tickets that come by themselves find an agent by themselves.

How data flows: an email, a word in the portal or a reopening only marks the ticket. `ir_cron_after_mail` then assigns
one marked ticket after another, each in a transaction of its own; the cron's lock lets one worker at a time do so, and
each sees what the one before has given away. Where no member is free, the mark stays and is checked again.
"""

import logging
from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.common import crons
from ...tools.ticket.assignment import ASSIGNMENT_DUE, NOBODY_AVAILABLE, Member, choose, least_loaded
from ..common.transactions import attempted, reason
from ..common.xmlids import AGENTS

_logger = logging.getLogger(__name__)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    assignment = fields.Selection(
        [(ASSIGNMENT_DUE, "Will be assigned"), (NOBODY_AVAILABLE, "Nobody is available")],
        readonly=True,
        copy=False,
        groups=AGENTS,
        saved_only=True,
    )

    _assignment_index = models.Index("(assignment, id) WHERE assignment IS NOT NULL")
    # The load of an agent, and when they got a ticket last, however many tickets they ever had.
    _load_index = models.Index("(user_id, stage_id) WHERE user_id IS NOT NULL")
    _latest_index = models.Index("(user_id, assigned_date) WHERE user_id IS NOT NULL")

    def _bridge_mark_for_assignment(self):
        """Let unassigned tickets of these be assigned, in teams that want automatic assignment."""
        # Another addon has assigned it on creation.
        self.sudo().filtered(lambda ticket: ticket.user_id and ticket.assignment == ASSIGNMENT_DUE).assignment = False
        waiting_sudo = self.sudo().filtered(lambda ticket: not ticket.user_id and ticket._bridge_is_assigned_by_load())
        if waiting_sudo:
            # Created with the mark, an email's ticket is not written once more.
            waiting_sudo.filtered(lambda ticket: ticket.assignment != ASSIGNMENT_DUE).assignment = ASSIGNMENT_DUE
            self.env["ir.cron"]._bridge_wake(crons.AFTER_MAIL)

    def _bridge_is_assigned_by_load(self):
        return self._bridge_assigns_by_load(self.team_id, self.company_id)

    @api.model
    def _bridge_assigns_by_load(self, team, company):
        """Whether the tickets of a team and a company are assigned automatically."""
        team_sudo = team.sudo()
        method = team_sudo.bridge_assignment or company.sudo().helpdesk_assignment
        return bool(team_sudo) and method == "least_loaded"

    @api.model
    def _bridge_new_assignment(self, vals):
        """The mark of a new ticket with these values: whether it will be assigned automatically."""
        team = self.env["helpdesk.ticket.team"].sudo().browse(vals.get("team_id") or ())
        company = team.company_id or self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        return not vals.get("user_id") and self._bridge_assigns_by_load(team, company) and ASSIGNMENT_DUE

    # ------------------------------------------------------------
    # In the cron
    # ------------------------------------------------------------

    @api.model
    def _bridge_assign_next(self):
        """Assign one ticket. :return: whether there was anything to do"""
        due = self.search([("assignment", "=", ASSIGNMENT_DUE)], order="priority desc, id", limit=1)
        return due._bridge_assign() if due else self._bridge_assign_one_left()

    @api.model
    def _bridge_assign_one_left(self):
        """Assign the first ticket of a team that had no available agent: one may be back, or have closed a ticket.

        A team without a company has tickets of several, and people who may not take each.
        """
        left = [("assignment", "=", NOBODY_AVAILABLE)]
        for team, company in self._read_group(left, ["team_id", "company_id"]):
            mine = [*left, ("team_id", "=", team.id), ("company_id", "=", company.id)]
            first = self.search(mine, order="priority desc, id", limit=1)
            if first.user_id or not first._bridge_is_assigned_by_load() or first._bridge_least_loaded():
                return first._bridge_assign()
        return False

    def _bridge_assign(self):
        """Write the assignee, or that no agent is available."""
        if self.user_id or self.closed or not self.active or not self._bridge_is_assigned_by_load():
            self.assignment = False  # assigned meanwhile, or no longer wanted
            return True
        user = self._bridge_least_loaded()
        if not user:
            self.assignment = NOBODY_AVAILABLE
            _logger.info("ticket %s: no agent of team %s is available", self.id, self.team_id.id)
            return True
        error = attempted(self.env.cr, self._bridge_give_to, user)
        if error:
            # Whatever refuses this one must not keep the others waiting, nor their automatic emails.
            _logger.error("ticket %s cannot be assigned", self.id, exc_info=error)
            self._bridge_leave_to_people(error)
        return True

    def _bridge_give_to(self, user):
        self.write({"user_id": user.id, "assignment": False})

    def _bridge_leave_to_people(self, error):
        """It is not tried again: say so where agents look."""
        self.assignment = False
        ticket = self._bridge_with_company_lang()
        why = reason(error)
        ticket._message_log(body=ticket.env._("The ticket could not be assigned automatically: %s", why))

    def _bridge_least_loaded(self):
        """The next member of the team; empty when none is available."""
        users = self.team_id.user_ids._bridge_available(self.company_id)
        open_ones = Domain("user_id", "in", users.ids) & self._bridge_open_domain()
        counted = dict(self._read_group(open_ones, ["user_id"], ["__count"]))
        members = [Member(user.id, counted.get(user, 0), user.helpdesk_ticket_limit) for user in users]
        # Who got a ticket last is only asked among those with the fewest.
        tied = [replace(one, latest=self._bridge_latest_assignment(one.id)) for one in least_loaded(members)]
        return users.browse(choose(tied) or ())

    @api.model
    def _bridge_open_domain(self):
        """Tickets that are not closed, also in archived stages and without one. An index has users and stages."""
        return Domain("closed", "=", False)

    @api.model
    def _bridge_latest_assignment(self, user_id):
        """When a user got their latest ticket; None for never."""
        theirs = [("user_id", "=", user_id), ("assigned_date", "!=", False)]
        return self.search_fetch(theirs, ["assigned_date"], order="assigned_date desc", limit=1).assigned_date or None
