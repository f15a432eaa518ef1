"""What follows a reply at once: the ticket is closed, or waits for its customer. Also the button that closes it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.xmlids import AGENTS

CLOSE, WAIT = "close", "wait"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    may_close = fields.Boolean(compute="_compute_may_close", groups=AGENTS, saved_only=True)

    @api.depends("stage_id", "team_id", "company_id", "active")
    def _compute_may_close(self):
        for ticket in self:
            ticket.may_close = bool(ticket._origin.active and ticket._bridge_has_way(CLOSE))

    def action_close_ticket(self):
        """Move these tickets to the closed stage of their team."""
        self.check_access("write")
        for ticket in self.filtered(lambda ticket: not ticket.closed):
            ticket.stage_id = ticket._bridge_stage_for(CLOSE)
        return True

    def _bridge_ways_on(self):
        """What may follow a reply on this ticket: `CLOSE` and `WAIT`, as far as its team has stages for them."""
        return [way for way in (CLOSE, WAIT) if self._bridge_has_way(way)]

    def _bridge_has_way(self, way):
        return bool(not self.closed and self._bridge_stage_on(way))

    def _bridge_stage_on(self, way):
        """The stage to which this way leads; empty if the team has none, or the ticket is there already."""
        if way == CLOSE:
            return self._bridge_closing_stage()
        waiting = self._bridge_waiting_stages()
        stages = self.sudo().team_id.with_company(self.sudo().company_id)._get_applicable_stages()
        found = stages.filtered(lambda stage: stage.id in waiting and self._bridge_can_go_to(stage))
        return found[:1] if self.stage_id.id not in waiting else found.browse()

    def _bridge_stage_for(self, way):
        """The stage to which this way leads; UserError if the team has none."""
        stage = self._bridge_stage_on(way)
        if not stage and way == CLOSE:
            raise UserError(self.env._("The team has no closed stage to move the ticket to."))
        return stage or self.stage_id

    def _bridge_go_on(self, way):
        """Do what follows a reply. :param way: `CLOSE`, `WAIT`, or nothing"""
        if way and not self.closed:
            stage = self._bridge_stage_for(way)
            if stage != self.stage_id:
                self.stage_id = stage

    def _thread_to_store(self, store, fields, *, request_list=None):
        """The composer of a ticket offers what may follow a reply."""
        result = super()._thread_to_store(store, fields, request_list=request_list)
        if request_list is not None and self.env.user._bridge_agents():
            for ticket in self:
                ways = ticket._bridge_ways_on() if ticket.sudo(False).has_access("write") else []
                store.add(ticket, {"helpdesk_ways_on": ways}, as_thread=True)
        return result
