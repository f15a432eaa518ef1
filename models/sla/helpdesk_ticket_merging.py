"""What a merge and inactivity mean to the clocks."""

from odoo import models
from odoo.fields import Command

from ...tools.sla import clock as sla_clock
from ..common import database_time
from .helpdesk_sla_clock_tags import TAGS


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _bridge_on_merged(self):
        """Who has waited longer in the merged ticket has waited as long in the other one."""
        result = super()._bridge_on_merged()
        target = self._bridge_resolve_merged()
        if target != self and target.company_id == self.company_id:
            target._sla_take_over(self)
        return result

    def _sla_take_over(self, merged):
        """Count this ticket's open targets from the start of the same ones of a merged ticket, if that is earlier."""
        theirs = merged.sla_clock_ids.filtered(lambda clock: not clock.satisfied_at and not clock._is_withdrawn())
        starts = {clock.metric: clock.started_at for clock in theirs}
        later = self.sla_clock_ids.filtered(
            lambda clock: (
                not clock.satisfied_at
                and not clock._is_withdrawn()
                and starts.get(clock.metric, clock.started_at) < clock.started_at
            )
        )
        for clock in later:
            clock.started_at = starts[clock.metric]
        if later:
            rule = self.env["helpdesk.sla.policy"]._rule_of(self.sla_policy_id)
            ticket = self._bridge_with_company_lang()
            reason = ticket.env._("merged with %s", merged.mail_reference)
            # `silent` has them counted although the target is the same. They are told, but mention no one: late by now.
            found = later._retarget(rule, database_time.now(self.env), reason, silent=True)
            later._notify([(clock, entry, False) for clock, entry, _silent in found])
        if starts.keys() & set(sla_clock.RESPONSES):
            # What was asked there is asked here now.
            now = database_time.now(self.env)
            later._notify(self._sla_find_next_response(self._sla_own_rule(), now, silent=True))
        self._sla_drop_tags_of(merged)
        self._sla_summarize()

    def _sla_drop_tags_of(self, merged):
        """Drop the tags of breaches that are the merged ticket's, and not this one's."""
        lookup = self.env["ir.model.data"]._xmlid_to_res_id
        breached = set(self.sla_clock_ids.filtered("breached_at").mapped("metric"))
        foreign = [
            lookup(f"helpdesk_bridge.{name}", raise_if_not_found=False)
            for metric, name in TAGS.items()
            if metric not in breached
        ]
        dropped = (self.tag_ids & merged.tag_ids).filtered(lambda tag: tag.id in foreign)
        if dropped:
            self.tag_ids = [Command.unlink(tag.id) for tag in dropped]

    def _bridge_is_owed(self):
        """A target that is counting is the team's to meet; one that is paused waits for the customer."""
        counting = self.sla_clock_ids.filtered(
            lambda clock: clock.state in (sla_clock.RUNNING, sla_clock.MISSED) and not clock.satisfied_at
        )
        is_counting = any(not clock._is_waiting() for clock in counting)
        return super()._bridge_is_owed() or (is_counting and bool(self._bridge_customer_addresses()))
