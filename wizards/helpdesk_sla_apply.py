"""Applies the policies of today to open tickets: to those without a policy, and those from before it changed.

The preview plays it through without storing anything, ticket by ticket. Breaches that lie in the past are recorded
without telling anybody.
"""

from odoo import api, fields, models

from ..models.common import database_time
from ..models.sla.resource_calendar import WorkingTimes
from ..tools.sla import clock as sla_clock
from ..tools.sla import policy as sla_policy
from ..tools.sla.clock import CANCELED

#: Rows shown in the preview; the number of tickets is shown in any case.
SHOWN = 100
#: Tickets of one transaction; the next ones come with the next press of the button.
AT_ONCE = 2000


class HelpdeskSlaApply(models.TransientModel):
    _name = "helpdesk.sla.apply"
    _description = "Apply SLA Policies to Open Tickets"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    team_ids = fields.Many2many("helpdesk.ticket.team", string="Teams", help="Empty: the tickets of all teams.")
    line_ids = fields.One2many("helpdesk.sla.apply.line", "apply_id", compute="_compute_line_ids")
    ticket_count = fields.Integer(compute="_compute_line_ids", help="Tickets for which something changes.")
    after_id = fields.Integer(help="Tickets up to this ID are done.")
    left_count = fields.Integer(compute="_compute_line_ids", help="Open tickets that come after these.")

    @api.depends("company_id", "team_ids", "after_id")
    def _compute_line_ids(self):
        for apply in self:
            rows = apply._rows()
            apply.ticket_count = len(rows)
            apply.line_ids = [(5,), *((0, 0, row) for row in rows[:SHOWN])]
            apply.left_count = max(self.env["helpdesk.ticket"].search_count(apply._domain()) - AT_ONCE, 0)

    def _domain(self):
        """The open tickets that have not had their turn."""
        domain = [
            ("id", ">", self.after_id),
            ("company_id", "=", self.company_id.id),
            ("stage_id.closed", "=", False),
            ("duplicate_id", "=", False),
        ]
        if self.team_ids:
            domain.append(("team_id", "in", self.team_ids.ids))
        return domain

    def _tickets(self):
        """Those whose turn it is."""
        return self.env["helpdesk.ticket"].search(self._domain(), order="id", limit=AT_ONCE)

    def _rows(self):
        """What would change, as values of preview lines."""
        working, now, rows = WorkingTimes(), database_time.now(self.env), []
        for ticket in self._tickets()._filtered_access("write").sudo():
            rule = self.env["helpdesk.sla.policy"]._rule_for(ticket.company_id, ticket._sla_matter(now))
            policy = self.env["helpdesk.sla.policy"].sudo().browse(rule.policy_id if rule else [])
            before = {clock.metric: clock for clock in ticket.sla_clock_ids._current()}
            planned = {}
            for metric in sla_policy.METRICS:
                start, record = planned.get(sla_clock.START), before.get(metric)
                planned[metric] = self._planned(ticket, rule, policy, metric, record, start, working, now)
            after = {metric: clock for metric, clock in planned.items() if clock and clock.state != CANCELED}
            stand = {metric: (clock.due, clock.state) for metric, clock in after.items()}
            stood = {metric: (clock.due_at, clock.state) for metric, clock in before.items() if clock.state != CANCELED}
            if ticket.sla_policy_id == policy and stand == stood:
                continue
            dues = {metric: due for metric, (due, _state) in stand.items()}
            rows.append(
                {
                    "ticket_id": ticket.id,
                    "policy_before_id": ticket.sla_policy_id.id,
                    "policy_id": policy.id,
                    "start_due": dues.get("start"),
                    "next_response_due": dues.get("next_response"),
                    "resolution_due": dues.get("resolution"),
                    "is_late": any(clock.breached for clock in after.values()),
                }
            )
        return rows

    @api.model
    def _begins_at(self, ticket, metric, start, now):
        """When a clock that a ticket does not have would begin, or None. :param start: its first response, if any"""
        if metric == sla_clock.RESOLUTION:
            return ticket._sla_created(now)
        is_open = bool(start) and start.state != CANCELED
        is_responded = bool(start and start.satisfied) or (not is_open and ticket._sla_was_responded())
        if metric == sla_clock.START:
            return None if is_responded else ticket._sla_created(now)
        asking = is_responded and ticket._sla_unanswered()
        return asking[0].create_date.replace(microsecond=0) if asking else None

    @api.model
    def _planned(self, ticket, rule, policy, metric, record, start, working, now):
        """The clock that a ticket would have, or None. :param start: its first response, if there is one"""
        minutes, phase = rule.minutes(metric, ticket.priority) if rule else 0, ticket._sla_phase(rule)
        function = working.of(policy.calendar_id, ticket.company_id)
        if record:
            clock, _entries = record._recounted(record._clock(working), rule, policy.calendar_id, working, now)
            return sla_clock.moved(clock, phase, now)[0] if minutes else clock
        begins_at = minutes and phase in sla_clock.AT_WORK and self._begins_at(ticket, metric, start, now)
        if not begins_at:
            return None
        clock = sla_clock.Clock(metric, begins_at, minutes * 60, rule.warn_percent, function)
        return sla_clock.started(clock, now, phase, retroactive=bool(ticket.sla_since))[0]

    def action_apply(self):
        """Apply the policies of today to the tickets whose turn it is; show the next ones, if there are any."""
        self.ensure_one()
        self.check_access("write")
        turn = self._tickets()
        tickets = turn._filtered_access("write").sudo()
        new = tickets.filtered(lambda ticket: not ticket.sla_since)
        new._sla_start_clocks(silent=True)
        for ticket in new:
            rule, now = ticket._sla_own_rule(), database_time.now(self.env)
            ticket.sla_clock_ids._notify(ticket._sla_find_next_response(rule, now, silent=True))
            ticket._sla_summarize()
        for ticket in tickets - new:
            now = database_time.now(self.env)
            ticket._sla_set({"sla_since": now})
            named = ticket._bridge_with_company_lang()
            ticket._sla_recount(named.env._("the policies were applied to open tickets"))
            # Here, what was written before the target was set counts as well.
            found = ticket._sla_find_next_response(ticket._sla_own_rule(), now, silent=True)
            if found or ticket._sla_next_response():
                ticket.sla_clock_ids._notify(found)
                ticket._sla_summarize()
        if not self.left_count:
            return {"type": "ir.actions.act_window_close"}
        self.after_id = turn[-1:].id
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_bridge.helpdesk_sla_apply_action")
        return {**action, "res_id": self.id}


class HelpdeskSlaApplyLine(models.TransientModel):
    _name = "helpdesk.sla.apply.line"
    _description = "Change of a Ticket's SLA Policy"

    apply_id = fields.Many2one("helpdesk.sla.apply", required=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    policy_before_id = fields.Many2one("helpdesk.sla.policy", string="Current Policy", readonly=True)
    policy_id = fields.Many2one("helpdesk.sla.policy", readonly=True)
    start_due = fields.Datetime(string="Response Due", readonly=True)
    next_response_due = fields.Datetime(readonly=True)
    resolution_due = fields.Datetime(readonly=True)
    is_late = fields.Boolean(string="Breached", readonly=True)
