"""The buttons that need no form: take, close, reopen, not a ticket. Each says how things are if nothing changes."""

from odoo import api, models

from ...tools.slack import acts
from .helpdesk_slack_inbound_acts import Result


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _act_methods(self):
        return {
            **super()._act_methods(),
            acts.TAKE: "_act_take",
            acts.CLOSE: "_act_close",
            acts.REOPEN: "_act_reopen",
            acts.NO_TICKET: "_act_no_ticket",
        }

    def _act_take(self, ticket, work):
        """Give the ticket to the person, unless a colleague was faster."""
        holder = ticket.sudo().user_id._bridge_agents()
        if not ticket.active or ticket.closed:
            return Result("is_closed", is_wanted=False)
        if holder == self.user_id:
            return Result("has_it_already")
        if holder:
            return Result("colleague_has_it", is_wanted=False, values={"person": holder})
        ticket.assign_to_me()
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Taken via Slack"), tracked=True)
        return Result("taken", is_changed=True)

    def _act_close(self, ticket, work):
        if ticket.closed or not ticket.active:
            return Result("closed_already")
        stage = ticket._bridge_closing_stage()
        if not stage:
            return Result("no_closing_stage", is_wanted=False)
        ticket.write({"stage_id": stage.id})
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Closed via Slack"), tracked=True)
        return Result("closed", is_changed=True)

    def _act_reopen(self, ticket, work):
        if ticket.active and not ticket.closed:
            return Result("open_already")
        is_moved = ticket.closed
        ticket._bridge_reopen()
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Reopened via Slack"), tracked=is_moved)
        return Result("reopened", is_changed=True)

    def _act_no_ticket(self, ticket, work):
        """Archive the ticket: its SLA is canceled, and its customer is told nothing."""
        if not ticket.active:
            return Result("archived_already")
        ticket.write({"active": False})
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Archived via Slack: not a ticket"))
        return Result("archived", is_changed=True)
