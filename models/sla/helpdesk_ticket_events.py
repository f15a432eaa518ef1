"""Moves the SLA clocks when a ticket changes.

How data flows: the pipeline of the ticket (`models.ticket.helpdesk_ticket_events`) takes an `SlaSnapshot` before a
change that may concern a clock, and calls `_bridge_on_changes_first` after it: the difference moves the clocks or
changes their targets. An agent's public reply comes through `_bridge_on_message_first`
(`helpdesk_ticket_first_response`), a customer's message through `_bridge_on_customer_reply`
(`helpdesk_ticket_next_response`). Users may not write clocks, so all of it runs as sudo; the access rights of the
acting user are checked before.
"""

from dataclasses import dataclass

from odoo import api, models

from ...tools.sla import policy as sla_policy
from ...tools.sla.clock import AT_WORK, CANCELED, NEXT_RESPONSE, Phase
from ..common import database_time
from ..ticket.helpdesk_ticket_work import MOVED_ALONG

#: The columns that clocks and policies depend on.
COMPARED = ("stage_id", "active", "duplicate_id", "team_id", "category_id", "priority", "company_id", "tag_ids")


@dataclass(frozen=True)
class SlaSnapshot:
    """What the SLA of a ticket depends on. :param matter: what the rules of policies compare"""

    stage: int
    phase: Phase
    team: int
    matter: tuple


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _bridge_tracked_keys(self):
        return super()._bridge_tracked_keys() | self._sla_tracked_keys()

    @api.model
    def _sla_tracked_keys(self):
        return self._bridge_fields_that_change(COMPARED)

    def _bridge_snapshot(self, keys):
        snapshot = super()._bridge_snapshot(keys)
        if keys & self._sla_tracked_keys():
            snapshot["sla"] = self._sla_snapshot("tag_ids" in keys)
        return snapshot

    def _bridge_on_changes_first(self, before, keys):
        """Start the clocks of new tickets, and move those of others."""
        result = super()._bridge_on_changes_first(before, keys)
        new = self.filtered(lambda ticket: before[ticket] is None)
        if new and self.env.registry.ready:
            new._sla_start_clocks()
        if len(self - new) > 1:
            (self - new).sla_clock_ids.line_ids.fetch(["at", "kind"])  # for all of them at once
        for ticket in self - new:
            old = before[ticket].get("sla")
            current = old and ticket._sla_snapshot("tag_ids" in keys)
            if old != current and not ticket.sla_since:
                ticket._sla_start_reopened(old, database_time.now(self.env))
            elif old != current:
                ticket._sla_apply_changes(old, current, is_along=before[ticket].get(MOVED_ALONG, False))
        return result

    def _sla_snapshot(self, with_tags):
        tags = self._sla_matter().tags if with_tags else frozenset()
        return SlaSnapshot(
            stage=self.stage_id.id,
            phase=self._sla_phase(),
            team=self.team_id.id,
            matter=(self.team_id.id, self.category_id.id, self.priority, self.company_id.id, tags),
        )

    def _sla_apply_changes(self, before, after, now=None, silent=False, is_along=False):
        """Move the clocks of this ticket by the difference of two snapshots.

        :param now: when it happened, if that is not just now
        :param is_along: the stage followed from an assignment, which is no response
        """
        self.ensure_one()
        now, clocks, found = now or database_time.now(self.env), self.env["helpdesk.sla.clock"], []
        is_back = before.phase not in AT_WORK and after.phase in AT_WORK
        if before.matter != after.matter:
            found += self._sla_retarget(now, silent=silent)
        elif is_back:
            self._sla_choose_rule()
        phase = self._sla_phase()
        moved = before.stage != after.stage or before.phase != phase
        if moved and self.sla_clock_ids:
            is_move = before.stage != after.stage and not is_along
            responded = is_move and self._sla_is_response_move(phase, before.team != after.team)
            from_creation = self.sla_clock_ids.filtered(lambda clock: clock.metric != NEXT_RESPONSE)
            found += from_creation._move(phase, now, responded=responded, silent=silent)
        if moved:
            found += self._sla_move_next_response(before.phase, phase, now, silent=silent)
        if is_back:
            # What was over has kept its target until now. A response that nobody waits for again stays over.
            again = self.sla_clock_ids.filtered(lambda clock: clock.metric != NEXT_RESPONSE or clock.state != CANCELED)
            found += again._retarget(self._sla_own_rule(), now, self._sla_reason(), silent=silent)
        clocks._notify(found)
        self._sla_summarize()

    def _sla_retarget(self, now, silent=False):
        """Set the policy and the SLA targets that the rules give for the ticket as it is now."""
        rule = self._sla_choose_rule()
        found = self.sla_clock_ids._retarget(rule, now, self._sla_reason(), silent=silent)
        phase = self._sla_phase(rule)
        missing = set(sla_policy.FROM_CREATION) - set(self.sla_clock_ids.mapped("metric"))
        if rule and missing and phase in (Phase.OPEN, Phase.WAITING):
            begin = self.env["helpdesk.sla.clock"]._begin
            found += begin([(self, rule, phase)], now, silent=silent, metrics=missing, retroactive=True)[1]
        return found + self._sla_find_next_response(rule, now, silent=silent)

    def _sla_choose_rule(self):
        """Set the policy that the rules give for the ticket as it is now. :return: its rule, or None"""
        rule = self.env["helpdesk.sla.policy"]._rule_for(self.company_id, self._sla_matter())
        if self.sla_policy_id.id != (rule.policy_id if rule else False):
            self._sla_set({"sla_policy_id": rule.policy_id if rule else False})
        return rule

    def _sla_reason(self):
        """The names that a target depends on; the priority is kept apart (`helpdesk.sla.clock.line`)."""
        return ", ".join(filter(None, (self.sla_policy_id.name, self.team_id.name))) or False
