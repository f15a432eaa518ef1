"""Closes tickets for inactivity (helpdesk_ticket_close_inactive), by the settings that its teams have.

That addon looks at the day of the last stage move only. Here a ticket is closed only if nothing was said for so long
either, if it is the customer who is waited for, and if the customer was warned first.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..common.transactions import attempted
from ..common.xmlids import AGENTS

_logger = logging.getLogger(__name__)


class HelpdeskBridgeNeighbours(models.AbstractModel):
    _inherit = "helpdesk.bridge.neighbours"

    @api.model
    def _extensions(self):
        ours = {("helpdesk.ticket.team", "close_team_inactive_tickets"): _close_inactive}
        return {**super()._extensions(), **ours}


def _close_inactive(_method, teams):
    """Instead of that addon's own work. :return: as there, but the emails are written later, by our cron"""
    for team in teams or teams.search([("close_inactive_tickets", "=", True)]):
        team._bridge_close_inactive()
    return {"warning_email_ids": [], "closing_email_ids": []}


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _bridge_close_inactive(self):
        """Warn and close the inactive tickets of this team."""
        self.ensure_one()
        days = [self.inactive_tickets_day_limit_warning, self.inactive_tickets_day_limit_closing]
        earliest = fields.Datetime.now() - timedelta(days=min(filter(None, days), default=0))
        domain = [("team_id", "=", self.id), ("stage_id", "in", self.ticket_stage_ids.ids)]
        domain += [("stage_id.closed", "=", False), ("last_stage_update", "<=", earliest)]
        if self.ticket_category_ids:
            domain.append(("category_id", "in", self.ticket_category_ids.ids))
        for ticket in self.env["helpdesk.ticket"].search(domain):
            # Whatever is wrong with one must not keep the others open.
            error = attempted(self.env.cr, ticket._bridge_on_inactivity)
            if error:
                _logger.error("ticket %s cannot be closed for inactivity", ticket.id, exc_info=error)

    def _bridge_days_to_reply(self):
        """Days between the warning and the closing: at least one, however they are set."""
        return max(self.inactive_tickets_day_limit_closing - self.inactive_tickets_day_limit_warning, 1)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    helpdesk_warned_at = fields.Datetime(
        string="Warned of Inactivity", readonly=True, copy=False, groups=AGENTS, help="Without a reply, it is closed."
    )
    helpdesk_is_inactive = fields.Boolean(string="Closed for Inactivity", readonly=True, copy=False, groups=AGENTS)

    def _bridge_on_inactivity(self):
        """Warn the customer of this ticket, close it, or leave it as it is."""
        ticket, team, now = self.sudo(), self.sudo().team_id, fields.Datetime.now()
        if ticket._bridge_is_owed():
            return
        last = ticket._bridge_last_activity()
        to_warn, to_close = team.inactive_tickets_day_limit_warning, team.inactive_tickets_day_limit_closing
        if to_warn > 0 and ticket._bridge_can_be_warned():
            warned = ticket.helpdesk_warned_at
            if not warned or warned < last:
                if last <= now - timedelta(days=to_warn):
                    ticket.helpdesk_warned_at = now
                    ticket._bridge_warn_of_inactivity()
                return
            if warned > now - timedelta(days=team._bridge_days_to_reply()):
                return
        if last <= now - timedelta(days=to_close):
            self._bridge_close_for_inactivity()

    def _bridge_last_activity(self):
        """When something happened last: a stage move, words, or the end of a snooze, after which agents go on."""
        moments = (self.last_stage_update, self._bridge_said()[-1:].date, self._bridge_snooze_changed())
        return max(filter(None, moments), default=self.create_date)

    def _bridge_is_owed(self):
        """Whether it is the team's turn, not the customer's. A concern adds its own reasons.

        Who has snoozed a ticket goes on with it then, whatever the customer does.
        """
        said = self._bridge_said()[-1:]
        return bool(self.snoozed_until) or (bool(said) and not self._bridge_by_team(said))

    def _bridge_can_be_warned(self):
        """Whether an email can warn the customer. Only the room of the emails knows."""
        return False

    def _bridge_warn_of_inactivity(self):
        """Hook: the customer is to be warned."""

    def _bridge_close_for_inactivity(self):
        """Close this ticket, with a note that says why."""
        team = self.sudo().team_id
        # Nobody sees a ticket in an archived stage on the board.
        stage = team.closing_ticket_stage.filtered("active") or self._bridge_closing_stage()
        if not stage:
            return
        self.sudo().helpdesk_is_inactive = True
        self.write({"stage_id": stage.id})
        ticket = self.sudo()._bridge_with_company_lang()
        days = team.inactive_tickets_day_limit_closing
        self._message_log(body=ticket.env._("Closed automatically. Days without activity: %s", days))
